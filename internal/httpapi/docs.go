package httpapi

import (
	_ "embed"
	"net/http"
	"slices"
	"strings"

	"github.com/swaggest/swgui"
	"github.com/swaggest/swgui/v5emb"
	"sigs.k8s.io/yaml"

	"example.org/rollcall/api"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/web"
)

// docsPolicy lets the page to try calls in run its own inline scripts and styles, and nothing from elsewhere.
const docsPolicy = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data:; frame-ancestors 'none'"

// docsParts lists what the page loads, below /docs/.
func docsParts() []string {
	return []string{
		"swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js", "favicon-16x16.png", "favicon-32x32.png",
	}
}

//go:embed favicon.png
var favicon []byte

// docs serves the contract, and the page to try calls in.
type docs struct {
	page   http.Handler
	yaml   []byte
	json   []byte
	errors errorWriter
}

func newDocs(errors errorWriter) (*docs, error) {
	json, err := yaml.YAMLToJSON(api.Spec)
	if err != nil {
		return nil, err
	}
	page := v5emb.NewWithConfig(swgui.Config{
		ShowTopBar: false,
		SettingsUI: map[string]string{
			"defaultModelsExpandDepth": "-1",
			"persistAuthorization":     "true",
			"tryItOutEnabled":          "true",
		},
	})("Rollcall", "/openapi.json", "/docs")
	return &docs{page: page, yaml: api.Spec, json: append(json, '\n'), errors: errors}, nil
}

func (d *docs) serves(path string) bool {
	return path == "/openapi.yaml" || path == "/openapi.json" || path == "/favicon.ico" || path == "/docs" || strings.HasPrefix(path, "/docs/")
}

func (d *docs) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		w.Header().Set("Allow", "GET, HEAD")
		d.errors.write(w, r, &rollcall.Error{Kind: rollcall.MethodNotAllowed, Message: "this path takes GET alone"})
		return
	}
	h := w.Header()
	request := web.FromContext(r.Context())
	request.Route = r.URL.Path
	switch r.URL.Path {
	case "/openapi.yaml":
		h.Set("Content-Type", "application/yaml")
		_, _ = w.Write(d.yaml)
	case "/openapi.json":
		h.Set("Content-Type", "application/json")
		_, _ = w.Write(d.json)
	case "/favicon.ico":
		h.Set("Content-Type", "image/png")
		h.Set("Cache-Control", "max-age=86400")
		_, _ = w.Write(favicon)
	default:
		request.Route = "/docs"
		if part := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/docs"), "/"); part != "" && !slices.Contains(docsParts(), part) {
			d.errors.write(w, r, unknownPath)
			return
		}
		h.Set("Content-Security-Policy", docsPolicy)
		h.Set("Cache-Control", "no-cache")
		d.page.ServeHTTP(w, r)
	}
}
