package engine

import (
	"context"
	"errors"
	"time"
)

const retryPause = 100 * time.Millisecond

// Retry calls try until it succeeds, fails with an error for which worth is false, or was called times times. It pauses 100 ms
// between calls.
func Retry(ctx context.Context, times int, worth func(error) bool, try func() error) error {
	ticker := time.NewTicker(retryPause)
	defer ticker.Stop()
	for n := 1; ; n++ {
		err := try()
		if err == nil || n == times || !worth(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-ticker.C:
		}
	}
}

// Always is for Retry: every error is worth another try.
func Always(error) bool { return true }
