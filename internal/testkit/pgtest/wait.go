package pgtest

import "time"

// Wait returns nil once try does, and its error where that takes too long.
func Wait(within time.Duration, try func() error) error {
	for end := time.Now().Add(within); ; time.Sleep(20 * time.Millisecond) {
		err := try()
		if err == nil || time.Now().After(end) {
			return err
		}
	}
}
