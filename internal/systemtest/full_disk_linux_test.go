package systemtest_test

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"example.org/rollcall/internal/testkit"
)

// TestFullDisk lets a server run out of space while clients write, gives it space again, kills it, and holds what is
// there after a restart against what was acknowledged. There is one with a small disk where this machine lets a test
// mount one, and one with a limit on the size of files, which needs no rights.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	t.Run("no space left", func(t *testing.T) {
		t.Parallel()
		folder := t.TempDir()
		if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=6m,mode=700"); err != nil {
			t.Logf("left to the limit on the size of files, since this machine mounts nothing for a test: %v", err)
			return
		}
		t.Cleanup(func() {
			if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
				t.Error(err)
			}
		})
		ballast := filepath.Join(folder, "ballast")
		fillUp(t, folder, "if no space is left, free some",
			func(*process) {
				err := os.WriteFile(ballast, bytes.Repeat([]byte("x"), 4<<20), 0o600)
				if err != nil && !errors.Is(err, syscall.ENOSPC) {
					t.Fatal(err)
				}
			},
			func(*process) { remove(t, ballast) })
	})
	t.Run("files may not grow", func(t *testing.T) {
		t.Parallel()
		fillUp(t, t.TempDir(), "limits on the size of files",
			func(p *process) { limitFiles(t, p, 1<<20) },
			func(p *process) { limitFiles(t, p, 1<<62) })
	})
}

// limitFiles sets how large files may become in a process.
func limitFiles(t *testing.T, p *process, size uint64) {
	t.Helper()
	limit := syscall.Rlimit{Cur: size, Max: 1 << 62}
	_, _, errno := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(p.PID()), syscall.RLIMIT_FSIZE,
		uintptr(unsafe.Pointer(&limit)), 0, 0, 0)
	if errno != 0 {
		t.Fatal(errno)
	}
}

// fillUp is the test, for a folder whose space take takes away and give gives back. The log must hold the advice.
func fillUp(t *testing.T, folder, advice string, take, give func(*process)) {
	t.Helper()
	sites := loadSites(8)
	_, key := prepare(t, folder, sites...)
	flags := []string{"--max-contacts-per-site", "1000000"}
	server, url := serve(t, folder, flags...)
	take(server)
	c := newClient(t, url, key)
	l := startLoad(t, c, sites)
	for round := range 2 {
		before := l.refused.Load()
		l.await(t, "running out of space", func() bool { return l.refused.Load() >= before+100 })
		c.must(t, 200, http.MethodGet, contactsOf(sites[0])+"?per_page=1", "")
		c.must(t, 200, http.MethodGet, "/readyz", "")
		checkInOrder(t, folder)
		taken := l.total()
		give(server)
		l.await(t, "writing again", func() bool { return l.total() >= taken+50 })
		t.Logf("round %d: %d acknowledged, %d refused", round, taken, l.refused.Load()-before)
		if round == 0 {
			take(server)
		}
	}
	server.Kill(t)
	l.end()
	if !strings.Contains(server.Errs.String(), advice) {
		t.Errorf("the log has no advice:\n%.3000s", server.Errs.String())
	}
	serve(t, folder, flags...)
	checkInOrder(t, folder)
	checkPrefix(t, folder, sites, counts(l.acked), counts(l.sent))
}

// TestReadOnlyFolder starts a server that may read the folder and write nothing.
func TestReadOnlyFolder(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name           string
		folder, inside os.FileMode
		want           []string
	}{
		{"nothing can be written", 0o500, 0o400, []string{"its folder and the files in it must be writable"}},
		{"no files can be made", 0o500, 0o600, []string{"its folder and the files in it must be writable"}},
		{"the files cannot be written", 0o700, 0o400, []string{"its folder and the files in it must be writable"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			prepare(t, folder, "quay")
			as := nobodyOwns(t, folder)
			for _, name := range []string{"rollcall.db", "secret"} {
				if err := os.Chmod(filepath.Join(folder, name), c.inside); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Chmod(folder, c.folder); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.Chmod(folder, 0o700) })
			refuseToServe(t, startAsUser(t, as, serveArgs(folder)...), c.want...)
		})
	}
}

// nobodyOwns gives the folder to a user without rights where this one has them all, and returns who that is.
func nobodyOwns(t *testing.T, folder string) *syscall.Credential {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	const nobody = 65534
	for _, path := range []string{folder, filepath.Join(folder, "rollcall.db"), filepath.Join(folder, "secret")} {
		if err := os.Chown(path, nobody, nobody); err != nil {
			t.Fatal(err)
		}
	}
	letPass(t, filepath.Dir(folder))
	return &syscall.Credential{Uid: nobody, Gid: nobody}
}

// startAsUser is start as another user, who may not look into the folder where this binary was built.
func startAsUser(t *testing.T, as *syscall.Credential, args ...string) *process {
	t.Helper()
	if as == nil {
		return start(t, args...)
	}
	file := filepath.Join(t.TempDir(), "rollcall")
	// Another process copies it: a file that this one had open for writing might still be so in a child, and not run.
	if out, err := exec.Command("cp", os.Args[0], file).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	letPass(t, filepath.Dir(file))
	cmd := testkit.Program(theProgram, args...)
	cmd.Path, cmd.Args[0], cmd.SysProcAttr = file, file, &syscall.SysProcAttr{Credential: as}
	return startCommand(t, cmd)
}

// letPass lets everybody reach what is in a folder of this test.
func letPass(t *testing.T, folder string) {
	t.Helper()
	for ; folder != filepath.Clean(os.TempDir()) && folder != "/"; folder = filepath.Dir(folder) {
		if err := os.Chmod(folder, 0o711); err != nil {
			t.Fatal(err)
		}
	}
}
