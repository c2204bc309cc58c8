package twilio

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
)

const (
	// findLast is the number of the newest messages to search: more than a number gets while a validation is open.
	findLast = "100"
	// findSlack is the allowed difference between Twilio's clock and ours.
	findSlack = time.Minute
)

// found is a message or a call in Twilio's list.
type found struct {
	SID         string `json:"sid"`
	To          string `json:"to"`
	From        string `json:"from"`
	Body        string `json:"body"`
	Status      string `json:"status"`
	Direction   string `json:"direction"`
	ErrorCode   *int   `json:"error_code"`
	DateCreated string `json:"date_created"`
	DateSent    string `json:"date_sent"`
	StartTime   string `json:"start_time"`
}

// find searches for the message of an attempt since m.Before and returns its SID; empty: there is none. It lists the newest
// messages to the number and checks their times here, since a message that Twilio has not sent yet has no date to filter by.
func (s *Sender) find(ctx context.Context, m rollcall.Message) (ref string, err error) {
	resource := "Messages"
	if m.Method == rollcall.Call {
		resource = "Calls"
	}
	query := url.Values{"To": {m.To}, "PageSize": {findLast}}
	answer, err := s.call(ctx, http.MethodGet, s.root+"/"+resource+".json?"+query.Encode(), nil)
	if err != nil {
		return "", err
	}
	if answer.Status/100 != 2 {
		return "", refused(answer)
	}
	var list struct {
		Messages []found `json:"messages"`
		Calls    []found `json:"calls"`
	}
	if err := json.Unmarshal(answer.Body, &list); err != nil || resource == "Messages" && list.Messages == nil || resource == "Calls" && list.Calls == nil {
		return "", errors.New("Twilio's list of messages cannot be read")
	}
	for _, f := range append(list.Messages, list.Calls...) {
		if f.SID == "" || f.To != m.To && f.To != string(rollcall.PhoneNumber(m.To).Twin()) || strings.HasPrefix(f.Direction, "inbound") || !s.isOf(f, m) {
			continue
		}
		if code := f.ErrorCode; code != nil && (f.Status == "failed" || f.Status == "undelivered") && meanings[*code].final() {
			return "", byCode(*code, 0)
		}
		return f.SID, nil
	}
	return "", nil
}

// isOf reports whether a message or call in the list is that of m. A call has no text: any call since then from our number
// to theirs counts.
func (s *Sender) isOf(f found, m rollcall.Message) bool {
	at, dated := f.time()
	if dated && at.Before(m.Before.Add(-findSlack)) {
		return false
	}
	if m.Method != rollcall.Call {
		return sameText(f.Body, m.Text)
	}
	return dated && f.From == s.opts.From
}

// time returns when it was created; false: Twilio does not say.
func (f found) time() (time.Time, bool) {
	for _, text := range []string{f.DateCreated, f.DateSent, f.StartTime} {
		for _, layout := range []string{time.RFC1123Z, time.RFC3339} {
			if at, err := time.Parse(layout, text); err == nil {
				return at, true
			}
		}
	}
	return time.Time{}, false
}

// sameText compares texts, ignoring the kind of line breaks and space around them.
func sameText(a, b string) bool {
	even := func(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }
	return even(a) == even(b)
}
