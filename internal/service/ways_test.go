package service

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"example.org/rollcall/internal/rollcall"
)

// contactWith returns a contact whose points are given as "phone", "phone x12" or "email", with the ids p1, p2 and so on.
func contactWith(sms bool, points ...string) *rollcall.Contact {
	c := &rollcall.Contact{Preferences: rollcall.Preferences{SMS: sms}}
	for i, given := range points {
		kind, extension, _ := strings.Cut(given, " x")
		c.Points = append(c.Points, rollcall.Point{ID: rollcall.PointID(fmt.Sprint("p", i+1)), Kind: rollcall.PointKind(kind), Extension: extension})
	}
	return c
}

func TestWays(t *testing.T) {
	const both = "phone,email"
	for _, tt := range []struct {
		name, points  string
		noSMS         bool
		method, point string
		want          string // the ways, or the field of the error
	}{
		{"the first phone, then the first e-mail", "email,phone,phone,email", false, "", "", "sms p2, email p1"},
		{"the e-mail if the contact wants no text messages", both, true, "", "", "email p2"},
		{"a call to a first phone with an extension, then the e-mail", "phone x12,phone,email", false, "", "", "call p1, email p3"},
		{"a call to an extension also if the contact wants no text messages", "phone x12", true, "", "", "call p1"},
		{"nothing for a phone alone if the contact wants no text messages", "phone", true, "", "", "error method"},
		{"a method goes to every point of its kind", "phone x12,email,phone", false, "sms", "", "sms p1, sms p3"},
		{"a method is not held back by preferences", both, true, "sms", "", "sms p1"},
		{"a call goes to phones", both, false, "call", "", "call p1"},
		{"a method without a point of its kind", "phone", false, "email", "", "error method"},
		{"a named phone by text message, else by call", "phone,phone", false, "", "p2", "sms p2, call p2"},
		{"a named phone by call if the contact wants no text messages", "phone,phone", true, "", "p2", "call p2"},
		{"a named phone with an extension by call", "phone,phone x12", false, "", "p2", "call p2"},
		{"a named e-mail by e-mail", "email,phone,email", false, "", "p3", "email p3"},
		{"a named point by a method", both, true, "sms", "p1", "sms p1"},
		{"a method that does not reach the named point", both, false, "email", "p1", "error method"},
		{"an unknown point", both, false, "", "p3", "error point_id"},
		{"an unknown point with a method", both, false, "sms", "", "sms p1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			given := func(s string) rollcall.Field[string] { return rollcall.Field[string]{Value: s, Set: s != ""} }
			ways, err := waysOf(contactWith(!tt.noSMS, strings.Split(tt.points, ",")...), rollcall.ValidationInput{Method: given(tt.method), PointID: given(tt.point)})
			var e *rollcall.Error
			got := make([]string, len(ways))
			for i, w := range ways {
				got[i] = fmt.Sprintf("%s %s", w.method, w.point.ID)
			}
			if errors.As(err, &e) {
				got = []string{"error " + e.Field}
			}
			if strings.Join(got, ", ") != tt.want {
				t.Errorf("waysOf() = %v, %v, want %s", got, err, tt.want)
			}
		})
	}
}
