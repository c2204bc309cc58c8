package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"example.org/rollcall/internal/jobs"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store"
)

// BackupOptions say what Backup and Restore copy. Data and File are required.
type BackupOptions struct {
	// Data is the folder of the database.
	Data string
	// File is the backup.
	File string
	// Replace lets Backup write over a file that is there.
	Replace bool
	// Now is the clock; default time.Now.
	Now func() time.Time
	// Progress is called with how many of all bytes are copied, now and then; default: not.
	Progress func(done, all int64)
}

// Copied says what Backup or Restore copied.
type Copied struct {
	store.Copied
	Took      time.Duration
	Secret    string // the path of the server secret in the folder
	HasSecret bool   // whether that file exists
}

// Backup copies the database of a folder to a file, while servers and commands go on working with it, as it is at one
// moment. The server secret is not in it. The error is for an operator.
func Backup(ctx context.Context, opts BackupOptions) (Copied, error) {
	if err := opts.checkFile(); err != nil {
		return Copied{}, err
	}
	return opts.run(func(copying store.CopyOptions) (store.Copied, error) {
		copying.From, copying.To = copying.To, copying.From
		return store.Backup(ctx, copying)
	})
}

// Restore puts a backup into a folder that is empty, but for the server secret, and that no server uses; it makes the
// folder where it is missing. The backup stays as it is. The error is for an operator.
func Restore(ctx context.Context, opts BackupOptions) (_ Copied, err error) {
	if _, err := os.Stat(opts.File); err != nil {
		return Copied{}, fmt.Errorf("the backup cannot be read: %w", err)
	}
	if err := os.MkdirAll(opts.Data, 0o700); err != nil {
		return Copied{}, fmt.Errorf("the data folder cannot be made: %w", err)
	}
	unlock, err := takeFolder(opts.Data, "a server runs on %s; stop it first, or choose another folder")
	if err != nil {
		return Copied{}, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if err := checkEmpty(opts.Data); err != nil {
		return Copied{}, err
	}
	return opts.run(func(copying store.CopyOptions) (store.Copied, error) { return store.Restore(ctx, copying) })
}

// checkFile returns an error where the backup would take the place of a file that Rollcall keeps in the folder, or of the
// secret or the lock of another one.
func (opts BackupOptions) checkFile() error {
	folder, err := os.Stat(filepath.Dir(opts.File))
	data, dataErr := os.Stat(opts.Data)
	own := err == nil && dataErr == nil && os.SameFile(folder, data) // what is wrong with them is found later
	name := strings.ToLower(filepath.Base(opts.File))                // some file systems take no note of the case
	if name == secretFile || name == lockFile || own && strings.HasPrefix(name, databaseFile) {
		return fmt.Errorf("%s is the name of a file that Rollcall keeps in a data folder; name another file", opts.File)
	}
	return nil
}

// checkEmpty returns an error where something lies in the folder that is neither of Rollcall nor of the file system. A
// database is for the store to refuse.
func checkEmpty(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("the data folder cannot be read: %w", err)
	}
	for _, e := range entries {
		switch name := e.Name(); {
		case name == secretFile, name == lockFile, name == "lost+found", strings.HasPrefix(name, databaseFile):
		default:
			return fmt.Errorf("%s is not empty: %s is in it; restore into a folder of its own", folder, name)
		}
	}
	return nil
}

// run calls do with options that copy from the backup into the folder.
func (opts BackupOptions) run(do func(store.CopyOptions) (store.Copied, error)) (Copied, error) {
	now := opts.Now
	if now == nil {
		now = time.Now
	}
	began := now()
	done, err := do(store.CopyOptions{
		From: opts.File, To: filepath.Join(opts.Data, databaseFile), Replace: opts.Replace, At: began, Progress: opts.Progress,
	})
	if err != nil {
		return Copied{}, err
	}
	secret := filepath.Join(opts.Data, secretFile)
	_, missing := os.Stat(secret)
	return Copied{Copied: done, Took: now().Sub(began), Secret: secret, HasSecret: missing == nil}, nil
}

// takeFolder makes the caller the only one who serves the folder, until it calls unlock. taken is the error where somebody
// else does, with the folder as %s.
func takeFolder(folder, taken string) (unlock func() error, err error) {
	lock := flock.New(filepath.Join(folder, lockFile), flock.SetPermissions(0o600))
	locked, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("the data folder cannot be used: %w", err)
	}
	if !locked {
		return nil, fmt.Errorf(taken, folder)
	}
	return lock.Unlock, nil
}

// Checked is the result of one check.
type Checked = store.Checked

// CheckReport is the result of Check.
type CheckReport struct {
	store.Report
	Took time.Duration
}

// Problems returns the number of problems found.
func (r *CheckReport) Problems() int {
	n := 0
	for _, c := range r.Checks {
		n += c.Found
	}
	return n
}

// Check judges a database, while servers and commands go on working with it, as it is at one moment. The
// chains of the audit are walked last, and only where the rest is in order; without the server secret, their signatures
// are not checked. The error, for an operator, says why it cannot be judged. The options that count are Data, DatabaseURL,
// Secret and Now.
func Check(ctx context.Context, opts Options) (CheckReport, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	began := opts.Now()
	found, err := store.Check(ctx, store.CheckOptions{Path: filepath.Join(opts.Data, databaseFile), URL: opts.DatabaseURL, Tables: jobs.Tables()})
	if err != nil {
		return CheckReport{}, err
	}
	report := CheckReport{Report: found}
	if report.Problems() == 0 {
		audit, err := checkAudit(ctx, opts)
		if err != nil {
			return CheckReport{}, err
		}
		report.Checks = append(report.Checks, audit)
	}
	report.Took = opts.Now().Sub(began)
	return report, nil
}

// checkAudit walks the chains of the audit.
func checkAudit(ctx context.Context, opts Options) (checked store.Checked, err error) {
	checked.Name = "audit"
	secrets, missing := readSecrets(opts.Secret, opts.Data, false)
	if missing != nil {
		checked.Name = "audit, signatures not checked"
	}
	db, err := store.Open(ctx, store.Options{Path: filepath.Join(opts.Data, databaseFile), URL: opts.DatabaseURL})
	if err != nil {
		return checked, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	svc := service.New(db, nil, service.Options{Now: opts.Now, Secrets: secrets})
	report, err := svc.VerifyAudit(ctx, nil)
	if err != nil {
		return checked, err
	}
	checked.Found = len(report.Faults)
	for _, f := range report.Faults {
		key := fmt.Sprintf("%s/%s/%d", f.Dealer, f.Site, f.Seq)
		checked.Problems = append(checked.Problems, store.Problem{Table: "audit_lines", Key: key, What: f.What})
	}
	return checked, nil
}
