package postgres

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

func TestAdviceForAPooler(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ code, message, want string }{
		{"26000", `prepared statement "stmtcache_1" does not exist`, "default_query_exec_mode=exec"},
		{"42P05", `prepared statement "stmtcache_1" already exists`, "default_query_exec_mode=exec"},
		{"08P01", "unsupported startup parameter: statement_timeout", "ignore_startup_parameters = statement_timeout,"},
		{"08P01", "insufficient data left in message", ""},
	} {
		got := advice(&pgconn.PgError{Code: tt.code, Message: tt.message})
		if !strings.Contains(got, tt.want) || (got == "") != (tt.want == "") {
			t.Errorf("advice(%s: %s) = %q, want %q in it", tt.code, tt.message, got, tt.want)
		}
	}
}

func TestErrorOfSeveralLinesIsOneLineWithoutRepetition(t *testing.T) {
	t.Parallel()
	text := "failed to connect to `user=u database=x`:\n\t127.0.0.1:1: connection refused\n\t127.0.0.1:1: connection refused\n\t127.0.0.1:2: no route\n"
	want := "failed to connect to `user=u database=x`: 127.0.0.1:1: connection refused 127.0.0.1:2: no route"
	if got := inOneLine(text); got != want {
		t.Errorf("inOneLine(%q) = %q, want %q", text, got, want)
	}
}
