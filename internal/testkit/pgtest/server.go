//go:build unix

package pgtest

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// Options say how a server is set up.
type Options struct {
	// Settings go into postgresql.conf, such as "fsync = on"; without them, nothing survives a power cut, which a test
	// does not need.
	Settings []string
	// Standby is the server whose copy this one is to be, following it under this name; nil: it is a primary.
	Standby *Server
	Name    string
}

// Server is one PostgreSQL server.
type Server struct {
	Port   int
	folder string // of all that it has
	bin    string
	as     *syscall.Credential // nil: the user of the test
	guard  *os.File            // the server goes when it is closed, also by the end of this process
}

// user that owns a server, and its password.
const owner, password = "rollcall", "a-password-for-tests"

// Start makes a server and starts it; Stop ends it, and so does the end of this process.
func Start(o Options) (_ *Server, err error) {
	s := &Server{}
	if s.bin, err = findBin(); err != nil {
		return nil, err
	}
	if s.as, err = unprivileged(); err != nil {
		return nil, err
	}
	if s.folder, err = os.MkdirTemp("", "rollcall-pg-"); err != nil {
		return nil, err
	}
	if s.as != nil {
		if err := os.Chown(s.folder, int(s.as.Uid), int(s.as.Gid)); err != nil {
			return nil, err
		}
	}
	if s.Port, err = freePort(); err != nil {
		return nil, err
	}
	if err := s.startGuard(); err != nil {
		return nil, err
	}
	if o.Standby != nil {
		err = s.copyOf(o.Standby, o.Name)
	} else {
		err = s.initialize()
	}
	if err == nil {
		err = s.configure(o.Settings)
	}
	if err == nil {
		err = s.Up()
	}
	if err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// Own gives a file or a folder to the user that runs the server.
func (s *Server) Own(path string) error {
	if s.as == nil {
		return nil
	}
	return os.Chown(path, int(s.as.Uid), int(s.as.Gid))
}

// URL returns how to reach a database of the server as its owner.
func (s *Server) URL(database string) string {
	return fmt.Sprintf("postgres://%s:%s@127.0.0.1:%d/%s?sslmode=disable", owner, password, s.Port, database)
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

func (s *Server) initialize() error {
	secret := filepath.Join(s.folder, "password")
	if err := os.WriteFile(secret, []byte(password), 0o644); err != nil {
		return err
	}
	return s.run("initdb", "-D", s.data(), "-U", owner, "--pwfile", secret, "-A", "scram-sha-256",
		"-E", "UTF8", "--locale", "C.UTF-8", "--no-sync")
}

// copyOf makes a standby of a primary that runs.
func (s *Server) copyOf(primary *Server, name string) error {
	from := fmt.Sprintf("host=127.0.0.1 port=%d user=%s password=%s application_name=%s", primary.Port, owner, password, name)
	return s.run("pg_basebackup", "-D", s.data(), "-d", from, "-R", "-X", "stream", "-c", "fast", "--no-sync")
}

func (s *Server) configure(settings []string) error {
	if len(settings) == 0 {
		settings = []string{"fsync = off", "synchronous_commit = off", "full_page_writes = off"}
	}
	settings = append([]string{
		fmt.Sprintf("port = %d", s.Port), "listen_addresses = '127.0.0.1'", fmt.Sprintf("unix_socket_directories = '%s'", s.folder),
		"max_connections = 200", "shared_buffers = 64MB", "log_min_messages = fatal", "logging_collector = off",
	}, settings...)
	f, err := os.OpenFile(filepath.Join(s.data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString("\n" + strings.Join(settings, "\n") + "\n")
	return errors.Join(err, f.Close())
}

// Up starts the server, and returns once it answers.
func (s *Server) Up() error {
	return s.run("pg_ctl", "start", "-D", s.data(), "-w", "-t", "60", "-s", "-l", filepath.Join(s.folder, "log"))
}

// Down ends the server: "fast", or "immediate", as a crash would.
func (s *Server) Down(mode string) error {
	return s.run("pg_ctl", "stop", "-D", s.data(), "-w", "-t", "60", "-s", "-m", mode)
}

// Kill ends the server and all its processes with SIGKILL.
func (s *Server) Kill() error { return s.signal(syscall.SIGKILL) }

// Freeze stops the server and all its processes: it takes connections and answers nothing, until Thaw.
func (s *Server) Freeze() error { return s.signal(syscall.SIGSTOP) }

// Thaw makes a frozen server go on.
func (s *Server) Thaw() error { return s.signal(syscall.SIGCONT) }

func (s *Server) signal(what syscall.Signal) error {
	pid, err := s.pid()
	if err != nil {
		return err
	}
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return err
	}
	if err := syscall.Kill(pid, what); err != nil {
		return err
	}
	for child := range strings.FieldsSeq(string(children)) {
		if id, err := strconv.Atoi(child); err == nil {
			_ = syscall.Kill(id, what) // it may have gone with its parent
		}
	}
	return nil
}

func (s *Server) pid() (int, error) {
	content, err := os.ReadFile(filepath.Join(s.data(), "postmaster.pid"))
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(content), "\n")
	return strconv.Atoi(strings.TrimSpace(first))
}

// Promote makes a primary of a standby.
func (s *Server) Promote() error {
	return s.run("pg_ctl", "promote", "-D", s.data(), "-w", "-t", "60", "-s")
}

// Stop ends the server, if it runs, and removes all that it has.
func (s *Server) Stop() error {
	if s.guard != nil {
		_ = s.Down("immediate") // it may be down
		return errors.Join(s.guard.Close(), os.RemoveAll(s.folder))
	}
	return os.RemoveAll(s.folder)
}

func (s *Server) run(program string, args ...string) error {
	cmd := exec.Command(filepath.Join(s.bin, program), args...)
	cmd.Dir = s.folder
	cmd.Env = append(os.Environ(), "HOME="+s.folder, "LC_ALL=C")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.as}
	var said bytes.Buffer
	cmd.Stderr = &said
	if program == "pg_ctl" { // the server would hold the pipe
		file, err := os.Create(filepath.Join(s.folder, "pg_ctl"))
		if err != nil {
			return err
		}
		defer file.Close()
		cmd.Stdout, cmd.Stderr = file, file
	}
	if err := cmd.Run(); err != nil {
		log, _ := os.ReadFile(filepath.Join(s.folder, "log")) // there may be none
		return fmt.Errorf("%s: %w: %s %s", program, err, bytes.TrimSpace(said.Bytes()), log)
	}
	return nil
}

// startGuard has a shell wait for the end of this process, however it comes, and then end the server.
func (s *Server) startGuard() error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	const script = `cat >/dev/null; "$1/pg_ctl" stop -D "$2/data" -m immediate -s >/dev/null 2>&1; sleep 0.2; rm -rf "$2"`
	cmd := exec.Command("sh", "-c", script, "guard", s.bin, s.folder)
	cmd.Stdin = r
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: s.as}
	if err := cmd.Start(); err != nil {
		return errors.Join(err, w.Close())
	}
	s.guard = w
	return cmd.Process.Release()
}

// findBin returns the folder of the newest server programs.
func findBin() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(strings.Split(path, "/")[4])
		return n
	}
	slices.SortFunc(found, func(a, b string) int { return version(a) - version(b) })
	if len(found) > 0 && version(found[len(found)-1]) >= 15 {
		return filepath.Dir(found[len(found)-1]), nil
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	return "", errors.New("there is no initdb of version 15 or later; install the package postgresql")
}

// unprivileged returns who is to run the server, since it refuses root; nil where this process is not root.
func unprivileged() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("PostgreSQL refuses to run as root, and there is no user postgres or nobody")
}

func freePort() (int, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	port := ln.Addr().(*net.TCPAddr).Port
	return port, ln.Close()
}
