package pages

import (
	"net/http"

	"example.org/rollcall/internal/rollcall"
)

// Preview shows staff the page behind a link as a contact sees it, with a link back. Its buttons do nothing. The path of the
// request must end in /preview, and the logo must be at that path and /logo.
func (h *Handler) Preview(w http.ResponseWriter, r *http.Request, view rollcall.LinkView, back string) {
	v := visit{Handler: h, w: w, r: r, token: "preview"}
	p := v.answerPage(view)
	p.Preview, p.Back = true, back
	v.show(w, p)
}
