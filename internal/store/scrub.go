package store

import "context"

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
