package store

import (
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/service"
)

// TestAReadOnlyServiceDrawsNoConclusions has one read an older state than its caller knows, as a standby may, and stores nothing.
func TestAReadOnlyServiceDrawsNoConclusions(t *testing.T) {
	t.Parallel()
	db := openDB(t, Options{})
	if err := db.Update(t.Context(), insertDealers("d")); err != nil {
		t.Fatal(err)
	}
	opts := service.Options{Now: time.Now, Secrets: [][]byte{[]byte("the secret of a test")}}
	primary := service.New(db, nil, opts)
	opts.ReadOnly = true
	standby := service.New(db, nil, opts)
	caller := service.Caller{Dealer: "d"}
	_, secret, err := primary.CreateKey(t.Context(), caller, rollcall.KeyInput{Scopes: "*"})
	if err != nil {
		t.Fatal(err)
	}

	if _, err := standby.Authenticate(t.Context(), secret); err != nil {
		t.Errorf("a key on a standby: %v, want it valid", err)
	}
	if keys, err := db.Keys(t.Context(), "d"); err != nil || len(keys) != 1 || !keys[0].LastUsed.IsZero() {
		t.Errorf("the keys are %+v, %v, want one that was never used", keys, err)
	}

	_, cursor, err := primary.Audit(t.Context(), caller, service.AuditQuery{After: "latest"})
	if err != nil {
		t.Fatal(err)
	}
	there, _ := audit.ParsePosition(cursor)
	later := audit.Position{Pos: there.Pos + 1, Hash: there.Hash}.String()
	other := audit.Position{Pos: there.Pos}.String()
	for _, test := range []struct {
		name   string
		svc    *service.Service
		cursor string
		want   rollcall.Kind
	}{
		{"a cursor on a standby", standby, cursor, ""},
		{"a cursor that a standby does not know yet", standby, later, rollcall.Unavailable},
		{"a cursor of another database on a standby", standby, other, rollcall.CursorExpired},
		{"a cursor that the primary does not know", primary, later, rollcall.CursorExpired},
	} {
		_, _, err := test.svc.Audit(t.Context(), caller, service.AuditQuery{After: test.cursor})
		if (err == nil) != (test.want == "") || err != nil && rollcall.KindOf(err) != test.want {
			t.Errorf("%s: %v, want the kind %q", test.name, err, test.want)
		}
	}
}
