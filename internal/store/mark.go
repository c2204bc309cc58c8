package store

import (
	"context"

	"example.org/rollcall/internal/rollcall"
)

const selectMark = `SELECT secret_mark FROM schema_info`

// SecretMark implements rollcall.Reader.
func (r reader) SecretMark(ctx context.Context) (rollcall.Hash, error) {
	var mark []byte
	if err := r.run.one(ctx, selectMark, nil, &mark); err != nil {
		return rollcall.Hash{}, r.failed(err)
	}
	var hash rollcall.Hash
	copy(hash[:], mark)
	return hash, nil
}

const updateMark = `UPDATE schema_info SET secret_mark = $1`

// SetSecretMark implements rollcall.Tx.
func (t *transaction) SetSecretMark(ctx context.Context, mark rollcall.Hash) error {
	_, err := t.run.exec(ctx, updateMark, mark[:])
	return t.failed(err)
}
