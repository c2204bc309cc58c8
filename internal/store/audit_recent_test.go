package store

import (
	"context"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/service"
)

// TestRecentAuditLooksFurtherBack checks that a page of the newest lines ends after a part of the audit, although nothing in it
// matches, with a cursor that finds an older match.
func TestRecentAuditLooksFurtherBack(t *testing.T) {
	t.Parallel()
	db := openDB(t, Options{})
	if err := db.Update(t.Context(), insertDealers("d")); err != nil {
		t.Fatal(err)
	}
	began := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	const lines = 10_002 // one more than a page reads, and one that matches
	err := db.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
		head := audit.Head{Dealer: "d"}
		for i := range lines {
			line := audit.Line{Dealer: "d", Action: "test", Actor: audit.ActorServer, At: began.Add(time.Duration(i) * time.Second)}
			if i == 0 {
				line.Action = "wanted"
			}
			next := line.Seal(head, []byte("the secret of a test"))
			if err := tx.AppendAudit(ctx, head, next, line); err != nil {
				return err
			}
			head = next
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	svc := service.New(db, nil, service.Options{Now: time.Now, Secrets: [][]byte{[]byte("the secret of a test")}})
	wanted := []string{"wanted"}
	for name, want := range map[string]struct {
		query service.RecentAuditQuery
		lines int
		older bool
	}{
		"in the newest part":         {service.RecentAuditQuery{Actions: wanted}, 0, true},
		"among changes of no site":   {service.RecentAuditQuery{Actions: wanted, Site: rollcall.Given[rollcall.SiteID]("")}, 1, false},
		"until a moment":             {service.RecentAuditQuery{Actions: wanted, To: began.Add(time.Second)}, 1, false},
		"after a moment":             {service.RecentAuditQuery{Actions: wanted, From: began.Add(2 * time.Hour)}, 0, false},
		"from the end to its middle": {service.RecentAuditQuery{From: began.Add(2 * time.Hour), To: began.Add(2*time.Hour + 10*time.Second)}, 10, false},
	} {
		page, err := svc.RecentAudit(t.Context(), service.Caller{Dealer: "d"}, want.query)
		if err != nil || len(page.Lines) != want.lines || (page.Older != "") != want.older {
			t.Errorf("%s: %d lines and the cursor %q, %v, want %d lines and a cursor: %v", name, len(page.Lines), page.Older, err, want.lines, want.older)
		}
		if want.older {
			page, err = svc.RecentAudit(t.Context(), service.Caller{Dealer: "d"}, service.RecentAuditQuery{Actions: wanted, Before: rollcall.Given(page.Older)})
			if err != nil || len(page.Lines) != 1 || page.Older != "" {
				t.Errorf("%s: the next page has %d lines and the cursor %q, %v, want the one that matches", name, len(page.Lines), page.Older, err)
			}
		}
	}
	if _, err := svc.RecentAudit(t.Context(), service.Caller{Dealer: "d"}, service.RecentAuditQuery{Before: rollcall.Given("odd")}); rollcall.KindOf(err) != rollcall.InvalidRequest {
		t.Errorf("with a cursor that is none: %v, want invalid_request", err)
	}
}
