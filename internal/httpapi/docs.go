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
	"example.org/rollcall/internal/web"
)

// docsPolicy lets the documentation page run its own inline scripts and styles, and load nothing from other hosts.
const docsPolicy = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; " +
	"img-src 'self' data:; frame-ancestors 'none'"

// docsFiles lists what the documentation page loads, below /docs/.
func docsFiles() []string {
	return []string{
		"swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js", "favicon-16x16.png", "favicon-32x32.png",
	}
}

//go:embed favicon.png
var favicon []byte

// registerDocs adds the contract, and the page that shows it and tries calls, to mux.
func registerDocs(mux *http.ServeMux, fail web.ErrorFunc) error {
	contract, err := yaml.YAMLToJSON(api.Spec)
	if err != nil {
		return err
	}
	get := func(path string, serve http.HandlerFunc) {
		route, _, _ := strings.Cut(path, "/{")
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			web.FromContext(r.Context()).Route = route
			if r.Method != http.MethodGet {
				fail(w, r, web.MethodNotAllowed(w, "GET, HEAD"))
				return
			}
			serve(w, r)
		})
	}
	get("/openapi.yaml", content("application/yaml", api.Spec))
	get("/openapi.json", content("application/json", append(contract, '\n')))
	get("/favicon.ico", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=86400")
		content("image/png", favicon)(w, r)
	})
	page := docsPage()
	get("/docs", page)
	get("/docs/{$}", page)
	get("/docs/{file}", func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains(docsFiles(), r.PathValue("file")) {
			fail(w, r, unknownPath)
			return
		}
		page(w, r)
	})
	return nil
}

func content(contentType string, data []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write(data)
	}
}

// docsPage serves the documentation page and its files.
func docsPage() http.HandlerFunc {
	page := v5emb.NewWithConfig(swgui.Config{
		ShowTopBar: false,
		SettingsUI: map[string]string{
			"defaultModelsExpandDepth": "-1",
			"persistAuthorization":     "true",
			"tryItOutEnabled":          "true",
		},
	})("Rollcall", "/openapi.json", "/docs")
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", docsPolicy)
		w.Header().Set("Cache-Control", "no-cache")
		page.ServeHTTP(w, r)
	}
}
