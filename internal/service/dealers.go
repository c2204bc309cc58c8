package service

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// CreateDealer adds a dealer: ValidationFailed.
func (s *Service) CreateDealer(ctx context.Context, in rollcall.DealerInput) (rollcall.Dealer, error) {
	d := rollcall.Dealer{ID: rollcall.NewDealerID()}
	if err := in.ApplyTo(&d, true).Err(); err != nil {
		return rollcall.Dealer{}, err
	}
	d.Created = s.now()
	d.Updated = d.Created
	err := s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.InsertDealer(ctx, d); err != nil {
			return err
		}
		return s.recordDealer(ctx, tx, "dealer.created", nil, &d)
	})
	return d, err
}

// Dealers returns every dealer, the oldest first.
func (s *Service) Dealers(ctx context.Context) ([]rollcall.Dealer, error) {
	return s.store.Dealers(ctx)
}

// UpdateDealer changes a dealer: DealerNotFound, ValidationFailed. Where the country is given, it then reads the phones
// of every site that names none again, site by site; run it again where it was interrupted.
func (s *Service) UpdateDealer(ctx context.Context, id rollcall.DealerID, in rollcall.DealerInput) (rollcall.Dealer, error) {
	var d rollcall.Dealer
	err := s.store.Update(ctx, func(ctx context.Context, tx Tx) (err error) {
		if d, err = tx.LockDealer(ctx, id); err != nil {
			return err
		}
		before := d
		if err := in.ApplyTo(&d, false).Err(); err != nil {
			return err
		}
		if d == before {
			return nil
		}
		d.Updated = s.now()
		if err := tx.UpdateDealer(ctx, d); err != nil {
			return err
		}
		return s.recordDealer(ctx, tx, "dealer.updated", &before, &d)
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
		err := s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
			return s.rereadPhones(ctx, tx, Caller{Dealer: id}, site.ID)
		})
		if err != nil && rollcall.KindOf(err) != rollcall.SiteNotFound {
			return rollcall.Dealer{}, err
		}
	}
	return d, nil
}

func (s *Service) recordDealer(ctx context.Context, tx Tx, action string, before, after *rollcall.Dealer) error {
	var old []rollcall.AuditField
	if before != nil {
		old = before.AuditFields()
	}
	line := rollcall.AuditLine{Action: action, Subject: string(after.ID)}
	return s.record(ctx, tx, Caller{Dealer: after.ID}, line, rollcall.AuditChanges(old, after.AuditFields()))
}

// SuspendDealer makes every key of a dealer be refused from now on, or good again: DealerNotFound. Nothing else of the
// dealer changes.
func (s *Service) SuspendDealer(ctx context.Context, id rollcall.DealerID, suspend bool) error {
	return s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		d, err := tx.LockDealer(ctx, id)
		if err != nil || suspend == !d.Suspended.IsZero() {
			return err
		}
		before, action := d, "dealer.resumed"
		d.Suspended = time.Time{}
		if suspend {
			d.Suspended, action = s.now(), "dealer.suspended"
		}
		if err := tx.UpdateDealer(ctx, d); err != nil {
			return err
		}
		return s.recordDealer(ctx, tx, action, &before, &d)
	})
}

// ExportDealer calls each for every record that belongs to a dealer, all as of one moment: DealerNotFound.
func (s *Service) ExportDealer(ctx context.Context, id rollcall.DealerID, each func(table string, row map[string]any) error) error {
	return s.store.Dump(ctx, id, each)
}

// deleteBatch is how many records of a dealer one transaction removes.
const deleteBatch = 1000

// EraseDealer removes a dealer and everything that belongs to it, for good: DealerNotFound. Backups made before still hold
// it. It suspends the dealer first, then works part by part; where it is interrupted, the next call goes on.
func (s *Service) EraseDealer(ctx context.Context, id rollcall.DealerID) error {
	if err := s.SuspendDealer(ctx, id, true); err != nil {
		return err
	}
	for more := true; more; {
		err := s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
			n, err := tx.DeleteRecords(ctx, id, deleteBatch)
			more = n > 0
			return err
		})
		if err != nil {
			return err
		}
	}
	err := s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.DeleteDealer(ctx, id); err != nil {
			return err
		}
		return tx.MarkUnclean(ctx)
	})
	if err != nil {
		return err
	}
	s.scrubSoon(ctx)
	return nil
}
