package store

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.org/rollcall/internal/rollcall"
)

// TestPgbenchRunsTheStatementsOfTheStore holds that what the service is compared with in bench is what it does itself.
func TestPgbenchRunsTheStatementsOfTheStore(t *testing.T) {
	d := postgresDialect()
	contact := rollcall.ContactRef{Site: rollcall.SiteRef{ID: "site_1"}, ID: "contact_1"}
	hashes, _ := in(2, make([]rollcall.Hash, 2))
	for file, want := range map[string][]string{
		"get.sql": {selectKeyByHash, selectContact + contactIs(contact)},
		"create.sql": {
			selectKeyByHash, `BEGIN`, reserveContact + siteID(contact.Site) + reserved, blocked(hashes), insertContact,
			selectHead + d.forUpdate, moveHead, appendLine + d.nextPosition + `)`, `COMMIT`,
		},
	} {
		t.Run(file, func(t *testing.T) {
			text, err := os.ReadFile("../../bench/pgbench/" + file)
			if err != nil {
				t.Fatal(err)
			}
			got := scriptStatements(string(text))
			if len(got) != len(want) {
				t.Fatalf("%d statements, want %d:\n%s", len(got), len(want), strings.Join(got, "\n"))
			}
			for i := range want {
				if why := differ(got[i], want[i]); why != "" {
					t.Errorf("%s\nis not the statement of the store (%s):\n%s", got[i], why, strings.Join(strings.Fields(want[i]), " "))
				}
			}
		})
	}
}

var (
	scriptEnd = regexp.MustCompile(`;\n|\\gset \w+\n`)
	parameter = regexp.MustCompile(`\$\d+`)
)

// scriptStatements returns the statements of a script of pgbench, without comments and what pgbench does by itself.
func scriptStatements(text string) []string {
	lines := slices.DeleteFunc(strings.SplitAfter(text, "\n"), func(line string) bool {
		return strings.HasPrefix(line, "--") || strings.HasPrefix(line, `\set `)
	})
	var found []string
	for _, s := range scriptEnd.Split(strings.Join(lines, ""), -1) {
		if s = strings.Join(strings.Fields(s), " "); s != "" {
			found = append(found, s)
		}
	}
	return found
}

// differ returns how a statement of a script differs from one of the store, where the script may have any value for a
// parameter, but the same one wherever the parameter is named; "" where it does not.
func differ(script, statement string) string {
	const (
		value = `(?:'[^']*'|:\w+|\d+|NULL)`
		some  = `(` + value + `(?: (?:\|\||\+) ` + value + `)*)`
	)
	statement = strings.Join(strings.Fields(statement), " ")
	names := parameter.FindAllString(statement, -1)
	var pattern strings.Builder
	for i, piece := range parameter.Split(statement, -1) {
		if i > 0 {
			pattern.WriteString(some)
		}
		pattern.WriteString(regexp.QuoteMeta(piece))
	}
	found := regexp.MustCompile(`^` + pattern.String() + `$`).FindStringSubmatch(script)
	if found == nil {
		return "another text"
	}
	values := map[string]string{}
	for i, name := range names {
		if before, ok := values[name]; ok && before != found[i+1] {
			return name + " has two values"
		}
		values[name] = found[i+1]
	}
	return ""
}
