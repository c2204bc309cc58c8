package jobs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestQuiet(t *testing.T) {
	stopped, stop := context.WithCancel(t.Context())
	stop()
	canceled := fmt.Errorf("notify: %w", context.Canceled)
	for _, tt := range []struct {
		name  string
		ctx   context.Context
		level slog.Level
		err   error
		want  bool
	}{
		{"what goes well", t.Context(), slog.LevelInfo, nil, false},
		{"a failure", t.Context(), slog.LevelError, errors.New("no space"), true},
		{"a failure while it stops", stopped, slog.LevelError, errors.New("no space"), true},
		{"given up because it stops", stopped, slog.LevelError, canceled, false},
		{"given up for another reason", t.Context(), slog.LevelWarn, canceled, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			log := quiet(slog.New(slog.NewTextHandler(&out, nil)))
			log.With("a", 1).WithGroup("g").Log(tt.ctx, tt.level, "word", "err", fmt.Sprint(tt.err))
			if got := strings.Contains(out.String(), "word"); got != tt.want {
				t.Errorf("written is %v, want %v: %s", got, tt.want, out.String())
			}
		})
	}
}
