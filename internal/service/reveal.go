package service

import (
	"context"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// RevealNumbers records that a user sees the numbers of a site, or those of no site if it is empty, and why: SiteNotFound,
// ContactNotFound, ValidationFailed. contact is whom the user looks at; empty: the whole site.
func (s *Service) RevealNumbers(ctx context.Context, caller Caller, site rollcall.SiteID, contact rollcall.ContactID, reason string) error {
	reason, e := rollcall.CheckReason(reason)
	if e != nil {
		return rollcall.InvalidField("reason", e.Code, e.Message)
	}
	return s.change(ctx, caller, func(ch *change) error {
		line := audit.Line{Site: site, Action: audit.NumbersRevealed, Contact: contact, Subject: string(caller.User)}
		if site != "" {
			if _, _, err := ch.tx.LockSite(ch.ctx, caller.Dealer, rollcall.SiteRef{ID: site}); err != nil {
				return err
			}
		}
		if contact != "" {
			found, err := ch.tx.ContactsWithDeleted(ch.ctx, caller.Dealer, site, contact)
			if err != nil {
				return err
			}
			if len(found) == 0 {
				return &rollcall.Error{Kind: rollcall.ContactNotFound, Message: "contact not found"}
			}
		}
		line.Mention(audit.Mention{Reason: reason})
		return ch.record(line, nil)
	})
}
