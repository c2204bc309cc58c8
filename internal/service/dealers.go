package service

import (
	"context"
	"slices"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// dealerReader reads dealers.
type dealerReader interface {
	// Dealer returns a dealer: DealerNotFound.
	Dealer(ctx context.Context, id rollcall.DealerID) (rollcall.Dealer, error)
	// Dealers returns every dealer, sandboxes included, the oldest first.
	Dealers(ctx context.Context) ([]rollcall.Dealer, error)
	// CountRecords returns how many records of the dealer count for a quota other than QuotaKeys. It reads an index entry for
	// each site, or for each idempotency record.
	CountRecords(ctx context.Context, dealer rollcall.DealerID, quota rollcall.Quota) (int, error)
}

// dealerWriter changes dealers in a transaction.
type dealerWriter interface {
	// InsertDealer adds a dealer.
	InsertDealer(ctx context.Context, d rollcall.Dealer) error
	// LockDealer returns a dealer: DealerNotFound.
	LockDealer(ctx context.Context, id rollcall.DealerID) (rollcall.Dealer, error)
	// UpdateDealer replaces a dealer by its ID: DealerNotFound.
	UpdateDealer(ctx context.Context, d rollcall.Dealer) error
	// DeleteRecords removes at most limit records of the dealer and returns how many; 0 means that only the dealer and its keys
	// are left.
	DeleteRecords(ctx context.Context, id rollcall.DealerID, limit int) (int, error)
	// DeleteDealer removes a dealer and all of its records, the audit included: DealerNotFound.
	DeleteDealer(ctx context.Context, id rollcall.DealerID) error
}

// CreateDealer adds a dealer: ValidationFailed.
func (s *Service) CreateDealer(ctx context.Context, in rollcall.DealerInput) (rollcall.Dealer, error) {
	d := rollcall.Dealer{ID: rollcall.NewDealerID()}
	if err := in.Apply(&d, true); err != nil {
		return rollcall.Dealer{}, err
	}
	d.Created = s.now()
	d.Updated = d.Created
	err := s.serverUpdate(ctx, func(ch *change) error {
		if err := ch.tx.InsertDealer(ch.ctx, d); err != nil {
			return err
		}
		return ch.recordDealer("dealer.created", nil, &d)
	})
	return d, err
}

// Dealers returns every dealer, the oldest first, without sandboxes.
func (s *Service) Dealers(ctx context.Context) ([]rollcall.Dealer, error) {
	dealers, err := s.store.Dealers(ctx)
	return slices.DeleteFunc(dealers, func(d rollcall.Dealer) bool { return d.ID.IsSandbox() }), err
}

// UpdateDealer changes a dealer and its sandbox: DealerNotFound, ValidationFailed. If the input has a country, it then reads the
// phones of each site without a country again, one site in a transaction. Call it again after an error.
func (s *Service) UpdateDealer(ctx context.Context, id rollcall.DealerID, in rollcall.DealerInput) (rollcall.Dealer, error) {
	if err := isLive(id); err != nil {
		return rollcall.Dealer{}, err
	}
	d, err := s.updateTenant(ctx, id, in)
	if err != nil {
		return d, err
	}
	if _, err := s.updateTenant(ctx, id.Sandbox(), in); err != nil && rollcall.KindOf(err) != rollcall.DealerNotFound {
		return rollcall.Dealer{}, err
	}
	return d, nil
}

func (s *Service) updateTenant(ctx context.Context, id rollcall.DealerID, in rollcall.DealerInput) (rollcall.Dealer, error) {
	var d rollcall.Dealer
	err := s.serverUpdate(ctx, func(ch *change) (err error) {
		if d, err = ch.tx.LockDealer(ch.ctx, id); err != nil {
			return err
		}
		before := d
		if err := in.Apply(&d, false); err != nil {
			return err
		}
		if d == before {
			return nil
		}
		d.Updated = s.now()
		if err := ch.tx.UpdateDealer(ch.ctx, d); err != nil {
			return err
		}
		return ch.recordDealer("dealer.updated", &before, &d)
	})
	if err != nil || !in.Country.Set {
		return d, err
	}
	sites, _, err := s.store.Sites(ctx, id, SiteFilter{})
	if err != nil {
		return rollcall.Dealer{}, err
	}
	for _, site := range sites {
		if site.Address.Country != "" {
			continue
		}
		err := s.serverUpdate(ctx, func(ch *change) error {
			return ch.as(Caller{Dealer: id}).rereadPhones(site.ID)
		})
		if err != nil && rollcall.KindOf(err) != rollcall.SiteNotFound {
			return rollcall.Dealer{}, err
		}
	}
	return d, nil
}

func (ch *change) recordDealer(action string, before, after *rollcall.Dealer) error {
	line := audit.Line{Action: action, Subject: string(after.ID)}
	return ch.as(Caller{Dealer: after.ID}).record(line, audit.DealerChanges(before, after))
}

// SuspendDealer makes the server refuse, or accept again, every key of a dealer, test keys included: DealerNotFound, and
// ValidationFailed for a sandbox. Nothing else changes.
func (s *Service) SuspendDealer(ctx context.Context, id rollcall.DealerID, suspend bool) error {
	if err := isLive(id); err != nil {
		return err
	}
	return s.serverUpdate(ctx, func(ch *change) error {
		if err := ch.suspend(id, suspend); err != nil {
			return err
		}
		if err := ch.suspend(id.Sandbox(), suspend); rollcall.KindOf(err) != rollcall.DealerNotFound {
			return err
		}
		return nil
	})
}

func (ch *change) suspend(id rollcall.DealerID, suspend bool) error {
	d, err := ch.tx.LockDealer(ch.ctx, id)
	if err != nil || suspend == !d.Suspended.IsZero() {
		return err
	}
	before, action := d, "dealer.resumed"
	d.Suspended = time.Time{}
	if suspend {
		d.Suspended, action = ch.now(), "dealer.suspended"
	}
	if err := ch.tx.UpdateDealer(ch.ctx, d); err != nil {
		return err
	}
	return ch.recordDealer(action, &before, &d)
}

// ExportDealer calls each for every record of a dealer and of its sandbox, all from one snapshot: DealerNotFound.
func (s *Service) ExportDealer(ctx context.Context, id rollcall.DealerID, each func(table string, row map[string]any) error) error {
	return s.store.Dump(ctx, id, each)
}

// deleteBatch is how many records of a dealer one transaction removes.
const deleteBatch = 1000

// EraseDealer suspends a dealer, then removes it, its sandbox and all of their records in batches: DealerNotFound, and
// ValidationFailed for a sandbox. Call it again after an error. Older backups still hold the records.
func (s *Service) EraseDealer(ctx context.Context, id rollcall.DealerID) error {
	if err := s.SuspendDealer(ctx, id, true); err != nil {
		return err
	}
	for _, tenant := range []rollcall.DealerID{id.Sandbox(), id} {
		if err := s.deleteRecords(ctx, tenant); err != nil {
			return err
		}
	}
	err := s.serverUpdate(ctx, func(ch *change) error {
		if _, err := ch.tx.LockDealer(ch.ctx, id); err != nil { // so that no key makes the sandbox again
			return err
		}
		if err := ch.tx.DeleteDealer(ch.ctx, id.Sandbox()); err != nil && rollcall.KindOf(err) != rollcall.DealerNotFound {
			return err
		}
		if err := ch.tx.DeleteDealer(ch.ctx, id); err != nil {
			return err
		}
		return ch.tx.RequestScrub(ch.ctx)
	})
	if err != nil {
		return err
	}
	s.scrubSoon(ctx)
	return nil
}

// deleteRecords removes the records of a dealer in batches.
func (s *Service) deleteRecords(ctx context.Context, id rollcall.DealerID) error {
	for more := true; more; {
		err := s.serverUpdate(ctx, func(ch *change) error {
			n, err := ch.tx.DeleteRecords(ch.ctx, id, deleteBatch)
			more = n > 0
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
