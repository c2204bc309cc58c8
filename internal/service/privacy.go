package service

import (
	"context"
	"log/slog"
	"math"
	"slices"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// Erasure is the end of what is held on a contact.
type Erasure struct {
	Contact rollcall.ContactID
	At      time.Time
}

// EraseContact removes what is held on a contact everywhere: the contact, deleted or not, its validations and messages,
// the values of the audit, and kept answers. ContactNotFound where nothing is held, or SiteNotFound where there is no such
// site either. What stays is a line in the audit without personal data. Of a contact with many lines they are erased first,
// part by part; where that is interrupted, the next call goes on.
func (s *Service) EraseContact(ctx context.Context, caller Caller, site rollcall.SiteID, id rollcall.ContactID) (Erasure, error) {
	done := Erasure{Contact: id}
	after, err := s.eraseLines(ctx, caller, site, id)
	if err != nil {
		return Erasure{}, err
	}
	err = s.change(ctx, caller, func(ch *change) error {
		done.At = s.now()
		if err := ch.erase(site, id, after); err != nil {
			return err
		}
		line := audit.Line{Site: site, Action: audit.ContactErased, Contact: id, Subject: string(id), At: done.At}
		if err := ch.record(line, nil); err != nil {
			return err
		}
		return ch.respond(done)
	})
	if err != nil {
		return Erasure{}, err
	}
	s.scrubSoon(ctx)
	return done, nil
}

// scrubSoon is scrub after an erasure, which is done: what fails is tried again by the sweep.
func (s *Service) scrubSoon(ctx context.Context) {
	if err := s.scrub(ctx); err != nil {
		s.log.LogAttrs(ctx, slog.LevelWarn, "erased data is out of the database, but not yet out of its log file; it will be tried again",
			slog.String("error", err.Error()))
	}
}

// eraseLines erases the lines of a contact as long as there are more than one transaction should hold, and returns the place
// of the last one.
func (s *Service) eraseLines(ctx context.Context, caller Caller, site rollcall.SiteID, id rollcall.ContactID) (after int64, err error) {
	for begun := false; ; {
		lines, err := s.store.ContactLines(ctx, caller.Dealer, site, id, after, auditBatch)
		if err != nil || len(lines) < auditBatch {
			return after, err
		}
		values := reachValues{}
		if err := values.addLines(lines); err != nil {
			return after, err
		}
		last := lines[len(lines)-1].Seq
		err = s.serverUpdate(ctx, func(ch *change) error {
			if err := ch.as(caller).replay(); err != nil {
				return err
			}
			if err := ch.forgetValues(caller.Dealer, values); err != nil {
				return err
			}
			n, err := ch.tx.EraseAudit(ch.ctx, caller.Dealer, site, id, after, last)
			if err != nil || n == 0 {
				return err
			}
			if err := ch.tx.RequestScrub(ch.ctx); err != nil || begun {
				return err
			}
			line := audit.Line{Site: site, Action: audit.ContactErasureBegun, Contact: id, Subject: string(id)}
			return ch.as(caller).record(line, nil)
		})
		if err != nil {
			return after, err
		}
		begun = begun || slices.ContainsFunc(lines, func(l audit.Line) bool { return l.Values != nil })
		after = last
	}
}

// erase erases the rest, whose lines come after a place.
func (ch *change) erase(site rollcall.SiteID, id rollcall.ContactID, after int64) error {
	rows, err := ch.tx.ContactsWithDeleted(ch.ctx, ch.caller.Dealer, site, id)
	if err != nil {
		return err
	}
	values, _, err := everyValue(ch.ctx, ch.tx, ch.caller.Dealer, site, id, rows, after)
	if err != nil {
		return err
	}
	if err := ch.forgetValues(ch.caller.Dealer, values); err != nil {
		return err
	}
	for _, c := range rows {
		if c.Deleted.IsZero() {
			if err := ch.tx.SoftDeleteContact(ch.ctx, c, ch.now()); err != nil {
				return err
			}
		}
		if err := ch.tx.RemoveContact(ch.ctx, c); err != nil {
			return err
		}
	}
	lines, err := ch.tx.EraseAudit(ch.ctx, ch.caller.Dealer, site, id, after, math.MaxInt64)
	if err != nil {
		return err
	}
	if err := ch.tx.EraseIdempotencyRecords(ch.ctx, ch.caller.Dealer, site, id); err != nil {
		return err
	}
	if lines > 0 || len(rows) > 0 || after > 0 {
		return ch.tx.RequestScrub(ch.ctx)
	}
	_, err = ch.tx.Contact(ch.ctx, ch.caller.Dealer, rollcall.ContactRef{Site: rollcall.SiteRef{ID: site}, ID: id})
	return err
}

// reachValues is all that a contact can be reached at, or could before it was changed.
type reachValues map[rollcall.Point][]string

func (v reachValues) add(p rollcall.Point, value string) {
	if value != "" && !slices.Contains(v[p], value) {
		v[p] = append(v[p], value)
	}
}

// addLines adds what lines of the audit tell.
func (v reachValues) addLines(lines []audit.Line) error {
	points := map[string]rollcall.Point{"email": rollcall.EmailPoint, "phone": rollcall.PhonePoint, "phone_e164": rollcall.PhonePoint}
	for i := range lines {
		changed, err := lines[i].Changes()
		if err != nil {
			return err
		}
		for _, c := range changed {
			if p, ok := points[c.Field]; ok && c.New != nil {
				v.add(p, *c.New)
			}
		}
	}
	return nil
}

// everyValue returns what the contacts of an identifier can be reached at, or could as far as the lines of the audit after a
// place tell, and whether any of those has values. It reads the lines part by part.
func everyValue(ctx context.Context, r Reader, dealer rollcall.DealerID, site rollcall.SiteID, id rollcall.ContactID, rows []rollcall.Contact, after int64) (values reachValues, held bool, err error) {
	values = reachValues{}
	for i := range rows {
		values.add(rollcall.EmailPoint, string(rows[i].Email))
		values.add(rollcall.PhonePoint, rows[i].Phone)
		values.add(rollcall.PhonePoint, string(rows[i].PhoneE164))
	}
	err = eachLine(ctx, r, dealer, site, id, after, func(lines []audit.Line) error {
		held = held || slices.ContainsFunc(lines, func(l audit.Line) bool { return l.Values != nil })
		return values.addLines(lines)
	})
	return values, held, err
}

// eachLine calls each with the lines about a contact after a place, part by part.
func eachLine(ctx context.Context, r Reader, dealer rollcall.DealerID, site rollcall.SiteID, id rollcall.ContactID, after int64, each func([]audit.Line) error) error {
	for {
		lines, err := r.ContactLines(ctx, dealer, site, id, after, auditBatch)
		if err == nil {
			err = each(lines)
		}
		if err != nil || len(lines) < auditBatch {
			return err
		}
		after = lines[len(lines)-1].Seq
	}
}

// Export is all that is held on a contact, but for the lines of the audit: those are read by ExportLines.
type Export struct {
	Contact      *rollcall.Contact // nil where it was removed, and only the audit still holds values
	Validations  []rollcall.Validation
	Events       []rollcall.ValidationEvent // of the validations, in their order
	Captured     []rollcall.CapturedMessage
	Former       []rollcall.FormerPoint // values that the contact no longer has
	Suppressions []rollcall.Suppression // of all that the contact can be or could be reached at
}

// ExportContact returns what is held on a contact, deleted or removed or not: SiteNotFound, ContactNotFound.
func (s *Service) ExportContact(ctx context.Context, caller Caller, site rollcall.SiteID, id rollcall.ContactID) (Export, error) {
	var e Export
	var rows []rollcall.Contact
	err := s.store.Snapshot(ctx, func(r Reader) (err error) {
		if rows, err = r.ContactsWithDeleted(ctx, caller.Dealer, site, id); err != nil {
			return err
		}
		e = Export{}
		for i := range rows {
			if err := e.add(ctx, r, &rows[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Export{}, err
	}
	values, held, err := everyValue(ctx, s.store, caller.Dealer, site, id, rows, 0)
	if err != nil {
		return Export{}, err
	}
	if len(rows) == 0 && !held {
		_, err := s.store.Contact(ctx, caller.Dealer, rollcall.ContactRef{Site: rollcall.SiteRef{ID: site}, ID: id})
		return Export{}, err
	}
	e.Suppressions, err = s.store.SuppressionsByHash(ctx, caller.Dealer, s.hashesOf(values))
	return e, err
}

// add adds what is held beside one record of the contact, the newest of which comes last.
func (e *Export) add(ctx context.Context, r Reader, c *rollcall.Contact) error {
	e.Contact = c
	validations, err := r.ValidationsOf(ctx, *c)
	if err != nil {
		return err
	}
	events, err := r.TimelinesOf(ctx, *c)
	if err != nil {
		return err
	}
	former, err := r.FormerPointsOf(ctx, *c)
	if err != nil {
		return err
	}
	e.Former = append(e.Former, former...)
	captured, err := r.CapturedMessagesOf(ctx, *c)
	e.Validations = append(e.Validations, validations...)
	e.Events = append(e.Events, events...)
	e.Captured = append(e.Captured, captured...)
	return err
}

// ExportLines calls each with the lines of the audit about a contact, part by part.
func (s *Service) ExportLines(ctx context.Context, caller Caller, site rollcall.SiteID, id rollcall.ContactID, each func([]audit.Line) error) error {
	return eachLine(ctx, s.store, caller.Dealer, site, id, 0, each)
}
