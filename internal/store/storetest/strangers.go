package storetest

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/service"
)

// everything returns every record of a dealer, as Dump has it.
func (f *fixture) everything(dealer rollcall.DealerID) map[string][]map[string]any {
	f.Helper()
	all := make(map[string][]map[string]any)
	f.must(f.Dump(f.Context(), dealer, func(table string, row map[string]any) error {
		all[table] = append(all[table], row)
		return nil
	}))
	return all
}

// guarded fills the dealer d with records that a stranger may not read or change: those of tenant, a deleted contact, an audit
// chain and an idempotency record.
func guarded(f *fixture) (deleted rollcall.Contact) {
	tenant(f)
	f.contact(plainContact("d", "s", "deleted"))
	f.line(fullLine())
	f.putRecord(fullRecord())
	return f.softDelete("deleted", noon())
}

func strangerTests() []test {
	return []test{
		{"find nothing that was deleted, audited or stored", strangerFinds},
		{"change nothing", strangerChangesNothing},
		{"remove nothing of others with their own records", func(f *fixture) {
			guarded(f)
			f.line(audit.Line{Dealer: "stranger", Site: "s", At: noon(), Action: "test"})
			before := f.everything("d")
			f.change(func(ctx context.Context, tx service.Tx) error { return tx.DeleteDealer(ctx, "stranger") })
			equal(f, "everything", f.everything("d"), before)
			err := f.Dump(f.Context(), "stranger", func(string, map[string]any) error { return nil })
			f.kind(err, rollcall.DealerNotFound)
			f.refused(rollcall.DealerNotFound, func(ctx context.Context, tx service.Tx) error { return tx.DeleteDealer(ctx, "stranger") })
		}},
	}
}

func strangerFinds(f *fixture) {
	deleted := guarded(f)
	deleted.Dealer = "stranger"
	live := deleted
	live.Seq, live.Position = 1, 1
	f.change(func(ctx context.Context, tx service.Tx) error {
		found := 0
		count := func(n int, err error) {
			f.must(err)
			found += n
		}
		for _, filter := range []service.AuditFilter{{}, {Site: rollcall.Given[rollcall.SiteID]("s")}, {Contact: "c"}} {
			lines, err := tx.AuditLines(ctx, "stranger", filter)
			count(len(lines), err)
		}
		lines, err := tx.AuditChain(ctx, "stranger", "s", 0, 10)
		count(len(lines), err)
		heads, err := tx.AuditHeads(ctx, "stranger")
		count(len(heads), err)
		contacts, err := tx.ContactsWithDeleted(ctx, "stranger", "s", "deleted")
		count(len(contacts), err)
		for _, c := range []rollcall.Contact{deleted, live} {
			validations, err := tx.ValidationsOf(ctx, c)
			count(len(validations), err)
			messages, err := tx.CapturedMessagesOf(ctx, c)
			count(len(messages), err)
		}
		equal(f, "found", found, 0)
		for _, head := range []func(context.Context, rollcall.DealerID, rollcall.SiteID) (audit.Head, error){
			tx.AuditHead, tx.LockAuditHead,
		} {
			got, err := head(ctx, "stranger", "s")
			f.must(err)
			equal(f, "head", got, audit.Head{Dealer: "stranger", Site: "s"})
		}
		return nil
	})
	f.record("stranger", fullRecord().Operation, fullRecord().Key, false)
}

func strangerChangesNothing(f *fixture) {
	deleted := guarded(f)
	deleted.Dealer = "stranger"
	before := f.everything("d")
	for _, change := range []struct {
		want rollcall.Kind
		fn   func(ctx context.Context, tx service.Tx) error
	}{
		{rollcall.SiteNotFound, func(ctx context.Context, tx service.Tx) error {
			_, err := tx.LockDeletedContact(ctx, "stranger", contactRef("s", "deleted"), time.Time{})
			return err
		}},
		{rollcall.SiteNotFound, func(ctx context.Context, tx service.Tx) error {
			_, err := tx.UndeleteContact(ctx, deleted)
			return err
		}},
		{rollcall.ContactNotFound, func(ctx context.Context, tx service.Tx) error { return tx.RemoveContact(ctx, deleted) }},
		{rollcall.Unavailable, func(ctx context.Context, tx service.Tx) error {
			l := fullLine()
			l.Dealer, l.Seq = "stranger", 2
			f.must(tx.AppendAudit(ctx, audit.Head{}, headOf(firstOf("stranger")), firstOf("stranger")))
			return tx.AppendAudit(ctx, headOf(fullLine()), headOf(l), l)
		}},
	} {
		f.refused(change.want, change.fn)
	}
	f.change(func(ctx context.Context, tx service.Tx) error {
		n, err := tx.EraseAudit(ctx, "stranger", "s", "c", 0, 99)
		equal(f, "lines erased", n, 0)
		f.must(err)
		f.must(tx.EraseIdempotencyRecords(ctx, "stranger", "s", "c"))
		theirs := fullRecord()
		theirs.Dealer, theirs.Response.Body = "stranger", []byte("theirs")
		return tx.PutIdempotencyRecord(ctx, theirs)
	})
	equal(f, "everything", f.everything("d"), before)
}

// firstOf returns the first line of a chain of the dealer, different from fullLine.
func firstOf(dealer rollcall.DealerID) audit.Line {
	return audit.Line{Dealer: dealer, Site: "s", Seq: 1, At: noon(), Action: "test", Hash: rollcall.Hash{77}}
}
