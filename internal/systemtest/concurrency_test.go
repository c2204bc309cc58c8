package systemtest_test

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/testkit"
)

const (
	clients   = 64
	harbour   = "/ext/v1/sites/site_123abc/contacts"
	harbourBy = "/ref/v1/sites/ACCT-1001/contacts"
)

// together runs a function so many times at once, each with its number, and waits for all of them.
func together(n int, f func(i int)) {
	var all sync.WaitGroup
	ready := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-ready
			f(i)
		})
	}
	close(ready)
	all.Wait()
}

// tally counts the answers to requests that are sent at once.
type tally struct {
	mu     sync.Mutex
	counts map[string]int
}

func (c *tally) add(status int, answer object) {
	what := fmt.Sprint(status)
	if failure, ok := answer["error"].(object); ok {
		what = fmt.Sprint(status, " ", failure["code"])
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counts == nil {
		c.counts = map[string]int{}
	}
	c.counts[what]++
}

func (c *tally) want(t *testing.T, what string, want map[string]int) {
	t.Helper()
	if !maps.Equal(c.counts, want) {
		t.Errorf("%s: the answers were %v, want %v", what, c.counts, want)
	}
}

// newApp starts the real thing with a key for everything, ready for callers at once.
func newApp(t *testing.T, changes ...func(*app.Options)) *testkit.App {
	t.Helper()
	a := testkit.NewApp(t, changes...)
	a.Key("all")
	return a
}

// list returns the contacts of a path, and fails where total_count is another number.
func list(t *testing.T, a *testkit.App, path string) []object {
	t.Helper()
	status, answer := a.Do("all", "GET", path, "")
	if status != 200 {
		t.Fatalf("GET %s: status %d: %v", path, status, answer)
	}
	data := answer["data"].(object)
	var contacts []object
	for _, each := range data["contacts"].([]any) {
		contacts = append(contacts, each.(object))
	}
	if total := data["total_count"].(float64); int(total) != len(contacts) {
		t.Errorf("%s: total_count %v with %d contacts", path, total, len(contacts))
	}
	return contacts
}

var chainFields = []string{"first_name", "last_name", "email", "phone"}

func stateOf(contact object) (s state) {
	for i, name := range chainFields {
		s[i] = fmt.Sprint(contact[name])
	}
	return s
}

// TestNoUpdateIsLost has many clients change one contact, each a field to values of its own, in all the ways there are,
// and shows that the answers form a chain.
func TestNoUpdateIsLost(t *testing.T) {
	const each = 8
	a := newApp(t)
	ways := []struct{ method, path string }{
		{"PUT", harbour + "/contact_789ghi"}, {"PATCH", harbour + "/contact_789ghi"}, {"PUT", harbourBy + "/contact_789ghi"},
	}
	_, answer := a.Do("all", "GET", ways[0].path, "")
	first := stateOf(answer["data"].(object))
	var updates [clients * each]update
	together(clients, func(i int) {
		field, way := i%len(chainFields), ways[i%len(ways)]
		for n := range each {
			value := fmt.Sprintf("v%d.%d", i, n)
			switch chainFields[field] {
			case "email":
				value += "@example.org"
			case "phone":
				value = fmt.Sprintf("+1 202 555 0100 x%d%02d", i, n)
			}
			u := update{field: field, began: time.Now()}
			status, answer := a.Do("all", way.method, way.path, text(object{chainFields[field]: value}))
			u.ended = time.Now()
			data, _ := answer["data"].(object)
			if u.shown = stateOf(data); status != 200 || u.value() != value {
				t.Errorf("the answer to %s %q is %d %v", chainFields[field], value, status, answer)
			}
			updates[i*each+n] = u
		}
	})
	_, answer = a.Do("all", "GET", ways[0].path, "")
	if err := chain(first, stateOf(answer["data"].(object)), updates[:]); err != nil {
		t.Error(err)
	}
}

// TestPreferencesMergeTogether has clients switch one preference each, over and over, while others switch the others: in
// the end each is as it was last set, and each answer shows what its own client has set.
func TestPreferencesMergeTogether(t *testing.T) {
	const rounds = 40
	a := newApp(t)
	names := []string{"email", "sms", "push"}
	together(len(names), func(i int) {
		for n := range rounds {
			want := n%2 == 0
			status, answer := a.Do("all", "PATCH", harbour+"/contact_789ghi", text(object{"notification_preferences": object{names[i]: want}}))
			data, _ := answer["data"].(object)
			if preferences, _ := data["notification_preferences"].(object); status != 200 || preferences[names[i]] != want {
				t.Errorf("%s was set to %t, and the answer is %d %v", names[i], want, status, answer)
			}
		}
	})
}

func TestPutByReferenceCreatesOne(t *testing.T) {
	a := newApp(t)
	for round := range 4 {
		path := fmt.Sprintf("%s/crm-%d", harbourBy, round)
		var answers tally
		var ids sync.Map
		together(clients, func(i int) {
			status, answer := a.Do("all", "PUT", path, text(object{
				"first_name": "Ada", "last_name": fmt.Sprintf("Park %d", i), "phone": "+12025550142", "type": "primary",
			}))
			answers.add(status, answer)
			data, _ := answer["data"].(object)
			ids.Store(data["contact_id"], true)
			if data["last_name"] != fmt.Sprintf("Park %d", i) {
				t.Errorf("client %d is answered %v", i, data)
			}
		})
		answers.want(t, path, map[string]int{"201": 1, "200": clients - 1})
		n := 0
		ids.Range(func(any, any) bool { n++; return true })
		if n != 1 {
			t.Errorf("%s: the answers name %d contacts, want 1", path, n)
		}
	}
	if contacts := list(t, a, harbour); len(contacts) != 2+4 {
		t.Errorf("there are %d contacts, want 6", len(contacts))
	}
	checkWhole(t, a.Folder)
}

// create sends a new contact in one of the three ways, by turns.
func create(a *testkit.App, n int) (status int, answer object) {
	contact := object{"first_name": "Ada", "last_name": "Park", "phone": "+12025550142", "type": "primary"}
	switch n % 3 {
	case 0:
		return a.Do("all", "POST", harbour, text(contact))
	case 1:
		return a.Do("all", "POST", harbourBy, text(contact))
	}
	return a.Do("all", "PUT", fmt.Sprintf("%s/new-%d", harbourBy, n), text(contact))
}

func TestContactLimitIsExact(t *testing.T) {
	const limit = 20
	a := newApp(t, func(o *app.Options) { o.MaxContactsPerSite = limit })
	var answers tally
	together(clients, func(i int) { answers.add(create(a, i)) })
	answers.want(t, "creates", map[string]int{"201": limit - 2, "409 contact_limit_reached": clients - limit + 2})
	contacts := list(t, a, harbour)
	if len(contacts) != limit {
		t.Fatalf("there are %d contacts, want %d", len(contacts), limit)
	}

	// Deletions at once make room for exactly as many, whatever else is tried and refused meanwhile.
	var mixed tally
	together(limit, func(i int) {
		status, answer := a.Do("all", "DELETE", harbour+"/"+fmt.Sprint(contacts[i]["contact_id"]), "")
		mixed.add(status, answer)
		status, answer = a.Do("all", "DELETE", harbour+"/"+fmt.Sprint(contacts[i]["contact_id"]), "")
		mixed.add(status, answer)
		mixed.add(create(a, clients+i))
	})
	mixed.want(t, "deletions and creates", map[string]int{"204": limit, "404 contact_not_found": limit, "201": limit})
	checkWhole(t, a.Folder)
}

// TestDeletingASiteLeavesNothing deletes a site with its contacts while clients still add to it and send validations.
func TestDeletingASiteLeavesNothing(t *testing.T) {
	const adders = 16
	a := newApp(t)
	for round := range 4 {
		site := fmt.Sprintf("/ext/v1/sites/s%d", round)
		if status, answer := a.Do("all", "POST", "/ext/v1/sites", fmt.Sprintf(`{"site_id": "s%d", "name": "N"}`, round)); status != 201 {
			t.Fatalf("status %d: %v", status, answer)
		}
		begun := make(chan struct{})
		begin := sync.OnceFunc(func() { close(begun) })
		var over atomic.Bool
		together(adders+1, func(i int) {
			if i == adders {
				<-begun
				if status, answer := a.Do("all", "DELETE", site+"?cascade=true", ""); status != 204 {
					t.Errorf("deleting: status %d: %v", status, answer)
					over.Store(true)
				}
				return
			}
			addUntilGone(t, a, site, fmt.Sprintf("p%d", i), func(n int) bool {
				if n == 3 {
					begin()
				}
				return !over.Load()
			})
			begin()
		})
		if status, answer := a.Do("all", "GET", site, ""); status != 404 {
			t.Errorf("the site is still there: %d %v", status, answer)
		}
	}
	if contacts := list(t, a, harbour); len(contacts) != 2 {
		t.Errorf("another site has %d contacts, want 2", len(contacts))
	}
	checkWhole(t, a.Folder)
}

// addUntilGone adds contacts to a site until it is gone, or added says to stop. The identifiers are used again for the next site: they must be
// free when this one has gone.
func addUntilGone(t *testing.T, a *testkit.App, site, prefix string, added func(n int) (more bool)) {
	for n := 0; ; n++ {
		status, answer := a.Do("all", "POST", site+"/contacts", text(object{
			"contact_id": fmt.Sprintf("%s-%d", prefix, n), "first_name": "Ada", "last_name": "Park", "phone": "+12025550142", "type": "primary",
		}))
		if status == 404 {
			return
		}
		if status != 201 {
			t.Errorf("adding to a site that is being deleted: status %d: %v", status, answer)
			return
		}
		if n == 0 {
			status, answer = a.Do("all", "POST", fmt.Sprintf("%s/contacts/%s-0/validation", site, prefix), `{"method": "sms"}`)
			if status != 200 && status != 202 && status != 404 {
				t.Errorf("a validation at a site that is being deleted: status %d: %v", status, answer)
			}
		}
		if !added(n) {
			return
		}
	}
}

// TestOneOpenValidation asks for validations of one contact at once.
func TestOneOpenValidation(t *testing.T) {
	const asks = 32
	a := newApp(t)
	var ids sync.Map
	together(asks, func(i int) {
		method := []string{"sms", "call", "email"}[i%3]
		status, answer := a.Do("all", "POST", harbour+"/contact_789ghi/validation", fmt.Sprintf(`{"method": %q}`, method))
		data, _ := answer["data"].(object)
		if status != 200 && status != 202 || data["method"] != method {
			t.Errorf("status %d: %v", status, answer)
		}
		ids.Store(data["validation_id"], true)
	})
	n := 0
	ids.Range(func(any, any) bool { n++; return true })
	if n != asks {
		t.Errorf("%d validations for %d requests", n, asks)
	}
	db := database(t, a.Folder)
	awaitRows(t, db, "0", `SELECT COUNT(*) FROM validations WHERE status = 'queued'`)
	open := splitList(ask(t, db, `SELECT point FROM validations WHERE status = 'sent' ORDER BY point`))
	if !slices.Equal(open, []string{"email", "phone"}) {
		t.Errorf("open are %v, want one a contact point", open)
	}
	if got := ask(t, db, `SELECT DISTINCT status FROM validations ORDER BY status`); got != "canceled,sent" {
		t.Errorf("the validations are %s", got)
	}
	checkWhole(t, a.Folder)
}
