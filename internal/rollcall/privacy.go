package rollcall

import (
	"context"
	"log/slog"
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

// Export is all that is held on a contact.
type Export struct {
	Contact     Contact
	Validations []Validation
	Events      []ValidationEvent // of the validations, in their order
	Captured    []CapturedMessage
	Audit       []AuditLine
}

// ExportContact returns all that is held on a contact, deleted or not: SiteNotFound, ContactNotFound. It is read in one
// moment.
func (s *Service) ExportContact(ctx context.Context, who Caller, site SiteID, id ContactID) (Export, error) {
	var e Export
	err := s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		rows, err := tx.EveryContact(ctx, who.Dealer, site, id)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			_, err := tx.Contact(ctx, who.Dealer, ContactRef{Site: SiteRef{ID: site}, ID: id})
			return err
		}
		e = Export{Contact: rows[len(rows)-1]}
		for _, c := range rows {
			found, err := tx.ValidationsOf(ctx, c)
			if err != nil {
				return err
			}
			e.Validations = append(e.Validations, found...)
			events, err := tx.EventsOf(ctx, c)
			if err != nil {
				return err
			}
			e.Events = append(e.Events, events...)
			captured, err := tx.CapturedOf(ctx, c)
			if err != nil {
				return err
			}
			e.Captured = append(e.Captured, captured...)
		}
		e.Audit, err = tx.AuditLines(ctx, who.Dealer, AuditFilter{Site: Given(site), Contact: id})
		return err
	})
	return e, err
}
