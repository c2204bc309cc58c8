package pages_test

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"example.org/rollcall/internal/rollcall"
)

// shown are the paths of the pages in all states, and languages those of Accept-Language.
var (
	shown     = []string{"open", "bare", "confirmed", "confirmed?saved", "declined", "expired", "replaced", "unknown", "stop"}
	languages = []string{"en", "es", "fr"}
)

// elements returns the elements with the name in document order; all if the name is empty.
func elements(root *html.Node, name string) []*html.Node {
	var found []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && (name == "" || n.Data == name) {
			found = append(found, n)
		}
	}
	return found
}

func attribute(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func textOf(n *html.Node) string {
	var text strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			text.WriteString(d.Data)
		}
	}
	return strings.TrimSpace(text.String())
}

func TestStructure(t *testing.T) {
	s := serve(t)
	for _, language := range languages {
		for _, path := range shown {
			t.Run(language+"/"+path, func(t *testing.T) {
				policy, body := s.raw(t, path, language)
				root, err := html.Parse(strings.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				if !strings.HasPrefix(body, "<!doctype html>\n") {
					t.Error("the page lacks a doctype at its start")
				}
				if lang, _ := attribute(elements(root, "html")[0], "lang"); lang != language {
					t.Errorf("lang = %q, want %q", lang, language)
				}
				for _, once := range []string{"title", "h1", "main", "style"} {
					if found := elements(root, once); len(found) != 1 || textOf(found[0]) == "" {
						t.Errorf("%d <%s> with text, want 1", len(found), once)
					}
				}
				checkElements(t, root)
				hash := sha256.Sum256([]byte(elements(root, "style")[0].FirstChild.Data))
				if want := "'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'"; !strings.Contains(policy, want) {
					t.Errorf("Content-Security-Policy = %q, want %s in it", policy, want)
				}
			})
		}
	}
}

// in returns the path of a page in a language.
func in(path, language string) string {
	if strings.Contains(path, "?") {
		return path + "&lang=" + language
	}
	return path + "?lang=" + language
}

// raw returns the Content-Security-Policy of a page and its body.
func (s *server) raw(t *testing.T, path, language string) (policy, body string) {
	t.Helper()
	s.Clock.Advance(time.Minute)
	resp, body := s.sendRaw(t, "GET", in(path, language), "", map[string]string{"Accept-Language": language})
	return resp.Header.Get("Content-Security-Policy"), body
}

func checkElements(t *testing.T, root *html.Node) {
	t.Helper()
	for _, n := range elements(root, "") {
		switch n.Data {
		case "script", "link", "iframe", "object", "embed", "base", "template", "noscript":
			t.Errorf("the page has <%s>, want it left out", n.Data)
		case "img":
			if _, ok := attribute(n, "alt"); !ok {
				t.Error("an img lacks alt")
			}
		case "button":
			if textOf(n) == "" || n.Parent.Data != "form" {
				t.Error("a button lacks text or a form")
			}
		case "input":
			kind, _ := attribute(n, "type")
			if kind != "hidden" && (n.Parent.Data != "label" || textOf(n.Parent) == "") {
				t.Error("an input lacks a label")
			}
		case "fieldset":
			if len(elements(n, "legend")) != 1 {
				t.Error("a fieldset lacks a legend")
			}
		case "form":
			if method, _ := attribute(n, "method"); method != "post" {
				t.Errorf("method of a form = %q, want post", method)
			}
		}
		for _, a := range n.Attr {
			local := strings.HasPrefix(a.Val, "./") || strings.HasPrefix(a.Val, "tel:+")
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "action":
				t.Errorf("<%s> has the attribute %s, want it left out", n.Data, a.Key)
			case (a.Key == "href" || a.Key == "src") && !local:
				t.Errorf("<%s> links to %q, want ./ or tel:+", n.Data, a.Val)
			}
		}
	}
}

func TestFirstButtonSaysYes(t *testing.T) {
	s := serve(t)
	for _, path := range []string{"open", "bare"} {
		_, body := s.raw(t, path, "en")
		root, err := html.Parse(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		first := elements(elements(root, "form")[0], "button")[0]
		name, _ := attribute(first, "name")
		value, _ := attribute(first, "value")
		if name != "answer" || value != "yes" || textOf(first) != "Yes, I can be reached here" {
			t.Errorf("%s: first button = %s=%s, %q, want yes", path, name, value, textOf(first))
		}
	}
}

func TestNamesAreText(t *testing.T) {
	s := serve(t)
	hostile := `</title></style><script>alert(1)</script>" onload="x {site}`
	view := harbour(rollcall.LinkOpen)
	view.Dealer, view.Site, view.Welcome, view.DealerPhone = hostile, hostile, hostile, hostile
	s.links["hostile"] = view
	_, body := s.raw(t, "hostile", "en")
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	checkElements(t, root)
	if title := textOf(elements(root, "title")[0]); title != "Can you be reached here? · "+hostile {
		t.Errorf("title = %q, want the name as text", title)
	}
	if names := elements(root, "bdi"); textOf(names[0]) != hostile {
		t.Errorf("name = %q, want it as text", textOf(names[0]))
	}
	if quoted := textOf(elements(root, "blockquote")[0]); quoted != hostile {
		t.Errorf("welcome = %q, want it as text", quoted)
	}
}

func TestDealersPhone(t *testing.T) {
	s := serve(t)
	for given, want := range map[string]string{
		"+1 202 555 0100":          "tel:+12025550100",
		"(202) 555-0100":           "tel:2025550100",
		"+33 1.99.00/00-00":        "tel:+33199000000",
		"202 555 0100 ext. 4":      "",
		"1-800-555-HELP":           "",
		"javascript:alert(1)":      "",
		"2025550100;phone=x":       "",
		"202+5550100":              "",
		"٢٠٢٥٥٥٠١٠٠":               "",
		"+1\u00a0202\u202f5550100": "tel:+12025550100",
	} {
		view := harbour(rollcall.LinkOpen)
		view.DealerPhone = given
		s.links["phone"] = view
		_, body := s.raw(t, "phone", "en")
		root, err := html.Parse(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		var got string
		for _, a := range elements(root, "a") {
			if href, _ := attribute(a, "href"); !strings.HasPrefix(href, "./") {
				got = href
			}
		}
		if got != want || !strings.Contains(textOf(elements(root, "footer")[0]), given) {
			t.Errorf("link of phone %s = %q, want %q; footer = %q", given, got, want, textOf(elements(root, "footer")[0]))
		}
	}
}
