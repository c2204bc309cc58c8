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
	"example.org/rollcall/internal/store/upkeep"
)

// BackupOptions are the options of Backup and Restore. Data and File are required.
type BackupOptions struct {
	// Data is the folder of the database.
	Data string
	// File is the backup.
	File string
	// Replace lets Backup replace an existing file.
	Replace bool
	// Now is the clock; default time.Now.
	Now func() time.Time
	// Progress is called now and then with the bytes copied so far and in all.
	Progress func(done, all int64)
}

// Copied says what Backup or Restore copied.
type Copied struct {
	upkeep.Copied
	Took      time.Duration
	Secret    string // the path of the server secret in the folder
	HasSecret bool   // whether that file exists
}

// Backup copies a snapshot of a folder's database to a file. Servers and commands may use the database meanwhile. The
// server secret is not copied. The error is for the operator.
func Backup(ctx context.Context, opts BackupOptions) (Copied, error) {
	if err := opts.checkFile(); err != nil {
		return Copied{}, err
	}
	return opts.run(func(copying upkeep.CopyOptions) (upkeep.Copied, error) {
		copying.From, copying.To = copying.To, copying.From
		return upkeep.Backup(ctx, copying)
	})
}

// Restore copies a backup into a folder that no server uses and that is empty except for the server secret. It creates a
// missing folder. The error is for the operator.
func Restore(ctx context.Context, opts BackupOptions) (_ Copied, err error) {
	if _, err := os.Stat(opts.File); err != nil {
		return Copied{}, fmt.Errorf("the backup cannot be read: %w", err)
	}
	if err := os.MkdirAll(opts.Data, 0o700); err != nil {
		return Copied{}, fmt.Errorf("the data folder cannot be created: %w", err)
	}
	unlock, err := takeFolder(opts.Data, "a server runs on %s; stop it first, or choose another folder")
	if err != nil {
		return Copied{}, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if err := checkEmpty(opts.Data); err != nil {
		return Copied{}, err
	}
	return opts.run(func(copying upkeep.CopyOptions) (upkeep.Copied, error) { return upkeep.Restore(ctx, copying) })
}

// checkFile returns an error if the backup would replace the database of the folder, or the secret or lock of any folder.
func (opts BackupOptions) checkFile() error {
	folder, err := os.Stat(filepath.Dir(opts.File))
	data, dataErr := os.Stat(opts.Data)
	own := err == nil && dataErr == nil && os.SameFile(folder, data) // errors are found later
	name := strings.ToLower(filepath.Base(opts.File))                // some file systems ignore case
	if name == secretFile || name == lockFile || own && strings.HasPrefix(name, databaseFile) {
		return fmt.Errorf("%s is the name of a file of a data folder; name another file", opts.File)
	}
	return nil
}

// checkEmpty returns an error if the folder has files other than Rollcall's. The store refuses an existing database.
func checkEmpty(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("reading the data folder: %w", err)
	}
	for _, e := range entries {
		switch name := e.Name(); {
		case name == secretFile, name == lockFile, name == "lost+found", strings.HasPrefix(name, databaseFile):
		default:
			return fmt.Errorf("%s is not empty: it has %s; choose an empty folder", folder, name)
		}
	}
	return nil
}

// run calls do with the options to copy from the backup into the folder.
func (opts BackupOptions) run(do func(upkeep.CopyOptions) (upkeep.Copied, error)) (Copied, error) {
	now := opts.Now
	if now == nil {
		now = time.Now
	}
	began := now()
	done, err := do(upkeep.CopyOptions{
		From: opts.File, To: filepath.Join(opts.Data, databaseFile), Replace: opts.Replace, At: began, Progress: opts.Progress,
	})
	if err != nil {
		return Copied{}, err
	}
	secret := filepath.Join(opts.Data, secretFile)
	_, missing := os.Stat(secret)
	return Copied{Copied: done, Took: now().Sub(began), Secret: secret, HasSecret: missing == nil}, nil
}

// takeFolder locks the folder for a server until unlock is called. taken is the error if it is locked already, with %s for
// the folder.
func takeFolder(folder, taken string) (unlock func() error, err error) {
	lock := flock.New(filepath.Join(folder, lockFile), flock.SetPermissions(0o600))
	locked, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("locking the data folder: %w", err)
	}
	if !locked {
		return nil, fmt.Errorf(taken, folder)
	}
	return lock.Unlock, nil
}

// Checked is the result of one check.
type Checked = upkeep.Checked

// CheckReport is the result of Check.
type CheckReport struct {
	upkeep.Report
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

// Check checks a snapshot of a database. Servers and commands may use it meanwhile. The readiness of sites and the audit are checked
// last, and only if there are no other problems; without the server secret the signatures of the audit are not checked. It uses the options Data,
// DatabaseURL, Secret and Now. The error, for the operator, says why the database cannot be checked.
func Check(ctx context.Context, opts Options) (CheckReport, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	began := opts.Now()
	found, err := upkeep.Check(ctx, upkeep.CheckOptions{Path: filepath.Join(opts.Data, databaseFile), URL: opts.DatabaseURL, Tables: jobs.Tables()})
	if err != nil {
		return CheckReport{}, err
	}
	report := CheckReport{Report: found}
	if report.Problems() == 0 {
		more, err := checkByService(ctx, opts)
		if err != nil {
			return CheckReport{}, err
		}
		report.Checks = append(report.Checks, more...)
	}
	report.Took = opts.Now().Sub(began)
	return report, nil
}

// checkByService checks what only the use cases know: the readiness of sites, and the audit.
func checkByService(ctx context.Context, opts Options) (all []upkeep.Checked, err error) {
	secrets, missing := readSecrets(opts.Secret, opts.Data, false)
	db, err := store.Open(ctx, store.Options{Path: filepath.Join(opts.Data, databaseFile), URL: opts.DatabaseURL})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	svc := service.New(db, nil, service.Options{Now: opts.Now, Secrets: secrets})
	readiness, err := checkReadiness(ctx, svc)
	if err != nil {
		return nil, err
	}
	audit, err := checkAudit(ctx, svc)
	if missing != nil {
		audit.Name += ", signatures not checked"
	}
	return []upkeep.Checked{readiness, audit}, err
}

// checkReadiness compares the stored readiness of every site with its contacts.
func checkReadiness(ctx context.Context, svc *service.Service) (upkeep.Checked, error) {
	checked := upkeep.Checked{Name: "readiness"}
	faults, err := svc.VerifyReadiness(ctx)
	checked.Found = len(faults)
	for _, f := range faults[:min(len(faults), problemsShown)] {
		problem := fmt.Sprintf("its readiness is stored as %s with other reasons than its contacts give", f.Stored)
		if f.Stored != f.Actual {
			problem = fmt.Sprintf("its readiness is stored as %s, but is %s", f.Stored, f.Actual)
		}
		checked.Problems = append(checked.Problems, upkeep.Problem{Table: "sites", Key: string(f.Dealer) + "/" + string(f.Site), What: problem})
	}
	return checked, err
}

const problemsShown = 20

// checkAudit verifies the chains of the audit.
func checkAudit(ctx context.Context, svc *service.Service) (upkeep.Checked, error) {
	checked := upkeep.Checked{Name: "audit"}
	report, err := svc.VerifyAudit(ctx, nil)
	if err != nil {
		return checked, err
	}
	checked.Found = len(report.Faults)
	for _, f := range report.Faults {
		key := fmt.Sprintf("%s/%s/%d", f.Dealer, f.Site, f.Seq)
		checked.Problems = append(checked.Problems, upkeep.Problem{Table: "audit_lines", Key: key, What: f.Problem})
	}
	return checked, nil
}
