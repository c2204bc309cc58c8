package rollcall

import (
	"context"
	"log/slog"
	"slices"
	"time"
)

// Erasure is the end of what is held on a contact.
type Erasure struct {
	Contact ContactID
	At      time.Time
}

// EraseContact removes what is held on a contact everywhere: the contact, deleted or not, its validations and messages,
// the values of the audit, and kept answers. ContactNotFound where nothing is held, or SiteNotFound where there is no such
// site either. What stays is a line in the audit without personal data.
func (s *Service) EraseContact(ctx context.Context, who Caller, site SiteID, id ContactID) (Erasure, error) {
	done := Erasure{Contact: id}
	err := s.change(ctx, who, func(ctx context.Context, tx Tx) (any, error) {
		done.At = s.now()
		if err := s.erase(ctx, tx, who, site, id); err != nil {
			return nil, err
		}
		line := AuditLine{Site: site, Action: "contact.erased", Contact: id, Subject: string(id), At: done.At}
		return done, s.record(ctx, tx, who, line, nil)
	})
	if err != nil {
		return Erasure{}, err
	}
	if err := s.store.Scrub(ctx); err != nil {
		s.unclean.Store(true)
		s.log.LogAttrs(ctx, slog.LevelWarn, "erased data is out of the database, but not yet out of its log file; it will be tried again",
			slog.String("error", err.Error()))
	}
	return done, nil
}

func (s *Service) erase(ctx context.Context, tx Tx, who Caller, site SiteID, id ContactID) error {
	rows, err := tx.EveryContact(ctx, who.Dealer, site, id)
	if err != nil {
		return err
	}
	values, err := everyValue(ctx, tx, who.Dealer, site, id, rows)
	if err != nil {
		return err
	}
	if err := s.forgetValues(ctx, tx, who.Dealer, values); err != nil {
		return err
	}
	for _, c := range rows {
		if c.Deleted.IsZero() {
			if err := tx.HideContact(ctx, c, s.now()); err != nil {
				return err
			}
		}
		if err := tx.RemoveContact(ctx, c); err != nil {
			return err
		}
	}
	lines, err := tx.EraseAudit(ctx, who.Dealer, site, id)
	if err != nil {
		return err
	}
	if err := tx.EraseAnswers(ctx, who.Dealer, site, id); err != nil {
		return err
	}
	if lines > 0 || len(rows) > 0 {
		return nil
	}
	_, err = tx.Contact(ctx, who.Dealer, ContactRef{Site: SiteRef{ID: site}, ID: id})
	return err
}

// everyValue returns all that the contacts of an identifier can be reached at, or could before they were changed, as far as
// the audit tells.
func everyValue(ctx context.Context, tx Tx, dealer DealerID, site SiteID, id ContactID, rows []Contact) (map[Point][]string, error) {
	values := map[Point][]string{}
	add := func(p Point, value string) {
		if value != "" && !slices.Contains(values[p], value) {
			values[p] = append(values[p], value)
		}
	}
	for i := range rows {
		add(EmailPoint, string(rows[i].Email))
		add(PhonePoint, rows[i].Phone)
		add(PhonePoint, string(rows[i].PhoneE164))
	}
	lines, err := tx.AuditLines(ctx, dealer, AuditFilter{Site: Given(site), Contact: id, Waiting: true})
	if err != nil {
		return nil, err
	}
	points := map[string]Point{"email": EmailPoint, "phone": PhonePoint, "phone_e164": PhonePoint}
	for i := range lines {
		changed, err := lines[i].Changes()
		if err != nil {
			return nil, err
		}
		for _, c := range changed {
			if p, ok := points[c.Field]; ok && c.New != nil {
				add(p, *c.New)
			}
		}
	}
	return values, nil
}

// Export is all that is held on a contact.
type Export struct {
	Contact      *Contact // nil where it was removed, and only the audit still holds values
	Validations  []Validation
	Events       []ValidationEvent // of the validations, in their order
	Captured     []CapturedMessage
	Suppressions []Suppression // of all that the contact can be or could be reached at
	Audit        []AuditLine
}

// ExportContact returns all that is held on a contact, deleted or removed or not: SiteNotFound, ContactNotFound. It is
// read in one moment.
func (s *Service) ExportContact(ctx context.Context, who Caller, site SiteID, id ContactID) (Export, error) {
	var e Export
	err := s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		rows, err := tx.EveryContact(ctx, who.Dealer, site, id)
		if err != nil {
			return err
		}
		e = Export{}
		for i := range rows {
			e.Contact = &rows[i]
			found, err := tx.ValidationsOf(ctx, rows[i])
			if err != nil {
				return err
			}
			e.Validations = append(e.Validations, found...)
			events, err := tx.EventsOf(ctx, rows[i])
			if err != nil {
				return err
			}
			e.Events = append(e.Events, events...)
			captured, err := tx.CapturedOf(ctx, rows[i])
			if err != nil {
				return err
			}
			e.Captured = append(e.Captured, captured...)
		}
		if e.Suppressions, err = s.suppressionsOf(ctx, tx, who.Dealer, site, id, rows); err != nil {
			return err
		}
		if e.Audit, err = tx.AuditLines(ctx, who.Dealer, AuditFilter{Site: Given(site), Contact: id, Waiting: true}); err != nil {
			return err
		}
		if len(rows) > 0 || slices.ContainsFunc(e.Audit, func(l AuditLine) bool { return l.Values != nil }) {
			return nil
		}
		_, err = tx.Contact(ctx, who.Dealer, ContactRef{Site: SiteRef{ID: site}, ID: id})
		return err
	})
	return e, err
}

func (s *Service) suppressionsOf(ctx context.Context, tx Tx, dealer DealerID, site SiteID, id ContactID, rows []Contact) ([]Suppression, error) {
	values, err := everyValue(ctx, tx, dealer, site, id, rows)
	if err != nil {
		return nil, err
	}
	return tx.SuppressionsUnder(ctx, dealer, s.hashesOf(values))
}
