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
	refused := &rollcall.DeliveryError{Outcome: rollcall.OutcomeMisconfigured, Code: "login_refused", Reason: "set the right password"}
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
		want   string // the refusals, with the second of the first and their number
		lines  int    // in the log so far
	}{
		{"taken", rollcall.SMS, nil, 0, "", 0},
		{"refused", rollcall.SMS, refused, time.Second, "sms login_refused 1 1", 1},
		{"again", rollcall.SMS, refused, time.Second, "sms login_refused 1 2", 1},
		{"later says nothing", rollcall.SMS, &rollcall.DeliveryError{}, time.Second, "sms login_refused 1 2", 1},
		{"nor does an unknown outcome", rollcall.SMS, errors.New("cut off"), 0, "sms login_refused 1 2", 1},
		{"another provider", rollcall.Email, refused, time.Second, "mail login_refused 4 1, sms login_refused 1 2", 2},
		{"a method without one", rollcall.Call, nil, 0, "mail login_refused 4 1, none delivery_not_configured 4 1, sms login_refused 1 2", 3},
		{"a minute later", rollcall.SMS, refused, time.Minute, "mail login_refused 4 1, none delivery_not_configured 4 1, sms login_refused 1 3", 4},
		{"taken again", rollcall.SMS, nil, 0, "mail login_refused 4 1, none delivery_not_configured 4 1", 4},
		{"not for this recipient", rollcall.Email, &rollcall.DeliveryError{Outcome: rollcall.OutcomeUnreachable}, 0, "none delivery_not_configured 4 1", 4},
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
		t.Errorf("log = %s, want the reason", log.String())
	}
}

// TestSuspectRefusals checks that one recipient or one text never count as a refusal of the settings, and that many do.
func TestSuspectRefusals(t *testing.T) {
	const over, texts = rollcall.SuspectOverRecipients, rollcall.SuspectOverTexts
	type step struct {
		to, words string
		outcome   rollcall.Outcome // OutcomeRetry: it was accepted or delivered
		suspect   rollcall.Suspicion
		report    bool
		after     time.Duration
	}
	refused := func(to, words string, by rollcall.Suspicion) step {
		return step{to: to, words: words, outcome: rollcall.OutcomeMisconfigured, suspect: by}
	}
	reported := func(to, words string, by rollcall.Suspicion) step {
		return step{to: to, words: words, outcome: rollcall.OutcomeRejected, suspect: by, report: true}
	}
	for _, tt := range []struct {
		name  string
		steps []step
		want  bool
	}{
		{"one recipient, many times", []step{refused("a", "1", over), refused("a", "2", over), refused("a", "3", over), refused("a", "4", over)}, false},
		{"two recipients", []step{refused("a", "1", over), refused("b", "1", over), refused("a", "1", over)}, false},
		{"three recipients", []step{refused("a", "1", over), refused("b", "1", over), refused("c", "1", over)}, true},
		{"three recipients, with a success between", []step{refused("a", "1", over), refused("b", "1", over), {to: "d"}, refused("c", "1", over)}, false},
		{"three recipients, not within an hour", []step{refused("a", "1", over), refused("b", "1", over), {to: "c", outcome: rollcall.OutcomeMisconfigured, suspect: over, after: time.Hour}}, false},
		{"three recipients, then a success", []step{refused("a", "1", over), refused("b", "1", over), refused("c", "1", over), {to: "d"}}, false},
		{"certain at once", []step{refused("a", "1", rollcall.SuspectNone)}, true},
		{"one text", []step{reported("a", "1", texts), reported("b", "1", texts), reported("c", "1", texts), reported("d", "1", texts)}, false},
		{"three texts to one recipient", []step{reported("a", "1", texts), reported("a", "2", texts), reported("a", "3", texts)}, false},
		{"three texts", []step{reported("a", "1", texts), reported("b", "2", texts), reported("c", "3", texts)}, true},
		{"three texts, while others are taken", []step{reported("a", "1", texts), {to: "d"}, reported("b", "2", texts), {to: "d"}, reported("c", "3", texts)}, true},
		{"three texts, while others arrive", []step{reported("a", "1", texts), {to: "d", report: true}, reported("b", "2", texts), reported("c", "3", texts)}, false},
		{"three texts, then one arrives", []step{reported("a", "1", texts), reported("b", "2", texts), reported("c", "3", texts), {to: "d", report: true}}, false},
		{"a report that names the settings", []step{{to: "a", outcome: rollcall.OutcomeMisconfigured, report: true}}, false},
		{"such reports on three recipients", []step{{to: "a", outcome: rollcall.OutcomeMisconfigured, report: true}, {to: "b", outcome: rollcall.OutcomeMisconfigured, report: true}, {to: "c", outcome: rollcall.OutcomeMisconfigured, report: true}}, true},
	} {
		now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
		r := &delivery.Refusals{Now: func() time.Time { return now }}
		sms := &recorder{name: "sms"}
		d := r.Watch(delivery.NewOutbox(nil, map[rollcall.Method]delivery.Sender{rollcall.SMS: sms}))
		for _, s := range tt.steps {
			now = now.Add(s.after)
			m := rollcall.Message{Method: rollcall.SMS, To: s.to, Words: s.words}
			u := &rollcall.DeliveryError{Outcome: s.outcome, Code: "code", Suspect: s.suspect}
			sms.err = u
			if s.outcome == rollcall.OutcomeRetry {
				u, sms.err = nil, nil
			}
			if s.report {
				r.Report(m, rollcall.DeliveryReport{Provider: "sms", Failure: u})
			} else {
				_, _ = d.Send(t.Context(), m)
			}
		}
		if got := len(r.List()) > 0; got != tt.want {
			t.Errorf("%s: refused is %t, want %t", tt.name, got, tt.want)
		}
	}
}

// TestSuspectsAreBounded checks that refusals of many recipients, each with a code of its own, are no refusal of the settings.
func TestSuspectsAreBounded(t *testing.T) {
	r := &delivery.Refusals{}
	for n := range 1000 {
		u := &rollcall.DeliveryError{Outcome: rollcall.OutcomeMisconfigured, Code: fmt.Sprint(n), Suspect: rollcall.SuspectOverRecipients}
		r.Report(rollcall.Message{To: fmt.Sprint(n)}, rollcall.DeliveryReport{Provider: "sms", Failure: u})
	}
	if list := r.List(); len(list) > 0 {
		t.Errorf("refused: %v, want nothing", list)
	}
}
