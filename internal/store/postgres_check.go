package store

import (
	"context"
	"database/sql"
	"errors"
)

// checkPostgres judges a database on PostgreSQL. That its files are whole is the server's business, and so are its
// constraints, as long as it holds them.
func checkPostgres(ctx context.Context, opts CheckOptions) (report Report, err error) {
	db, err := openPostgres(ctx, Options{URL: opts.URL, Connections: 2, whole: true})
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, db.close()) }()
	version, err := db.Version(ctx)
	if err != nil {
		return report, err
	}
	if version == 0 {
		return report, &unfit{db.name() + " is not a database of Rollcall, or an empty one"}
	}
	err = db.run.Snapshot(ctx, func(run runner) (err error) {
		moment := reader{run: run, dialect: db.dialect}
		report, err = moment.judge(ctx, append([]check{{"constraints", checkHeld}}, checks(opts)...), db.name())
		return err
	})
	return report, err
}

const notHeld = `SELECT conrelid::regclass::text, conname, 'the constraint was never checked for all rows; run ALTER TABLE … VALIDATE CONSTRAINT'
	FROM pg_constraint WHERE NOT convalidated AND connamespace = current_schema()::regnamespace
	UNION ALL SELECT indrelid::regclass::text, indexrelid::regclass::text, 'the index is not valid; run REINDEX INDEX'
	FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
	WHERE NOT indisvalid AND relnamespace = current_schema()::regnamespace
	UNION ALL SELECT tgrelid::regclass::text, tgname, 'the trigger that holds a foreign key is off; run ALTER TABLE … ENABLE TRIGGER ALL'
	FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
	WHERE tgisinternal AND tgenabled = 'D' AND relnamespace = current_schema()::regnamespace`

// checkHeld looks for constraints that the server does not hold.
func checkHeld(ctx context.Context, e *examination) error {
	return e.run.Query(ctx, notHeld, nil, func(row *sql.Rows) error {
		var p Problem
		err := row.Scan(&p.Table, &p.Key, &p.What)
		e.found(p)
		return err
	})
}
