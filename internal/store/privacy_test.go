package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/jobs"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store"
)

// fixture is a database with the queue's tables, and the use cases on it.
type fixture struct {
	*testing.T
	db      *store.DB
	pool    *sql.DB
	path    string
	service *service.Service
	caller  service.Caller
	site    rollcall.SiteRef
}

// provider captures calls; e-mails fail as unreachable.
type provider struct{ service **service.Service }

func (provider) Route(rollcall.DealerID, rollcall.Method) (rollcall.Route, bool) {
	return rollcall.Route{Provider: "test", AnyNumber: true}, true
}

func (p provider) Send(ctx context.Context, m rollcall.Message) (rollcall.Receipt, error) {
	if m.Method == rollcall.Email {
		return rollcall.Receipt{}, &rollcall.DeliveryError{Outcome: rollcall.OutcomeUnreachable, Code: "refused", Reason: "no such mailbox"}
	}
	return rollcall.Receipt{Provider: "test"}, (*p.service).StoreCapturedMessage(ctx, m)
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	h := &fixture{T: t, path: filepath.Join(t.TempDir(), "rollcall.db")}
	enqueue, err := jobs.NewEnqueuer(jobs.SQLite, nil)
	h.must(err)
	h.db, err = store.Open(t.Context(), store.Options{Path: h.path, Queue: enqueue, Migrations: []store.Migration{jobs.Migration(jobs.SQLite)}})
	h.must(err)
	t.Cleanup(func() { h.must(h.db.Close()) })
	h.must(h.db.Migrate(t.Context()))
	h.pool, err = h.db.Pool()
	h.must(err)
	h.service = service.New(h.db, provider{&h.service}, service.Options{
		Now: time.Now, Secrets: [][]byte{[]byte("the secret of a test")}, Wait: time.Nanosecond,
		AbuseMode: service.Observe,
	})
	dealer, err := h.service.CreateDealer(t.Context(), rollcall.DealerInput{Name: rollcall.Given("Hill Alarm")})
	h.must(err)
	h.caller = service.Caller{Dealer: dealer.ID, Key: "key_1"}
	site, err := h.service.CreateSite(t.Context(), h.caller, rollcall.SiteInput{Name: rollcall.Given("The mill")})
	h.must(err)
	h.site = rollcall.SiteRef{ID: site.ID}
	return h
}

func (h *fixture) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// person returns the nth state of a person's data. Each value is unique.
func person(name string, n int) rollcall.ContactInput {
	given := func(format string) rollcall.Field[string] { return rollcall.Given(fmt.Sprintf(format, name, n)) }
	return rollcall.ContactInput{
		ContactID: rollcall.Given("contact-" + name), ExternalID: given("ext-%s-%d"), FirstName: given("First-%s-%d"),
		LastName: given("Last-%s-%d"), Email: given("%s-%d@Mail.example"), Type: rollcall.Given("primary"),
		Phone: rollcall.Given(phone(name, n)),
		Points: rollcall.Given([]rollcall.PointInput{
			{Kind: rollcall.Given("phone"), Value: rollcall.Given(phone(name, n)), Extension: rollcall.Given(extension(name, n))},
			{Kind: rollcall.Given("email"), Value: given("%s-%d@Mail.example")},
		}),
	}
}

// extension returns an extension whose digits stand for a name and a state.
func extension(name string, n int) string { return fmt.Sprintf("#77*%d*%d", len(name), n) }

// phone returns a number that can be dialled, whose digits stand for a name and a state.
func phone(name string, n int) string {
	return fmt.Sprintf("(217) 55%d-%d%d", len(name)%10, 1000+n, n%10)[:14]
}

// marks returns the folded values that identify the nth state of a person's data.
func marks(name string, n int) []string {
	digits := regexp.MustCompile(`\D`).ReplaceAllString(phone(name, n), "")
	found := []string{phone(name, n), digits, extension(name, n)}
	for _, format := range []string{"ext-%s-%d", "first-%s-%d", "last-%s-%d", "%s-%d@mail.example", "message-%s-%d", "note-%s-%d"} {
		found = append(found, fmt.Sprintf(format, name, n))
	}
	return found
}

const states = 4

// live stores data about a person in every place that the use cases have, and returns its marks.
func (h *fixture) live(name string) (all []string) {
	h.Helper()
	ctx, ref := h.Context(), rollcall.ContactRef{Site: h.site, ID: rollcall.ContactID("contact-" + name)}
	caller := h.caller
	once := func() {
		caller.IdempotencyKey = &service.IdempotencyKey{Key: string(rollcall.NewRequestID()), Operation: "test", Respond: func(result any) (service.Response, error) {
			return service.Response{Status: 200, ETag: "1", Body: fmt.Appendf(nil, "%+v", result)}, nil
		}}
	}
	for n := range states {
		caller.OnBehalfOf = fmt.Sprintf("First-%s-%d Last-%s-%d", name, n, name, n)
		once()
		_, err := h.service.UpdateSite(ctx, caller, h.site, rollcall.SiteInput{AccountNumber: rollcall.Given(fmt.Sprint(n, name))})
		h.must(err)
		switch once(); n {
		case 1: // in the audit alone
			_, err := h.service.UpdateContact(ctx, caller, ref, person(name, n))
			h.must(err)
		default:
			_, err := h.service.CreateContact(ctx, caller, h.site, person(name, n))
			h.must(err)
		}
		for _, method := range []rollcall.Method{rollcall.Call, rollcall.Email} {
			once()
			in := rollcall.ValidationInput{Method: rollcall.Given(string(method)), Message: rollcall.Given(fmt.Sprintf("message-%s-%d", name, n))}
			v, err := h.service.SendValidation(ctx, caller, ref, in)
			h.must(err)
			h.must(h.service.DeliverValidation(ctx, service.DeliverJob{Dealer: v.Dealer, Validation: v.ID}))
		}
		once()
		_, err = h.service.Attest(ctx, caller, ref, rollcall.AttestationInput{
			Point: rollcall.Given("phone"), Note: rollcall.Given(fmt.Sprintf("note-%s-%d", name, n)),
		})
		h.must(err)
		given := person(name, n)
		for point, value := range map[string]string{"email": given.Email.Value, "phone": given.Phone.Value} {
			once()
			_, err := h.service.CreateSuppression(ctx, caller, rollcall.SuppressionInput{Point: rollcall.Given(point), Value: rollcall.Given(value)})
			h.must(err)
		}
		if n == 1 || n == 2 {
			once()
			h.must(h.service.DeleteContact(ctx, caller, ref))
		}
		all = append(all, marks(name, n)...)
	}
	h.imports(caller, all)
	h.must(h.service.DeleteContact(ctx, h.caller, ref))
	once()
	_, err := h.service.RestoreContact(ctx, caller, ref)
	h.must(err)
	return slices.DeleteFunc(all, func(mark string) bool { return mark == fmt.Sprintf("ext-%s-1", name) }) // an update does not change it
}

// imports starts an import whose file, its name, and a row that was refused, hold the marks.
func (h *fixture) imports(caller service.Caller, marks []string) {
	caller.IdempotencyKey = nil
	h.Helper()
	up, err := h.service.Upload(h.Context(), caller)
	h.must(err)
	_, err = up.Write([]byte("name\n" + strings.Join(marks, "\n")))
	h.must(err)
	i, err := up.Start(caller, service.ImportOptions{}, nil)
	h.must(err)
	h.must(h.db.Update(h.Context(), func(ctx context.Context, tx service.Tx) error {
		named := i
		named.FileName = strings.Join(marks, " ")
		if err := tx.UpdateImport(ctx, i, named); err != nil {
			return err
		}
		return tx.InsertImportRows(ctx, i.Dealer, i.ID, []service.ImportedRow{{Line: 2, Result: service.RowRefused, Raw: marks}})
	}))
}

// holding returns the columns, as table.column, that contain one of the marks.
func (h *fixture) holding(marks []string) []string {
	h.Helper()
	rows, err := h.pool.QueryContext(h.Context(), `SELECT m.name, c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c
		WHERE m.type = 'table' ORDER BY 1, 2`)
	h.must(err)
	var columns [][2]string
	for rows.Next() {
		var c [2]string
		h.must(rows.Scan(&c[0], &c[1]))
		columns = append(columns, c)
	}
	h.must(errors.Join(rows.Err(), rows.Close()))
	var found []string
	for _, c := range columns {
		n := 0
		for _, mark := range marks {
			if n > 0 {
				break
			}
			query := fmt.Sprintf(`SELECT COUNT(*) FROM %q WHERE instr(lower(CAST(%q AS TEXT)), $1) > 0`, c[0], c[1])
			h.must(h.pool.QueryRowContext(h.Context(), query, mark).Scan(&n))
		}
		if n > 0 {
			found = append(found, c[0]+"."+c[1])
		}
	}
	return found
}

// inFiles returns which of the marks are anywhere in the bytes of the database's files.
func (h *fixture) inFiles(marks []string) (found []string) {
	h.Helper()
	for _, suffix := range []string{"", "-wal"} {
		raw, err := os.ReadFile(h.path + suffix)
		h.must(err)
		raw = bytes.ToLower(raw)
		for _, mark := range marks {
			if bytes.Contains(raw, []byte(mark)) {
				found = append(found, mark)
			}
		}
	}
	return found
}

// personal returns the columns that the migrations mark as personal.
func personal(t *testing.T) []string {
	t.Helper()
	return marked(t, "personal")
}

// marked returns the columns with the mark in the migrations.
func marked(t *testing.T, mark string) (columns []string) {
	t.Helper()
	t.Helper()
	files, err := filepath.Glob("migrations/sqlite/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v: %v", files, err)
	}
	pattern := regexp.MustCompile(`(?m)^CREATE TABLE (\w+)|^    (\w+) .*-- ` + mark + `$`)
	table := ""
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range pattern.FindAllStringSubmatch(string(text), -1) {
			if m[1] != "" {
				table = m[1]
				continue
			}
			columns = append(columns, table+"."+m[2])
		}
	}
	slices.Sort(columns)
	return columns
}

// TestPersonalData checks that the columns marked as personal are those with data about a person, that an export contains all of
// it, and that an erasure leaves none in tables and files.
func TestPersonalData(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	jane, bystander := h.live("jane"), h.live("bystander")
	if got, want := h.holding(jane), personal(t); !slices.Equal(got, want) {
		t.Fatalf("columns that hold personal data:\n got %v\nwant %v, which the migrations mark", got, want)
	}
	export, err := h.service.ExportContact(t.Context(), h.caller, rollcall.ContactRef{Site: h.site, ID: "contact-jane"})
	h.must(err)
	text := strings.ToLower(fmt.Sprintf("%+v %+v", *export.Contact, export))
	h.must(h.service.ExportAuditLines(t.Context(), h.caller, export.Site, export.ID, func(lines []audit.Line) error {
		for _, line := range lines {
			text += strings.ToLower(string(line.Values))
		}
		return nil
	}))
	for _, mark := range jane {
		if !strings.Contains(text, mark) {
			t.Errorf("the export does not hold %s", mark)
		}
	}
	if n := len(export.Captured); n != states || len(export.Validations) != 3*states {
		t.Errorf("%d messages and %d validations exported, want %d and three times as many", n, len(export.Validations), states)
	}
	_, err = h.service.EraseContact(t.Context(), h.caller, rollcall.ContactRef{Site: h.site, ID: "contact-jane"})
	h.must(err)
	if found := h.holding(jane); len(found) > 0 {
		t.Errorf("personal data is left in %v", found)
	}
	h.must(h.db.Scrub(t.Context()))
	if found := h.inFiles(jane); len(found) > 0 {
		t.Errorf("the files still hold %v", found)
	}
	if found := h.inFiles(bystander); len(found) < len(bystander) {
		t.Errorf("data left about another person: %v, want %v", found, bystander)
	}
	h.verified()
}

// verified asserts that the audit has no faults.
func (h *fixture) verified() {
	h.Helper()
	report, err := h.service.VerifyAudit(h.Context(), nil)
	h.must(err)
	if len(report.Faults) > 0 || report.Lines == 0 {
		h.Errorf("faults %v in %d lines of the audit", report.Faults, report.Lines)
	}
}

// TestDealerThatIsErased checks that no row of the dealer is left, and no personal data in the files. The queue's completed jobs
// name the dealer for another day.
func TestDealerThatIsErased(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	jane := h.live("jane")
	other, err := h.service.CreateDealer(t.Context(), rollcall.DealerInput{Name: rollcall.Given("Vale Alarm")})
	h.must(err)
	h.must(h.service.EraseDealer(t.Context(), h.caller.Dealer))
	if got, want := h.holding([]string{string(h.caller.Dealer)}), []string{"river_job.args"}; !slices.Equal(got, want) {
		t.Errorf("the dealer is left in %v, want %v", got, want)
	}
	if found := h.inFiles(jane); len(found) > 0 {
		t.Errorf("the files still hold %v", found)
	}
	dealers, err := h.db.Dealers(t.Context())
	h.must(err)
	if len(dealers) != 1 || dealers[0] != other {
		t.Errorf("dealers %v, want %v", dealers, other)
	}
	h.verified()
}

// TestUsersAreErasedWithTheirDealer checks that the columns marked as personal to a user are those with data about one, that an
// export of the dealer contains it without secrets, and that nothing of it is left once the dealer is erased.
func TestUsersAreErasedWithTheirDealer(t *testing.T) {
	t.Parallel()
	h := newFixture(t)
	ctx := t.Context()
	link, err := h.service.InviteUser(ctx, service.Caller{Dealer: h.caller.Dealer}, rollcall.UserInput{
		Email: rollcall.Given("Ann.Lee@Mail.example"), Name: rollcall.Given("Ann of the Quay"), Role: rollcall.Given("owner"),
	})
	h.must(err)
	u, err := h.service.UsePasswordLink(ctx, link.URL[strings.LastIndexByte(link.URL, '/')+1:], "four quiet harbour lamps")
	h.must(err)
	h.must(h.service.SaveSession(ctx, rollcall.Session{Dealer: u.Dealer, User: u.ID, Hash: rollcall.Hash{1}}))
	marks := []string{"ann.lee@mail.example", "ann of the quay"}
	if got, want := h.holding(marks), marked(t, "personal to a user"); !slices.Equal(got, want) {
		t.Errorf("columns that hold data about a user:\n got %v\nwant %v, which the migrations mark", got, want)
	}
	text := ""
	h.must(h.service.ExportDealer(ctx, u.Dealer, func(table string, row map[string]any) error {
		text += strings.ToLower(fmt.Sprintln(table, row))
		return nil
	}))
	for _, mark := range append(marks, "\nsessions map") {
		if !strings.Contains(text, mark) {
			t.Errorf("the export does not hold %q", mark)
		}
	}
	for _, secret := range []string{"argon2id", "password_hash", "token_hash"} {
		if strings.Contains(text, secret) {
			t.Errorf("the export holds %s, want it left out", secret)
		}
	}
	h.must(h.service.EraseDealer(ctx, u.Dealer))
	if found := append(h.holding(marks), h.inFiles(marks)...); len(found) > 0 {
		t.Errorf("data about a user is left in %v", found)
	}
}
