package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/alecthomas/kong"
)

type versionCommand struct {
	formatFlags
}

// Help is shown by --help.
func (versionCommand) Help() string {
	return `Example:

    rollcall version --format json
`
}

type build struct {
	version, revision string
	modified          bool // built from files that were not committed
}

// thisBuild returns the build information of this program.
func thisBuild() build {
	b := build{version: "(devel)"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.revision = s.Value
		case "vcs.modified":
			b.modified = s.Value == "true"
		}
	}
	return b
}

// String returns the version, the Go version and the platform.
func (b build) String() string {
	return fmt.Sprintf("rollcall %s (%s, %s/%s)", b.version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// Run prints the version.
func (c *versionCommand) Run(t *terminal) error {
	b := thisBuild()
	r := record{
		"version", b.version, "go", runtime.Version(), "os", runtime.GOOS, "arch", runtime.GOARCH,
		"revision", b.revision, "modified", b.modified,
	}
	return c.print(t, r, func() error { return t.printf("%s\n", b) })
}

// showVersion is the flag --version. It takes precedence over the rest of the command line.
type showVersion bool

// BeforeReset prints the version. Kong calls it if the flag is given.
func (showVersion) BeforeReset(k *kong.Kong) error {
	if _, err := fmt.Fprintln(k.Stdout, thisBuild()); err != nil {
		return err
	}
	return errAnswered
}
