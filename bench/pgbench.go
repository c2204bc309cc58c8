package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed pgbench/*.sql
var scripts embed.FS

// postgresTool returns a command of PostgreSQL's own on a database. The password goes where no list of processes shows it.
func postgresTool(ctx context.Context, name, database string, args ...string) (*exec.Cmd, error) {
	u, err := url.Parse(database)
	if err != nil {
		return nil, errors.New("the database URL cannot be read")
	}
	command := exec.CommandContext(ctx, name, args...)
	command.Env = os.Environ()
	if password, ok := u.User.Password(); ok {
		command.Env = append(command.Env, "PGPASSWORD="+password)
		u.User = url.User(u.User.Username())
	}
	command.Args = append(command.Args, u.String())
	return command, nil
}

// psql runs a script and returns what it prints, a row a line.
func psql(ctx context.Context, database, script string, variables ...string) (string, error) {
	args := []string{"-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"}
	for _, v := range variables {
		args = append(args, "-v", v)
	}
	command, err := postgresTool(ctx, "psql", database, append(args, "-f", "-", "-d")...)
	if err != nil {
		return "", err
	}
	var out, said bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = strings.NewReader(script), &out, &said
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("psql: %w: %s", err, bytes.TrimSpace(said.Bytes()))
	}
	return strings.TrimSpace(out.String()), nil
}

// examples is what Rollcall wrote for the newest contact, as JSON.
const examples = `SELECT jsonb_build_object('contact_', to_jsonb(contacts), 'line_', to_jsonb(audit_lines), '', jsonb_build_object(
	'dealer', contacts.dealer_id, 'key_hash', (SELECT key_hash FROM api_keys)))
	FROM contacts JOIN audit_lines USING (dealer_id, site_id, contact_id) WHERE site_id = 'new_0' LIMIT 1`

// scriptVariables returns NAME=VALUE for what the scripts take from what Rollcall wrote.
func scriptVariables(ctx context.Context, database string) ([]string, error) {
	text, err := psql(ctx, database, examples)
	if err != nil {
		return nil, err
	}
	var rows map[string]map[string]any
	in := json.NewDecoder(strings.NewReader(text))
	in.UseNumber() // a time has more digits than a float64
	if err := in.Decode(&rows); err != nil {
		return nil, fmt.Errorf("what Rollcall wrote: %w", err)
	}
	variables := []string{"phone_hash=" + randomHash(), "email_hash=" + randomHash()}
	for prefix, row := range rows {
		for column, value := range row {
			if value != nil && value != "" { // pgbench takes none that is empty
				variables = append(variables, prefix+column+"="+fmt.Sprint(value))
			}
		}
	}
	slices.Sort(variables)
	return variables, nil
}

// randomHash is one that nobody is kept under.
func randomHash() string {
	hash := make([]byte, 32)
	_, _ = rand.Read(hash) // it never fails
	return `\x` + hex.EncodeToString(hash)
}

// pgbenchRun is a load that pgbench puts on a database.
type pgbenchRun struct {
	database  string
	script    string   // the name of one of ours
	variables []string // NAME=VALUE
	folder    string   // for what it leaves behind
	clients   int
	warmUp    time.Duration
	duration  time.Duration
}

// threads is how many threads of pgbench drive its clients.
const threads = 2

func (r pgbenchRun) run(ctx context.Context) (outcome, error) {
	folder, err := os.MkdirTemp(r.folder, "pgbench-")
	if err != nil {
		return outcome{}, err
	}
	defer os.RemoveAll(folder)
	text, err := scripts.ReadFile("pgbench/" + r.script)
	if err != nil {
		return outcome{}, err
	}
	file := filepath.Join(folder, r.script)
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return outcome{}, err
	}
	// It takes whole seconds, and its connecting counts among them.
	seconds := int((r.warmUp+r.duration+time.Second-1)/time.Second) + 1
	args := []string{
		"-n", "-M", "prepared", "-c", strconv.Itoa(r.clients), "-j", strconv.Itoa(min(threads, r.clients)), "-T", strconv.Itoa(seconds),
		"-f", file, "-l", "--log-prefix=" + filepath.Join(folder, "log"),
	}
	for _, v := range r.variables {
		args = append(args, "-D", v)
	}
	command, err := postgresTool(ctx, "pgbench", r.database, args...)
	if err != nil {
		return outcome{}, err
	}
	var said bytes.Buffer
	command.Stderr = &said
	if err := command.Run(); err != nil {
		first, _, _ := strings.Cut(said.String(), "\n") // each client says the same
		return outcome{}, fmt.Errorf("pgbench: %w: %s", err, first)
	}
	logs, err := filepath.Glob(filepath.Join(folder, "log.*"))
	if err != nil {
		return outcome{}, err
	}
	return readLogs(logs, r.warmUp, r.duration)
}

// transaction is a line of pgbench's log.
type transaction struct {
	begin time.Time
	took  time.Duration
}

// readLogs sums up the transactions in pgbench's logs that began after the warm-up and before the time was up.
func readLogs(files []string, warmUp, duration time.Duration) (outcome, error) {
	var all []transaction
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			return outcome{}, err
		}
		found, err := readLog(f)
		if err := errors.Join(err, f.Close()); err != nil {
			return outcome{}, err
		}
		all = append(all, found...)
	}
	o := outcome{sent: len(all)}
	slices.SortFunc(all, func(a, b transaction) int { return a.begin.Compare(b.begin) })
	for _, t := range all {
		begin := all[0].begin.Add(warmUp)
		if t.begin.Before(begin) || !t.begin.Before(begin.Add(duration)) {
			continue
		}
		o.times.add(t.took)
		o.elapsed = max(o.elapsed, t.begin.Add(t.took).Sub(begin))
	}
	if o.times.total == 0 {
		return o, errors.New("pgbench has made no transaction in the time that was measured")
	}
	return o, nil
}

// readLog reads lines of: client, number of the transaction, microseconds that it took, number of the script, and when it
// ended, in seconds and microseconds.
func readLog(in io.Reader) ([]transaction, error) {
	var found []transaction
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		var client, number, took, script, seconds, micros int64
		if _, err := fmt.Sscan(lines.Text(), &client, &number, &took, &script, &seconds, &micros); err != nil {
			return nil, fmt.Errorf("a line of pgbench's log: %q: %w", lines.Text(), err)
		}
		d := time.Duration(took) * time.Microsecond
		found = append(found, transaction{time.Unix(seconds, micros*1000).Add(-d), d})
	}
	return found, lines.Err()
}
