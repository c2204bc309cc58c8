package systemtest_test

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"example.org/rollcall/internal/cli"
	"example.org/rollcall/internal/testkit"
)

const (
	theProgram    = "program"
	theSlowServer = "slow server"
	theSteps      = "steps"
	theRoller     = "roller"
	theImporter   = "importer"
)

func TestMain(m *testing.M) {
	flag.Parse()
	if testing.Short() {
		fmt.Println("whole processes are left out with -short")
		os.Exit(0)
	}
	testkit.Main(m, map[string]func() int{
		theProgram:    cli.Main,
		theSlowServer: serveAndNeverFinishDelivering,
		theSteps:      runSteps,
		theRoller:     rollOn,
		theImporter:   importOn,
	})
}
