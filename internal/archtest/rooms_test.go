package archtest

// room is a row of the table: which other rooms the files of one may import. A folder is of the room with the longest
// path that holds it, and within a room everything may import everything. `*` stands for one folder's name.
type room struct {
	dir string
	may []string
	// kit marks a room that exists for tests: only tests and other kits may import it, and it may do what tests may.
	kit bool
}

// rooms holds every room. A package that is in none of them fails, so that a new one gets its place here first.
var rooms = []room{
	{dir: "cmd/rollcall", may: []string{"internal/cli"}},
	{dir: "internal/cli", may: []string{"internal/app", "internal/service", "internal/rollcall", "internal/rollcall/audit", "internal/rollcall/mail"}},
	{dir: "internal/app", may: []string{
		"internal/httpapi", "internal/pages", "internal/console", "internal/web", "internal/jobs",
		"internal/delivery", "internal/delivery/*", "internal/store", "internal/metrics", "internal/tracing", "internal/service", "internal/rollcall",
	}},
	{dir: "internal/tracing"},
	{dir: "internal/metrics"},
	{dir: "internal/httpapi", may: []string{"internal/web", "internal/service", "internal/rollcall", "internal/rollcall/audit", "api"}},
	{dir: "internal/pages", may: []string{"internal/web", "internal/service", "internal/rollcall"}},
	{dir: "internal/console", may: []string{"internal/web", "internal/service", "internal/rollcall"}},
	{dir: "internal/web", may: []string{"internal/service", "internal/rollcall"}},
	{dir: "internal/jobs", may: []string{"internal/service", "internal/rollcall"}},
	{dir: "internal/delivery", may: []string{"internal/service", "internal/rollcall"}},
	{dir: "internal/delivery/*", may: []string{"internal/delivery", "internal/service", "internal/rollcall", "internal/rollcall/mail"}},
	{dir: "internal/store", may: []string{"internal/service", "internal/rollcall", "internal/rollcall/audit"}},
	{dir: "internal/service", may: []string{"internal/rollcall", "internal/rollcall/*"}},
	{dir: "internal/rollcall", may: []string{"internal/rollcall/*"}},
	{dir: "internal/rollcall/audit", may: []string{"internal/rollcall", "internal/rollcall/phone"}},
	{dir: "internal/rollcall/mail"},
	{dir: "internal/rollcall/message"},
	{dir: "internal/rollcall/phone"},
	{dir: "api"},
	{dir: "client"},
	{dir: "bench", may: []string{"client"}},
	{dir: "internal/archtest"},
	{dir: "internal/systemtest"},

	{dir: "internal/testkit", kit: true, may: []string{"internal/*", "internal/delivery/*", "internal/testkit/pgtest", "api"}},
	{dir: "internal/testkit/pgtest", kit: true},
	{dir: "internal/store/storetest", kit: true, may: []string{"internal/store", "internal/service", "internal/rollcall", "internal/rollcall/audit"}},
	{dir: "internal/delivery/deliverytest", kit: true, may: []string{"internal/delivery", "internal/service", "internal/rollcall"}},
}

// library is a row of the second table: who may use a package from elsewhere, and every package below it.
type library struct {
	path string
	// only names the rooms whose shipped code may import it; kits and tests may too. Empty: everybody.
	only []string
	// never names the rooms that may not, their tests included.
	never []string
	why   string
}

var libraries = []library{
	{path: "net/http", never: []string{"internal/rollcall", "internal/service", "internal/store"}, why: "the core and the store know nothing of HTTP"},
	{path: "database/sql", only: []string{"internal/store", "internal/jobs"}, why: "SQL is the store's, and jobs adds a job in the store's transaction"},
	{path: "modernc.org/sqlite", only: []string{"internal/store"}, why: "a database's driver is the store's"},
	{path: "modernc.org/libc", only: []string{"internal/store"}, why: "the store calls SQLite, which is written over it"},
	{path: "github.com/jackc/pgx", only: []string{"internal/store", "internal/jobs"}, why: "a database's driver is the store's, and the queue listens for jobs over connections of its own"},
	{path: "github.com/pressly/goose", only: []string{"internal/store"}, why: "the schema is the store's"},
	{path: "github.com/riverqueue/river", only: []string{"internal/jobs"}, why: "work that waits goes through jobs"},
	{path: "github.com/alecthomas/kong", only: []string{"internal/cli"}, why: "options reach the other rooms as plain structs"},
	{path: "golang.org/x/time/rate", only: []string{"internal/web"}, why: "one bound on callers for every room that speaks HTTP"},
	{path: "github.com/prometheus", only: []string{"internal/metrics"}, why: "rooms tell what happens through small interfaces of their own"},
	{path: "go.opentelemetry.io/otel", only: []string{"internal/tracing"}, why: "web declares the little that it needs of it"},
	{path: "golang.org/x/oauth2", only: []string{"internal/delivery/smtp"}, why: "the login of a mail server is its provider's"},
	{path: "github.com/wneessen/go-mail", only: []string{"internal/delivery/smtp"}, why: "mail leaves through one provider"},
	{path: "github.com/emersion/go-smtp", only: []string{}, why: "mail servers are for tests"},
	{path: "github.com/chromedp", only: []string{}, why: "shipped code drives no browser"},
	{path: "github.com/nyaruka/phonenumbers", only: []string{"internal/rollcall/phone"}, why: "numbers are read and compared in one room"},
	{path: "os/signal", only: []string{"internal/cli", "bench"}, why: "below the command line, a context says when to stop"},
	{path: "testing", only: []string{}, why: "shipped code holds nothing that is for tests"},
	{path: "net/http/httptest", only: []string{}, why: "shipped code holds nothing that is for tests"},
	{path: "go.uber.org/goleak", only: []string{}, why: "shipped code holds nothing that is for tests"},
	{path: "pgregory.net/rapid", only: []string{}, why: "shipped code holds nothing that is for tests"},
}
