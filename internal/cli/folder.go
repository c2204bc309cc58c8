package cli

import (
	"fmt"
	"os"
	"path/filepath"
)

// databaseFile is in every folder that Rollcall has used.
const databaseFile = "rollcall.db"

// check says how to go on where the folder cannot be used: it must hold a database, unless one may be made or there is
// another.
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
		return fmt.Errorf("%s has no Rollcall database; check --data, or begin one with `rollcall dealer create --name NAME --data %s`",
			f.Data, quote(f.Data))
	}
	return nil
}

// onlyFolder returns an error where the database is not in the folder, for a command that copies files.
func (f folderFlags) onlyFolder(what string) error {
	if f.onPostgreSQL() {
		return wrongUsage("a database on PostgreSQL is %s with its own tools, as docs/postgresql.md says; for one in a folder, leave --database-url and ROLLCALL_DATABASE_URL out", what)
	}
	return nil
}
