package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"math"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store/engine"
)

const (
	selectFilling = `SELECT filling FROM schema_info`
	updateFilling = `UPDATE schema_info SET filling = $1`
)

// BeginFilling marks the database as being filled from another one, whose secret has the fingerprint source. It fails if the
// database is not empty, unless it is being filled from that one already.
func (db *DB) BeginFilling(ctx context.Context, source rollcall.Hash) error {
	name := hex.EncodeToString(source[:])
	err := db.engine.Update(ctx, "", func(ctx context.Context, tx engine.Tx) error {
		var filling sql.NullString
		if err := tx.QueryRow(ctx, selectFilling, nil, &filling); err != nil {
			return err
		}
		if filling.Valid && filling.String == name {
			return nil
		}
		var dealers int
		if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM dealers`, nil, &dealers); err != nil {
			return err
		}
		if dealers > 0 || filling.Valid {
			return &engine.OperatorError{Text: db.engine.Name() + " is not empty; transfer into one that Rollcall has not used yet"}
		}
		_, err := tx.Exec(ctx, updateFilling, name)
		return err
	})
	return engine.Cause(err)
}

// EndFilling adds the jobs, gives positions to the audit lines that had none in the source, sets the fingerprint of the
// secret, and lets other programs open the database, in one transaction.
func (db *DB) EndFilling(ctx context.Context, source rollcall.Hash, jobs []service.DeliverJob) error {
	err := db.Update(ctx, func(ctx context.Context, tx service.Tx) error {
		for _, job := range jobs {
			if err := tx.Enqueue(ctx, job); err != nil {
				return err
			}
		}
		if err := placeAll(ctx, tx); err != nil {
			return err
		}
		if err := tx.SetSecretFingerprint(ctx, source); err != nil {
			return err
		}
		_, err := tx.(*transaction).run.Exec(ctx, updateFilling, nil)
		return err
	})
	return engine.Cause(err)
}

func placeAll(ctx context.Context, tx service.Tx) error {
	dealers, err := tx.DealersWithUnplacedAudit(ctx)
	for i := 0; err == nil && i < len(dealers); i++ {
		_, err = tx.PlaceAudit(ctx, dealers[i], math.MaxInt32)
	}
	return err
}
