package cli

import (
	"context"
	"fmt"
	"strings"

	"example.org/rollcall/internal/app"
)

type checkCommand struct {
	folderFlags
	formatFlags
}

// Help is shown by --help.
func (checkCommand) Help() string {
	return `Reads a snapshot of the whole database and changes nothing. Checks that the file is intact, the tables are those of this version, foreign keys hold, counters are right, validations agree with their contacts, every row can be read, the stored readiness of each site is that of its contacts, and the audit is complete and unchanged. Prints the first problems of each kind by table and key, and then exits with status 1.

Examples:

    rollcall check --data DIR
    rollcall check --data DIR --format json
`
}

// Run checks the database.
func (c *checkCommand) Run(ctx context.Context, t *terminal) error {
	options, err := c.options(t, false)
	if err != nil {
		return err
	}
	report, err := app.Check(ctx, options)
	if err != nil {
		return err
	}
	if err := c.print(t, checkRecord(&report), func() error { return c.text(t, &report) }); err != nil {
		return err
	}
	if n := report.Problems(); n > 0 {
		name, it := c.Data, "the folder"
		if c.onPostgreSQL() {
			name, it = "the database", "it"
		}
		return fmt.Errorf("%s has %s; keep a copy of %s as it is, and restore a backup unless you know the cause",
			name, count(int64(n), "problem"), it)
	}
	return nil
}

func checkRecord(r *app.CheckReport) record {
	checks := make([]record, len(r.Checks))
	for i, checked := range r.Checks {
		first := make([]record, len(checked.Problems))
		for j, p := range checked.Problems {
			first[j] = record{"table", p.Table, "key", p.Key, "problem", p.What}
		}
		checks[i] = record{"name", checked.Name, "problems", checked.Found, "first", first}
	}
	return record{
		"ok", r.Problems() == 0, "problems", r.Problems(), "level", r.Level, "dealers", r.Dealers, "sites", r.Sites,
		"contacts", r.Contacts, "validations", r.Validations, "seconds", seconds(r.Took), "checks", checks,
	}
}

func (c *checkCommand) text(t *terminal, r *app.CheckReport) error {
	rows := make([][]string, len(r.Checks))
	for i, checked := range r.Checks {
		verdict := "ok"
		if checked.Found > 0 {
			verdict = count(int64(checked.Found), "problem")
		}
		rows[i] = []string{checked.Name, verdict}
	}
	if err := t.table("CHECK|RESULT", rows); err != nil {
		return err
	}
	for _, checked := range r.Checks {
		if checked.Found == 0 {
			continue
		}
		if err := t.printf("\n%s:\n%s", checked.Name, problemLines(checked)); err != nil {
			return err
		}
	}
	return t.printf("\nRead %s in %v.\n", contents(r.Dealers, r.Sites, r.Contacts, r.Validations), roughly(r.Took))
}

func problemLines(checked app.Checked) string {
	var lines strings.Builder
	for _, p := range checked.Problems {
		where := strings.TrimSpace(p.Table + " " + p.Key)
		if where != "" {
			where += ": "
		}
		lines.WriteString("  " + where + oneLine(p.What) + "\n")
	}
	if more := checked.Found - len(checked.Problems); more > 0 {
		fmt.Fprintf(&lines, "  and %d more\n", more)
	}
	return lines.String()
}
