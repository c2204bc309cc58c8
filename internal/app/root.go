package app

import (
	"io"
	"net/http"
	"strings"

	"example.org/rollcall/internal/console"
)

// places tells a program where things are. It has no trailing slash in paths, so that they can be joined.
const places = `{"api":"/ext/v1","by_reference":"/ref/v1","docs":"/docs","openapi":"/openapi.yaml","console":"` + console.Path + `","health":"/healthz"}` + "\n"

// root sends a browser to the console, and tells a program where things are.
func root(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Vary", "Accept")
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		w.Header().Set("Location", console.Path)
		w.WriteHeader(http.StatusSeeOther)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, places)
}
