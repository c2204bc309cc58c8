package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"unicode/utf8"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

type demoCommand struct {
	listenFlags
	urlFlags
	secretFlags
	Data string `help:"Folder that keeps the demo for the next start. Without it, a temporary one is removed when the demo stops." placeholder:"DIR" env:"ROLLCALL_DATA"`
}

// Help is shown by --help.
func (demoCommand) Help() string {
	return `Starts a server with a dealer and twelve sites, which are ready for an alarm, or not, for different reasons, and prints a key, a link that signs in to the console once, and lines to paste into another terminal. Messages to contacts are printed instead of sent. The file demo.env in its folder sets ROLLCALL_URL, ROLLCALL_API_KEY, ROLLCALL_SITE_ID and ROLLCALL_ACCOUNT_REFERENCE_ID. Stop it with Ctrl-C.

Examples:

    rollcall demo
    rollcall demo --listen 127.0.0.1:9000 --data ./rollcall-demo
    rollcall demo --database-url postgres://rollcall:secret@127.0.0.1/demo
`
}

// Run serves the demo until ctx is done.
func (c *demoCommand) Run(ctx context.Context, t *terminal) (err error) {
	folder := folderFlags{Data: c.Data, urlFlags: c.urlFlags}
	if c.Data == "" {
		if folder.Data, err = os.MkdirTemp("", "rollcall-demo-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(folder.Data)) }()
	}
	if err := folder.check(true); err != nil {
		return err
	}
	if folder.Data, err = filepath.Abs(folder.Data); err != nil {
		return err
	}
	clock := &demoClock{now: t.now}
	printer := &messagePrinter{terminal: t, clock: clock}
	options := app.Options{
		Data: folder.Data, Delivery: app.Capture, Log: t.log(slog.LevelWarn, ""), Now: clock.Now, Version: thisBuild().version,
		AbuseMode:  string(service.Observe), // refuses no message
		OnCaptured: printer.print,
	}
	if options.DatabaseURL, err = c.url(); err != nil {
		return err
	}
	if options.Secret, err = c.secretFlags.read(); err != nil {
		return err
	}
	if options.Secret == "" && options.DatabaseURL != "" && c.Data == "" {
		options.Secret = demoSecret(options.DatabaseURL)
	}
	return c.serve(ctx, options, startup{
		local: true,
		check: func(s *service.Service) error {
			_, err := findDemo(ctx, s, folder)
			return err
		},
		ready: func(s *service.Service, url string) error {
			made, err := prepareDemo(ctx, s, folder, clock)
			if err != nil {
				return err
			}
			link, err := demoSignIn(ctx, s, made.dealer)
			if err != nil {
				return err
			}
			env := demoEnv{url: url, key: made.key}
			if err := env.write(folder.Data); err != nil {
				return err
			}
			return t.welcome(env, url+link, folder.Data, c.Data == "")
		},
	})
}

// demoSecret returns the default server secret of demos on PostgreSQL, derived from the URL, so that a second demo can join
// the first.
func demoSecret(url string) string {
	sum := sha256.Sum256([]byte("rollcall demo\x00" + url))
	return hex.EncodeToString(sum[:])
}

const envFile = "demo.env"

// demoEnv is the content of demo.env.
type demoEnv struct{ url, key string }

// write replaces demo.env atomically. Only its owner can read it.
func (e demoEnv) write(folder string) error {
	content := "export ROLLCALL_URL=" + alwaysQuote(e.url) + "\n" +
		keyAssignment + alwaysQuote(e.key) + "\n" +
		"export ROLLCALL_SITE_ID=" + alwaysQuote(demoSite) + "\n" +
		"export ROLLCALL_ACCOUNT_REFERENCE_ID=" + alwaysQuote(demoReference) + "\n"
	file, err := os.CreateTemp(folder, envFile+".*")
	if err != nil {
		return err
	}
	_, err = file.WriteString(content)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), filepath.Join(folder, envFile))
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}

const keyAssignment = "export ROLLCALL_API_KEY="

// lastKey returns the key in the folder's demo.env; empty: there is none.
func lastKey(folder string) (string, error) {
	content, err := os.ReadFile(filepath.Join(folder, envFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(content)) {
		if quoted, found := strings.CutPrefix(strings.TrimSpace(line), keyAssignment); found {
			return strings.Trim(quoted, "'"), nil
		}
	}
	return "", nil
}

// welcome prints the address, the key, the link to the console and lines to try.
func (t *terminal) welcome(env demoEnv, link, folder string, temporary bool) error {
	kept := "kept for the next start"
	if temporary {
		kept = "removed when the demo stops"
	}
	return t.printf(`Rollcall demo: twelve sites of a made-up alarm company, each ready for an alarm, or not, for another reason.
No messages are sent: they are shown below instead.

  API       %[1]s
  Try it    %[1]s/docs
  Key       %[2]s
  Folder    %[3]s (%[4]s)

  Console   %[9]s
            signs in once, on this machine, as an owner

Paste this into another terminal first:

  source %[5]s

Which sites are ready, and why the others are not:

  curl -s "$ROLLCALL_URL/ext/v1/readiness" -H "Authorization: Bearer $ROLLCALL_API_KEY"

Whom to call now about Pier 9 offices, in order, and who is skipped:

  curl -s "$ROLLCALL_URL/ext/v1/sites/%[7]s/call-list" -H "Authorization: Bearer $ROLLCALL_API_KEY"

The contacts of Harbour Street warehouse, and one more:

  curl -s "$ROLLCALL_URL/ext/v1/sites/$ROLLCALL_SITE_ID/contacts" -H "Authorization: Bearer $ROLLCALL_API_KEY"
  curl -s "$ROLLCALL_URL/ext/v1/sites/$ROLLCALL_SITE_ID/contacts" -H "Authorization: Bearer $ROLLCALL_API_KEY" \
    -H "Content-Type: application/json" -d '{"first_name":"Ada","last_name":"Jones","phone":"+1 202 555 0147","type":"secondary"}'

Ask John Doe, and Lucía Romero in Spanish, whether they can be reached. The messages appear here; open a link to answer:

  curl -s -X POST "$ROLLCALL_URL/ext/v1/sites/$ROLLCALL_SITE_ID/contacts/%[6]s/validation" -H "Authorization: Bearer $ROLLCALL_API_KEY"
  curl -s -X POST "$ROLLCALL_URL/ext/v1/sites/%[7]s/contacts/%[8]s/validation" -H "Authorization: Bearer $ROLLCALL_API_KEY"

Press Ctrl-C to stop.

`, env.url, env.key, folder, kept, quote(filepath.Join(folder, envFile)), demoContact, demoOtherSite, demoOtherContact, link)
}

// messagePrinter prints captured messages, one at a time, except those of the sample data's past.
type messagePrinter struct {
	terminal *terminal
	clock    *demoClock
	mu       sync.Mutex
}

func (p *messagePrinter) print(m rollcall.Message) {
	if p.clock.isBack() {
		return
	}
	var b strings.Builder
	title := fmt.Sprintf("── %s to %s, captured ", methodName(m.Method), recipientText(m))
	b.WriteString(title + strings.Repeat("─", max(0, 72-len([]rune(title)))) + "\n")
	if m.Subject != "" {
		b.WriteString("   Subject: " + m.Subject + "\n\n")
	}
	for line := range strings.SplitSeq(m.Text, "\n") {
		for _, part := range wrap(line, 72-3) {
			b.WriteString(strings.TrimRight("   "+part, " ") + "\n")
		}
	}
	b.WriteString(strings.Repeat("─", 72) + "\n\n")
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.terminal.printf("%s", b.String()) // a closed terminal must not fail the delivery
}

// wrap breaks a line at spaces into parts of at most width characters. It never breaks a word, so that links stay whole.
func wrap(line string, width int) []string {
	words := strings.Fields(line)
	if len(words) == 0 {
		return []string{""}
	}
	parts := words[:1:1]
	for _, word := range words[1:] {
		last := &parts[len(parts)-1]
		if utf8.RuneCountInString(*last)+1+utf8.RuneCountInString(word) > width {
			parts = append(parts, word)
		} else {
			*last += " " + word
		}
	}
	return parts
}

func methodName(m rollcall.Method) string {
	switch m {
	case rollcall.SMS:
		return "SMS"
	case rollcall.Email:
		return "E-mail"
	case rollcall.Call:
		return "Call"
	}
	return string(m)
}
