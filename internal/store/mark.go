package store

import (
	"context"

	"example.org/rollcall/internal/rollcall"
)

const selectMark = `SELECT secret_mark FROM schema_info`

// SecretFingerprint implements service.Reader.
func (r reader) SecretFingerprint(ctx context.Context) (rollcall.Hash, error) {
	var mark []byte
	if err := r.run.QueryRow(ctx, selectMark, nil, &mark); err != nil {
		return rollcall.Hash{}, r.Failed(err)
	}
	var hash rollcall.Hash
	copy(hash[:], mark)
	return hash, nil
}

const updateMark = `UPDATE schema_info SET secret_mark = $1`

// SetSecretFingerprint implements service.Tx.
func (t *transaction) SetSecretFingerprint(ctx context.Context, mark rollcall.Hash) error {
	_, err := t.run.Exec(ctx, updateMark, mark[:])
	return t.Failed(err)
}

const (
	selectScrubRequests = `SELECT unclean FROM schema_info`
	requestScrub        = `UPDATE schema_info SET unclean = unclean + 1`
	scrubDone           = `UPDATE schema_info SET unclean = 0 WHERE unclean = $1`
)

// ScrubRequests implements service.Reader.
func (r reader) ScrubRequests(ctx context.Context) (n int64, err error) {
	if !r.Scrubs {
		return 0, nil
	}
	err = r.run.QueryRow(ctx, selectScrubRequests, nil, &n)
	return n, r.Failed(err)
}

// RequestScrub implements service.Tx.
func (t *transaction) RequestScrub(ctx context.Context) error {
	if !t.Scrubs {
		return nil
	}
	_, err := t.run.Exec(ctx, requestScrub)
	return t.Failed(err)
}

// ScrubDone implements service.Tx.
func (t *transaction) ScrubDone(ctx context.Context, requests int64) error {
	_, err := t.run.Exec(ctx, scrubDone, requests)
	return t.Failed(err)
}
