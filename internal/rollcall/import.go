package rollcall

import "fmt"

// ImportError is why an import was not done: the error of the record with this index, counted from 0.
type ImportError struct {
	Index int
	Err   error
}

func (e *ImportError) Error() string { return fmt.Sprintf("record %d: %v", e.Index+1, e.Err) }

func (e *ImportError) Unwrap() error { return e.Err }

// importError names the record that could not be added, where there is more than one to choose from.
func importError(of, index int, err error) error {
	if of == 1 {
		return err
	}
	return &ImportError{Index: index, Err: err}
}
