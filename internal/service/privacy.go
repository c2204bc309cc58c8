package service

import (
	"context"
	"log/slog"
	"math"
	"slices"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/rollcall/mail"
	"example.org/rollcall/internal/rollcall/phone"
)

// Erasure is the result of EraseContact.
type Erasure struct {
	Contact rollcall.ContactID
	At      time.Time
}

// EraseContact removes all data of a contact, soft-deleted or not: its validations and messages, the values in the audit, and
// stored responses, and from other lines of the audit the mentions of the person: ContactNotFound if there is none, SiteNotFound. An external id must name one contact; see findPerson. An
// audit line without personal data stays. Many audit lines are erased in batches first; call it again after an error.
func (s *Service) EraseContact(ctx context.Context, caller Caller, ref rollcall.ContactRef) (Erasure, error) {
	site, id, err := s.findPerson(ctx, caller.Dealer, ref)
	if err != nil {
		if stored := s.CheckIdempotencyKey(ctx, caller); stored != nil { // the first request erased the contact
			return Erasure{}, stored
		}
		return Erasure{}, err
	}
	done := Erasure{Contact: id}
	who, err := s.identify(ctx, caller.Dealer, site, id)
	if err != nil {
		return Erasure{}, err
	}
	if who.in(caller.OnBehalfOf) {
		caller.OnBehalfOf = "" // else the line of the erasure would have the name
	}
	others, err := s.eraseMentions(ctx, caller, site, id, who)
	if err != nil {
		return Erasure{}, err
	}
	after, err := s.eraseLines(ctx, caller, site, id)
	if err != nil {
		return Erasure{}, err
	}
	err = s.change(ctx, caller, func(ch *change) error {
		done.At = s.now()
		if err := ch.erase(site, id, after, others); err != nil {
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

// scrubSoon calls scrub after an erasure. If that fails, the next sweep retries.
func (s *Service) scrubSoon(ctx context.Context) {
	if err := s.scrub(ctx); err != nil {
		s.log.LogAttrs(ctx, slog.LevelWarn, "scrubbing erased data failed; the next sweep retries",
			slog.String("error", err.Error()))
	}
}

// eraseLines erases the audit lines of a contact in batches until less than one batch is left, and returns the place of the last
// line that it erased.
func (s *Service) eraseLines(ctx context.Context, caller Caller, site rollcall.SiteID, id rollcall.ContactID) (after int64, err error) {
	for begun := false; ; {
		lines, err := s.store.ContactLines(ctx, caller.Dealer, site, id, after, auditBatch)
		if err != nil || len(lines) < auditBatch {
			return after, err
		}
		values := recipientValues{}
		if err := values.addLines(lines); err != nil {
			return after, err
		}
		last := lines[len(lines)-1].Seq
		err = s.serverUpdate(ctx, func(ch *change) error {
			if err := ch.as(caller).replay(); err != nil {
				return err
			}
			if err := ch.eraseValues(caller.Dealer, values); err != nil {
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
		begun = begun || slices.ContainsFunc(lines, func(l audit.Line) bool { return l.Values != nil || l.Mentions != nil })
		after = last
	}
}

// erase erases the contact, its audit lines after a place, and the mentions that are left.
func (ch *change) erase(site rollcall.SiteID, id rollcall.ContactID, after int64, others mentions) error {
	rows, err := ch.tx.ContactsWithDeleted(ch.ctx, ch.caller.Dealer, site, id)
	if err != nil {
		return err
	}
	values, _, err := contactAudit{ch.caller.Dealer, site, id}.values(ch.ctx, ch.tx, rows, after)
	if err != nil {
		return err
	}
	if err := ch.eraseValues(ch.caller.Dealer, values); err != nil {
		return err
	}
	ch.contactTouched(ch.caller.Dealer, site, id)
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
	if err := ch.eraseImports(); err != nil {
		return err
	}
	mentioned, err := ch.eraseOtherMentions(others)
	if err != nil {
		return err
	}
	if mentioned || lines > 0 || len(rows) > 0 || after > 0 {
		return ch.tx.RequestScrub(ch.ctx)
	}
	_, err = ch.tx.Contact(ch.ctx, ch.caller.Dealer, rollcall.ContactRef{Site: rollcall.SiteRef{ID: site}, ID: id})
	return err
}

// recipientValues are the present and former phones and e-mails of a contact.
type recipientValues map[rollcall.PointKind][]string

func (v recipientValues) add(p rollcall.PointKind, value string) {
	if value != "" && !slices.Contains(v[p], value) {
		v[p] = append(v[p], value)
	}
}

// kindOfValue returns the kind of a value in an audit line, which may lack the kind of its point: only an e-mail is an addr-spec.
func kindOfValue(value string) rollcall.PointKind {
	if mail.Check(value) == nil {
		return rollcall.EmailPoint
	}
	return rollcall.PhonePoint
}

// addLines adds the values in audit lines.
func (v recipientValues) addLines(lines []audit.Line) error {
	for i := range lines {
		changed, err := lines[i].Changes()
		if err != nil {
			return err
		}
		for _, c := range changed {
			_, field := audit.PointField(c.Field)
			if c.New == nil || field != "value" && field != "e164" {
				continue
			}
			if kind := kindOfValue(*c.New); kind == rollcall.EmailPoint || field == "e164" {
				v.add(kind, *c.New)
			} else {
				number, _ := phone.SplitExtension(*c.New)
				v.add(kind, number)
			}
		}
	}
	return nil
}

// contactAudit reads the audit lines about the contacts that have or had an id at a site.
type contactAudit struct {
	dealer rollcall.DealerID
	site   rollcall.SiteID
	id     rollcall.ContactID
}

// each calls fn with the lines after a place, in batches.
func (a contactAudit) each(ctx context.Context, r Reader, after int64, fn func([]audit.Line) error) error {
	for {
		lines, err := r.ContactLines(ctx, a.dealer, a.site, a.id, after, auditBatch)
		if err == nil {
			err = fn(lines)
		}
		if err != nil || len(lines) < auditBatch {
			return err
		}
		after = lines[len(lines)-1].Seq
	}
}

// values returns the phones and e-mails in the rows of the contact and in its lines after a place, and whether a line has values.
func (a contactAudit) values(ctx context.Context, r Reader, rows []rollcall.Contact, after int64) (values recipientValues, held bool, err error) {
	values = valuesOf(rows)
	err = a.each(ctx, r, after, func(lines []audit.Line) error {
		held = held || slices.ContainsFunc(lines, func(l audit.Line) bool { return l.Values != nil })
		return values.addLines(lines)
	})
	return values, held, err
}

// valuesOf returns the phones and e-mails in the rows of a contact.
func valuesOf(rows []rollcall.Contact) recipientValues {
	values := recipientValues{}
	for i := range rows {
		for j := range rows[i].Points {
			p := &rows[i].Points[j]
			values.add(p.Kind, p.Value)
			values.add(p.Kind, p.Dial())
		}
	}
	return values
}

// Export is the data of a contact, except its audit lines; see ExportAuditLines.
type Export struct {
	Site         rollcall.SiteID
	ID           rollcall.ContactID
	Contact      *rollcall.Contact // nil if it was removed, and only the audit has values
	Validations  []rollcall.Validation
	Events       []rollcall.ValidationEvent // of the validations, in order
	Captured     []rollcall.CapturedMessage
	Former       []rollcall.FormerPoint // former values
	Suppressions []rollcall.Suppression // of present and former values
}

// ExportContact returns the data of a contact, also of a soft-deleted or removed one: SiteNotFound, ContactNotFound. An external
// id must name one contact; see findPerson.
func (s *Service) ExportContact(ctx context.Context, caller Caller, ref rollcall.ContactRef) (Export, error) {
	site, id, err := s.findPerson(ctx, caller.Dealer, ref)
	if err != nil {
		return Export{}, err
	}
	var e Export
	var rows []rollcall.Contact
	err = s.store.Snapshot(ctx, func(r Reader) (err error) {
		if rows, err = r.ContactsWithDeleted(ctx, caller.Dealer, site, id); err != nil {
			return err
		}
		e = Export{Site: site, ID: id}
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
	values, held, err := contactAudit{caller.Dealer, site, id}.values(ctx, s.store, rows, 0)
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

// add adds the data of one record of the contact. The newest record comes last.
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

// ExportAuditLines calls each with the audit lines about a contact, in batches.
func (s *Service) ExportAuditLines(ctx context.Context, caller Caller, site rollcall.SiteID, id rollcall.ContactID, each func([]audit.Line) error) error {
	return contactAudit{caller.Dealer, site, id}.each(ctx, s.store, 0, each)
}
