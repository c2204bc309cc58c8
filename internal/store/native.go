package store

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// native runs statements on one connection of the driver by calling SQLite itself, since database/sql and the driver take
// longer for a row than SQLite does: the driver asks for the name and the type of each column again with every statement.
// Only one goroutine may use it at a time, and database/sql for nothing but transactions meanwhile.
type native struct {
	conn *sql.Conn
	tls  *libc.TLS
	db   uintptr
	kept map[string]*nativeStatement
}

// openNative takes a connection over; close gives it back.
func openNative(conn *sql.Conn) (*native, error) {
	n := &native{conn: conn, kept: map[string]*nativeStatement{}}
	err := conn.Raw(func(driver any) error {
		// The driver has no method for it. A test holds that it is still there.
		handle := reflect.Indirect(reflect.ValueOf(driver)).FieldByName("db")
		if !handle.IsValid() || handle.Kind() != reflect.Uintptr || handle.Uint() == 0 {
			return fmt.Errorf("the driver %T does not show its handle", driver)
		}
		n.db = uintptr(handle.Uint())
		return nil
	})
	if err != nil {
		return nil, err
	}
	n.tls = libc.NewTLS()
	return n, nil
}

// close forgets the statements. The connection stays open.
func (n *native) close() {
	for _, s := range n.kept {
		s.finalize()
	}
	clear(n.kept)
	if n.tls != nil {
		n.tls.Close()
		n.tls = nil
	}
}

// nativeError is an error of SQLite, in the words of the driver.
type nativeError struct {
	code int
	text string
}

func (e *nativeError) Error() string { return e.text }

func (n *native) failed(code int32) error {
	text := libc.GoString(lib.Xsqlite3_errstr(n.tls, code))
	if message := libc.GoString(lib.Xsqlite3_errmsg(n.tls, n.db)); message != text {
		text += ": " + message
	}
	return &nativeError{code: int(code), text: text + " (" + strconv.Itoa(int(code)) + ")"}
}

// nativeStatement is a prepared statement.
type nativeStatement struct {
	*native
	handle  uintptr
	params  []int // by their places in SQLite, the argument of each: one that is used twice has one place
	running bool

	// The texts and bytes of the arguments, which SQLite reads there while the statement runs.
	memory uintptr
	size   int
}

func (n *native) prepare(query string) (*nativeStatement, error) {
	s := &nativeStatement{native: n}
	// The text, and after it the room for the two pointers that SQLite returns.
	at := (len(query) + 1 + 7) &^ 7
	if err := s.reserve(at + 16); err != nil {
		return nil, err
	}
	text := memoryAt(s.memory, at+16)
	copy(text, query)
	clear(text[len(query):])
	handle, tail := s.memory+uintptr(at), s.memory+uintptr(at)+8
	code := lib.Xsqlite3_prepare_v3(n.tls, n.db, s.memory, -1, lib.SQLITE_PREPARE_PERSISTENT, handle, tail)
	if code != lib.SQLITE_OK {
		err := n.failed(code)
		s.finalize()
		return nil, err
	}
	s.handle = *(*uintptr)(pointer(handle))
	end := *(*uintptr)(pointer(tail)) - s.memory
	if s.handle == 0 || strings.TrimSpace(query[end:]) != "" {
		s.finalize()
		return nil, fmt.Errorf("not one statement: %s", query)
	}
	for i := range lib.Xsqlite3_bind_parameter_count(n.tls, s.handle) {
		name := libc.GoString(lib.Xsqlite3_bind_parameter_name(n.tls, s.handle, i+1))
		number, err := strconv.Atoi(strings.TrimPrefix(name, "$"))
		if err != nil || number < 1 {
			s.finalize()
			return nil, fmt.Errorf("parameter %q is not a number: %s", name, query)
		}
		s.params = append(s.params, number-1)
	}
	return s, nil
}

func (s *nativeStatement) finalize() {
	if s.handle != 0 {
		_ = lib.Xsqlite3_finalize(s.tls, s.handle) // it returns the error of the last step
	}
	if s.memory != 0 {
		lib.Xsqlite3_free(s.tls, s.memory)
	}
	s.handle, s.memory, s.size = 0, 0, 0
}

// reserve makes room for so many bytes.
func (s *nativeStatement) reserve(size int) error {
	if size <= s.size {
		return nil
	}
	size = max(2*s.size, size, 64)
	lib.Xsqlite3_free(s.tls, s.memory)
	s.memory, s.size = lib.Xsqlite3_malloc64(s.tls, uint64(size)), 0
	if s.memory == 0 {
		return s.failed(lib.SQLITE_NOMEM)
	}
	s.size = size
	return nil
}

// pointer returns the pointer to memory of SQLite, which Go neither moves nor frees.
func pointer(at uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&at)) }

func memoryAt(at uintptr, size int) []byte { return unsafe.Slice((*byte)(pointer(at)), size) }

// get returns the prepared statement, which release takes back.
func (n *native) get(query string) (*nativeStatement, error) {
	if s := n.kept[query]; s != nil && !s.running {
		s.running = true
		return s, nil
	}
	s, err := n.prepare(query)
	if err != nil {
		return nil, err
	}
	s.running = true
	if n.kept[query] == nil && len(n.kept) < statementsKept {
		n.kept[query] = s
	}
	return s, nil
}

// begin returns the statement with its arguments, before its first row; release ends its run.
func (n *native) begin(ctx context.Context, query string, args []any) (*nativeStatement, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s, err := n.get(query)
	if err != nil {
		return nil, err
	}
	if err := s.bind(args); err != nil {
		s.release(query)
		return nil, err
	}
	return s, nil
}

// release ends the run of a statement.
func (s *nativeStatement) release(query string) {
	_ = lib.Xsqlite3_reset(s.tls, s.handle) // it returns the error of the last step
	s.running = false
	if s.kept[query] != s {
		s.finalize()
	}
}

// step goes to the next row and reports whether there is one.
func (s *nativeStatement) step() (bool, error) {
	switch code := lib.Xsqlite3_step(s.tls, s.handle); code {
	case lib.SQLITE_ROW:
		return true, nil
	case lib.SQLITE_DONE:
		return false, nil
	default:
		return false, s.failed(code)
	}
}

// one implements runner.
func (n *native) one(ctx context.Context, query string, args []any, dest ...any) error {
	s, err := n.begin(ctx, query, args)
	if err != nil {
		return err
	}
	defer s.release(query)
	there, err := s.step()
	if err != nil {
		return err
	}
	if !there {
		return sql.ErrNoRows
	}
	return s.Scan(dest...)
}

// many implements runner.
func (n *native) many(ctx context.Context, query string, args []any, each func(rowScanner) error) (err error) {
	s, err := n.begin(ctx, query, args)
	if err != nil {
		return err
	}
	defer s.release(query)
	defer n.interruptible(ctx, &err)()
	for {
		there, err := s.step()
		if err != nil || !there {
			return err
		}
		if err := each(s); err != nil {
			return err
		}
	}
}

// interruptible ends what runs on the connection when ctx ends, until the function that it returns is called, which makes
// *err the error of ctx then.
func (n *native) interruptible(ctx context.Context, err *error) func() {
	if ctx.Done() == nil {
		return func() {}
	}
	interrupted := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		lib.Xsqlite3_interrupt(n.tls, n.db)
		close(interrupted)
	})
	return func() {
		if stop() {
			return
		}
		<-interrupted // not the next statement
		if *err != nil && sqliteCode(*err)&0xff == lib.SQLITE_INTERRUPT {
			*err = ctx.Err()
		}
	}
}

// exec implements runner.
func (n *native) exec(ctx context.Context, query string, args ...any) (int64, error) {
	s, err := n.begin(ctx, query, args)
	if err != nil {
		return 0, err
	}
	defer s.release(query)
	for {
		more, err := s.step()
		if err != nil {
			return 0, err
		}
		if !more {
			return int64(lib.Xsqlite3_changes64(n.tls, n.db)), nil
		}
	}
}

// snapshot implements runner.
func (n *native) snapshot(ctx context.Context, fn func(runner) error) error {
	if _, err := n.exec(ctx, `BEGIN`); err != nil {
		return err
	}
	defer func() { _, _ = n.exec(context.WithoutCancel(ctx), `ROLLBACK`) }() // nothing was written
	return fn(within{n})
}

// within runs statements in the snapshot that is taken already.
type within struct{ *native }

func (w within) snapshot(_ context.Context, fn func(runner) error) error { return fn(w) }
