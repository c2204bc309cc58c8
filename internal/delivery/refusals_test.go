package delivery_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/delivery"
	"example.org/rollcall/internal/rollcall"
)

func TestRefusals(t *testing.T) {
	refused := &rollcall.Undelivered{Outcome: rollcall.SetupRefuse, Code: "login_refused", Reason: "set the right password"}
	var log strings.Builder
	start := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	now := start
	r := &delivery.Refusals{Log: slog.New(slog.NewTextHandler(&log, nil)), Now: func() time.Time { return now }}
	sms, mail := &recorder{name: "sms"}, &recorder{name: "mail"}
	d := r.Watch(delivery.NewOutbox(nil, map[rollcall.Method]delivery.Sender{rollcall.SMS: sms, rollcall.Email: mail}))
	for _, step := range []struct {
		name   string
		method rollcall.Method
		err    error
		after  time.Duration
		want   string // what is refused, since when in seconds, and how often
		lines  int    // in the log so far
	}{
		{"taken", rollcall.SMS, nil, 0, "", 0},
		{"refused", rollcall.SMS, refused, time.Second, "sms login_refused 1 1", 1},
		{"again", rollcall.SMS, refused, time.Second, "sms login_refused 1 2", 1},
		{"later says nothing", rollcall.SMS, &rollcall.Undelivered{}, time.Second, "sms login_refused 1 2", 1},
		{"nor does what nobody knows", rollcall.SMS, errors.New("cut off"), 0, "sms login_refused 1 2", 1},
		{"another provider", rollcall.Email, refused, time.Second, "mail login_refused 4 1, sms login_refused 1 2", 2},
		{"a method without one", rollcall.Call, nil, 0, "mail login_refused 4 1, none delivery_not_configured 4 1, sms login_refused 1 2", 3},
		{"a minute later", rollcall.SMS, refused, time.Minute, "mail login_refused 4 1, none delivery_not_configured 4 1, sms login_refused 1 3", 4},
		{"taken again", rollcall.SMS, nil, 0, "mail login_refused 4 1, none delivery_not_configured 4 1", 4},
		{"not for this recipient", rollcall.Email, &rollcall.Undelivered{Outcome: rollcall.Never}, 0, "none delivery_not_configured 4 1", 4},
		{"refused anew at once", rollcall.SMS, refused, time.Second, "none delivery_not_configured 4 1, sms login_refused 65 1", 4},
	} {
		now = now.Add(step.after)
		sms.err, mail.err = step.err, step.err
		_, _ = d.Send(t.Context(), rollcall.Message{Method: step.method})
		var got []string
		for _, f := range r.List() {
			got = append(got, fmt.Sprint(f.Provider, " ", f.Code, " ", f.Since.Sub(start).Seconds(), " ", f.Times))
		}
		if list := strings.Join(got, ", "); list != step.want {
			t.Errorf("%s: %s, want %s", step.name, list, step.want)
		}
		if n := strings.Count(log.String(), "\n"); n != step.lines {
			t.Errorf("%s: %d lines in the log, want %d", step.name, n, step.lines)
		}
	}
	if !strings.Contains(log.String(), `reason="set the right password"`) {
		t.Errorf("logged %s", log.String())
	}
}
