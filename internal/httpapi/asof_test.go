package httpapi_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"reflect"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/testkit"
)

// anyChange returns a random request that changes a contact of a site, or is refused.
func anyChange(r *rand.Rand, n int) (method, path, body string) {
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	id := pick("c1", "c2", "c3", "c4")
	switch contact := contactsPath + "/" + id; pick("create", "create", "update", "update", "update", "delete", "restore", "send", "move", "order", "zone") {
	case "create":
		return "POST", contactsPath, fmt.Sprintf(`{"contact_id": %q, "external_contact_id": %q, "first_name": "New-%d", "last_name": "", "type": %q,
			"phone": %q, "email": %s}`, id, pick("e1", "e2", id), n, pick("primary", "billing"),
			pick("2025550142", "030 901820", "+12025550142"), pick("null", `"a@example.org"`)+pick("", `, "position": 1`, `, "position": 2`, `, "availability": [{"days": ["mon"], "from": "08:00", "to": "17:00"}]`))
	case "update":
		return "PUT", contact, pick(`{"last_name": "A"}`, `{"phone": "2025550143"}`, `{"email": "b@example.org"}`, `{"email": null}`,
			`{"role": "owner"}`, `{"role": ""}`, `{"language": "es"}`, `{"language": null}`, `{"position": 1}`, `{"position": 3}`, `{"position": 2, "dispatch": "never"}`,
			`{"availability": [{"days": ["tue", "fri"], "from": "22:00", "to": "06:30"}]}`, `{"availability": []}`, `{"effective_at": "2027-01-01T00:00:00Z"}`,
			`{"absences": [{"from": "2027-01-01T00:00:00Z", "to": "2027-01-02T00:00:00.5Z", "note": "Away"}]}`, `{"notification_preferences": {"push": true}}`, fmt.Sprintf(`{"first_name": "Now-%d"}`, n))
	case "delete":
		return "DELETE", contact, ""
	case "restore":
		return "POST", contact + "/restore", ""
	case "order":
		ids := []string{"c1", "c2", "c3", "c4", "contact_789ghi", "contact_abc123"}
		r.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		return "PUT", orderPath, order(ids[:2+r.IntN(5)]...)
	case "zone":
		return "PATCH", sitePath, `{"timezone": ` + pick("null", `"Europe/Berlin"`) + `}`
	case "send":
		return "POST", contact + "/validation", ""
	}
	return "PATCH", sitePath, `{"address": {"country": ` + pick("null", `"DE"`, `"US"`) + `}}`
}

// TestListAsOfEqualsTheListAtThatTime records the list after each of many changes, and lists as of each time at the end.
func TestListAsOfEqualsTheListAtThatTime(t *testing.T) {
	clock := testkit.NewClock()
	a := testkit.NewApp(t, func(o *app.Options) { o.Now = clock.Now })
	a.Key("all")
	type moment struct{ path, done string }
	var moments []moment
	var lists []any
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 300 {
		method, path, body := anyChange(r, n)
		status, _ := a.Do("all", method, path, body)
		if status >= 500 {
			t.Fatalf("%s %s %s: status %d, want no server error", method, path, body, status)
		}
		_, list := a.Do("all", "GET", contactsPath, "")
		lists = append(lists, list["data"])
		moments = append(moments, moment{
			contactsPath + "?as_of=" + url.QueryEscape(clock.Now().Format(time.RFC3339)), fmt.Sprintf("%s %s %s: %d", method, path, body, status),
		})
		clock.Advance(time.Second)
	}
	for i, m := range moments {
		if _, then := a.Do("all", "GET", m.path, ""); !reflect.DeepEqual(then["data"], lists[i]) {
			t.Fatalf("list as of the time after %s =\n%v\nwant\n%v", m.done, then["data"], lists[i])
		}
	}
}
