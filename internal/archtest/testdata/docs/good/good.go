// Package good shows what has to be documented.
package good

import "errors"

type Bare struct{}

// Told is documented.
type Told struct{}

func (*Told) Method() {}

func (Told) Error() string { return "" }

func (*Told) Unwrap() error { return nil }

func (Told) String() (string, error) { return "", nil }

type hidden struct{}

func (hidden) Method() {}

func Function() {}

//go:noinline
func OnlyDirective() {}

// Documented is.
func Documented() {}

// The group has a comment.
const (
	One = 1
	Two = 2
)

const Alone = 1

var (
	ErrTold = errors.New("told") // told beside it
	ErrBare = errors.New("bare")
)

// Types in a group have comments of their own.
type (
	InGroup struct{}
	// ToldInGroup has.
	ToldInGroup struct{}
)

// List is generic.
type List[T any] struct{}

func (l *List[T]) Add(T) {}
