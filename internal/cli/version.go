package cli

import (
	"runtime"
	"runtime/debug"
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
	Version  string  `json:"version"`
	Go       string  `json:"go"`
	OS       string  `json:"os"`
	Arch     string  `json:"arch"`
	Revision *string `json:"revision"`
	Modified bool    `json:"modified"` // built from files that were not committed
}

// thisBuild returns what the compiler wrote into this program.
func thisBuild() build {
	b := build{Version: "(devel)", Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = orNull(s.Value)
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// Run prints the version.
func (c *versionCommand) Run(t *terminal) error {
	b := thisBuild()
	return c.print(t, b, func() error {
		return t.printf("rollcall %s (%s, %s/%s)\n", b.Version, b.Go, b.OS, b.Arch)
	})
}
