package cli

import (
	"fmt"
	"os"
	"path/filepath"
)

// databaseFile is the database in a folder.
const databaseFile = "rollcall.db"

// check returns an error if the folder cannot be used. It must have a database, unless create is true or the database is
// on PostgreSQL.
func (f folderFlags) check(create bool) error {
	if f.Data == "" && f.onPostgreSQL() {
		return nil
	}
	if f.Data == "" {
		return wrongUsage("name the folder of the database with --data DIR or ROLLCALL_DATA, or a database on PostgreSQL with --database-url URL or ROLLCALL_DATABASE_URL")
	}
	info, err := os.Stat(f.Data)
	if err == nil && !info.IsDir() {
		return fmt.Errorf("%s is a file; --data must name a folder", f.Data)
	}
	if create || f.onPostgreSQL() {
		return nil
	}
	if _, err := os.Stat(filepath.Join(f.Data, databaseFile)); err != nil {
		return fmt.Errorf("%s has no Rollcall database; check --data, or create one with `rollcall dealer create --name NAME --data %s`",
			f.Data, quote(f.Data))
	}
	return nil
}

// onlyFolder returns an error if the database is on PostgreSQL, for commands that copy files.
func (f folderFlags) onlyFolder(what string) error {
	if f.onPostgreSQL() {
		return wrongUsage("a PostgreSQL database is %s with PostgreSQL's own tools, see docs/postgresql.md; for a database in a folder, leave --database-url and ROLLCALL_DATABASE_URL out", what)
	}
	return nil
}
