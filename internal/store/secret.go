package store

import (
	"context"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/store/engine"
)

const selectFingerprint = `SELECT secret_mark FROM schema_info`

// SecretFingerprint implements service.Reader.
func (r reader) SecretFingerprint(ctx context.Context) (rollcall.Hash, error) {
	var hash []byte
	if err := r.run.QueryRow(ctx, selectFingerprint, nil, &hash); err != nil {
		return rollcall.Hash{}, r.Failed(err)
	}
	var fingerprint rollcall.Hash
	copy(fingerprint[:], hash)
	return fingerprint, nil
}

const updateFingerprint = `UPDATE schema_info SET secret_mark = $1`

// SetSecretFingerprint implements service.Tx.
func (t *transaction) SetSecretFingerprint(ctx context.Context, fingerprint rollcall.Hash) error {
	_, err := t.run.Exec(ctx, updateFingerprint, fingerprint[:])
	return t.Failed(err)
}

// SecretFingerprint returns the fingerprint of the secret of a database.
func SecretFingerprint(ctx context.Context, run engine.Runner, d *engine.Dialect) (rollcall.Hash, error) {
	return reader{run: run, Dialect: d}.SecretFingerprint(ctx)
}
