package client_test

import (
	"testing"

	"example.org/rollcall/client"
)

// reviews reviews the call list of a site at somebody's request.
func reviews(t *testing.T, c *client.Client) {
	t.Helper()
	for _, ref := range []client.SiteRef{client.SiteID("site_123abc"), client.SiteReference("ACCT-1001")} {
		done := must[client.Reviewed](t)(c.Sites.Review(t.Context(), ref, client.Review{With: "Ann Lee", Note: "all right"}, client.OnBehalfOf("Zoë / %")))
		if site := must[client.Site](t)(c.Sites.Get(t.Context(), ref)); !site.ReviewedAt.Equal(done.ReviewedAt) || done.ReviewedAt.IsZero() {
			t.Errorf("ReviewedAt = %v, want that of the review, %v", site.ReviewedAt, done.ReviewedAt)
		}
	}
	lines := must[client.AuditList](t)(c.Audit.List(t.Context(), client.AuditQuery{Action: "call_list.reviewed"})).Lines
	if len(lines) != 2 || lines[1].OnBehalfOf != "Zoë / %" || len(lines[1].Changes) != 2 || *lines[1].Changes[0].New != "Ann Lee" {
		t.Errorf("the audit has %+v, want two reviews at the request of Zoë / %%", lines)
	}
}
