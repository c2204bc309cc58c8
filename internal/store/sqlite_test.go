package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// openDB opens a migrated database for one test.
func openDB(t *testing.T, opts Options) *DB {
	t.Helper()
	db := openEmpty(t, opts)
	closeAfter(t, db)
	return db
}

// beside opens the file of a database again, as another process does.
func beside(t *testing.T, db *DB) *DB {
	t.Helper()
	return openFor(t, Options{Path: db.opts.Path})
}

// rawPool opens the file of a database without the engine.
func rawPool(t *testing.T, db *DB) *sql.DB {
	t.Helper()
	pool, err := sql.Open("sqlite3", "file:"+db.opts.Path+"?_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)")
	if err != nil {
		t.Fatal(err)
	}
	return pool
}

func execute(t *testing.T, db *DB, statement string, args ...any) {
	t.Helper()
	pool := rawPool(t, db)
	defer pool.Close()
	if _, err := pool.ExecContext(t.Context(), statement, args...); err != nil {
		t.Fatal(err)
	}
}

func TestChangesOfAnotherProcessAreSeenAtOnce(t *testing.T) {
	t.Parallel()
	server := openDB(t, Options{})
	command := beside(t, server)
	key := rollcall.Key{Dealer: "d", ID: "k", Hash: rollcall.KeyHash{7}, Scopes: rollcall.Scopes{rollcall.ScopeAll}, Created: time.Now()}
	if _, err := server.KeyByHash(t.Context(), key.Hash); rollcall.KindOf(err) != rollcall.KeyNotFound {
		t.Fatalf("error %v", err)
	}
	err := command.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
		return errors.Join(insertDealers("d")(ctx, tx), tx.InsertKey(ctx, key))
	})
	if err != nil {
		t.Fatal(err)
	}
	for n := range 100 {
		at := time.Unix(int64(1000+n), 0)
		for range 3 {
			if _, err := server.KeyByHash(t.Context(), key.Hash); err != nil {
				t.Fatal(err)
			}
		}
		err := command.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
			if n < 99 {
				return tx.SetKeyLastUsed(ctx, "d", "k", at)
			}
			return tx.RevokeKey(ctx, "d", "k", at)
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := server.KeyByHash(t.Context(), key.Hash)
		if err != nil {
			t.Fatal(err)
		}
		if n < 99 && !got.LastUsed.Equal(at) || n == 99 && !got.Revoked.Equal(at) {
			t.Fatalf("after change %d: %+v", n, got)
		}
	}
}

func TestWritersOfTwoProcessesLoseNothing(t *testing.T) {
	t.Parallel()
	first := openDB(t, Options{})
	second := beside(t, first)
	if err := first.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
		if err := insertDealers("d")(ctx, tx); err != nil {
			return err
		}
		_, err := tx.InsertSite(ctx, rollcall.Site{Dealer: "d", ID: "s", Name: "S", Status: "active"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	const each = 100
	var all sync.WaitGroup
	for name, db := range map[string]*DB{"a": first, "b": second} {
		for n := range each {
			all.Go(func() {
				c := rollcall.Contact{
					Dealer: "d", Site: "s", ID: rollcall.ContactID(fmt.Sprint(name, n)), ExternalID: fmt.Sprint(name, n), Type: "primary",
					Points: []rollcall.Point{{ID: "p", Kind: "phone", Value: "1", State: rollcall.PointState{Status: "unconfirmed"}}},
				}
				if err := db.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
					slot, err := tx.ReserveContact(ctx, "d", rollcall.SiteRef{ID: "s"})
					c.Seq, c.Position = slot.Seq, slot.Count
					return errors.Join(err, tx.InsertContact(ctx, c))
				}); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	list, total, err := second.Contacts(t.Context(), "d", rollcall.SiteRef{ID: "s"}, service.ContactFilter{})
	if err != nil || total != 2*each || list[len(list)-1].Seq != 2*each {
		t.Errorf("%d contacts, want %d: %v", total, 2*each, err)
	}
}

func TestFilesAreForTheirOwnerAlone(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("modes are of Unix")
	}
	db := openDB(t, Options{})
	if err := db.Update(t.Context(), insertDealers("d")); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(db.opts.Path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("mode of the file%s is %o, want 600", suffix, info.Mode().Perm())
		}
	}
}

func TestOpenRefusesWhatItCannotUse(t *testing.T) {
	t.Parallel()
	whole := openEmpty(t, Options{})
	if err := whole.Close(); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(whole.opts.Path)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		content []byte
		want    string
	}{
		{"text", []byte(strings.Repeat("This is no database.\n", 1000)), "damaged or not a database of Rollcall; restore a backup"},
		{"truncated", good[:len(good)/2], "damaged or not a database of Rollcall; restore a backup"},
		{"overwritten", append(append([]byte{}, good[:100]...), make([]byte, len(good)-100)...), "damaged or not a database of Rollcall; restore a backup"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "rollcall.db")
			if err := os.WriteFile(path, c.content, 0o600); err != nil {
				t.Fatal(err)
			}
			db, err := Open(t.Context(), Options{Path: path})
			if err == nil {
				err = errors.Join(db.Migrate(t.Context()), db.Close())
			}
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("error %v, want the path and %q", err, c.want)
			}
			if err != nil && strings.Count(err.Error(), "sqlite3:") != 1 {
				t.Errorf("error %v, want SQLite's own words once and nothing of its driver", err)
			}
		})
	}
	_, err = Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "none", "rollcall.db")})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("in a missing folder: %v", err)
	}
}

func TestPathsOfAllKinds(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, name := range []string{"plain", "with space", "per%25cent", "what?mode=memory", "ha#sh", "ünï", "a&b=c"} {
		path := filepath.Join(folder, name)
		db, err := Open(t.Context(), Options{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(db.Migrate(t.Context()), db.Update(t.Context(), insertDealers("d")), db.Close()); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%s: nothing was written there: %v", name, err)
		}
	}
}

// refusing is a queue of one table that refuses one job.
type refusing struct {
	Queue
	failure error
}

func (q refusing) Deliver(ctx context.Context, tx *sql.Tx, job service.DeliverJob) error {
	if job.Validation == "refused" {
		return q.failure
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO jobs (name) VALUES ($1)`, string(job.Validation))
	return err
}

func TestEnqueueIsPartOfTheChange(t *testing.T) {
	t.Parallel()
	failure := errors.New("on purpose")
	db := openDB(t, Options{Queue: refusing{failure: failure}})
	execute(t, db, `CREATE TABLE jobs (name TEXT)`)
	enqueue := func(id rollcall.ValidationID, result error) error {
		return db.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
			return errors.Join(tx.Enqueue(ctx, service.DeliverJob{Dealer: "d", Validation: id}), result)
		})
	}
	if err := enqueue("committed", nil); err != nil {
		t.Fatal(err)
	}
	if err := enqueue("rolled back", failure); !errors.Is(err, failure) {
		t.Fatal(err)
	}
	if err := enqueue("refused", nil); rollcall.KindOf(err) != rollcall.Internal || !errors.Is(err, failure) {
		t.Fatalf("error %v", err)
	}
	var name string
	var jobs int
	if err := db.run.QueryRow(t.Context(), `SELECT COUNT(*), MIN(name) FROM jobs`, nil, &jobs, &name); err != nil || jobs != 1 || name != "committed" {
		t.Errorf("%d jobs, the first %q: %v", jobs, name, err)
	}
	without := openDB(t, Options{})
	err := without.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
		return tx.Enqueue(ctx, service.DeliverJob{})
	})
	if rollcall.KindOf(err) != rollcall.Internal {
		t.Errorf("without a queue: %v", err)
	}
}

func TestErrorsHoldNoValues(t *testing.T) {
	t.Parallel()
	db := openDB(t, Options{})
	const secret = "secret-value"
	for name, change := range map[string]func(ctx context.Context, tx service.Tx) error{
		"check": func(ctx context.Context, tx service.Tx) error {
			_, err := tx.InsertSite(ctx, rollcall.Site{Dealer: "d", ID: "x", Status: secret})
			return err
		},
		"unique": insertDealers(secret, secret),
		"foreign": func(ctx context.Context, tx service.Tx) error {
			return tx.InsertContact(ctx, rollcall.Contact{Calling: rollcall.Calling{Position: 1}, Dealer: secret, Site: secret, ID: secret, ExternalID: secret, Type: "primary", Points: []rollcall.Point{{ID: secret, Kind: "email", Value: secret, State: rollcall.PointState{Status: "pending"}}}})
		},
	} {
		err := db.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
			if err := insertDealers("d")(ctx, tx); err != nil {
				return err
			}
			return change(ctx, tx)
		})
		var e *rollcall.Error
		if !errors.As(err, &e) || e.Kind != rollcall.Internal || e.Cause == nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if strings.Contains(err.Error(), secret) || strings.Contains(strings.ToLower(e.Message), "constraint") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
