package systemtest_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"example.org/rollcall/internal/cli"
)

// asProcess is the environment variable that says what this binary is to be: empty for the tests themselves.
const asProcess = "ROLLCALL_TEST_AS_PROCESS"

const (
	theProgram    = "program"
	theSlowServer = "slow server"
	theSteps      = "steps"
)

func TestMain(m *testing.M) {
	switch os.Getenv(asProcess) {
	case theProgram:
		os.Exit(cli.Main())
	case theSlowServer:
		os.Exit(serveAndNeverFinishDelivering())
	case theSteps:
		os.Exit(runSteps())
	}
	flag.Parse()
	if testing.Short() {
		fmt.Println("whole processes are left out with -short")
		os.Exit(0)
	}
	for _, setting := range os.Environ() { // what is set for this desk's own server must not reach the tests
		if name, _, _ := strings.Cut(setting, "="); strings.HasPrefix(name, "ROLLCALL_") && !strings.HasPrefix(name, "ROLLCALL_TEST_") {
			_ = os.Unsetenv(name)
		}
	}
	os.Exit(m.Run())
}
