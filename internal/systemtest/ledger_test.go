package systemtest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// ledger is what one client knows of the contacts that it made: what was acknowledged, and which one write has had no
// answer.
type ledger struct {
	name   string
	dice   *rand.Rand
	made   int
	order  map[string][]string // contact ids of each site, in the order of their making
	known  map[string]object   // by contact id, as the server last showed it
	open   *attempt            // what became of it is not known
	counts map[string]int
}

// attempt is a write. What it would leave behind is in after, nil for a deletion; nobody can know its times.
type attempt struct {
	site, id string
	after    object
}

func newLedger(i int) *ledger {
	return &ledger{
		name: fmt.Sprintf("client%02d", i), dice: rand.New(rand.NewPCG(durableSeed, uint64(i)+1)),
		order: map[string][]string{}, known: map[string]object{}, counts: map[string]int{},
	}
}

func ownerOf(contactID string) string {
	owner, _, _ := strings.Cut(contactID, ".")
	return owner
}

func escape(segment string) string { return url.PathEscape(segment) }

// write writes until the connection breaks, and calls acknowledged after each write that was answered.
func (l *ledger) write(t *testing.T, c *client, acknowledged func()) {
	for {
		var err error
		site := durableSites[l.dice.IntN(len(durableSites))]
		own := l.order[site]
		switch n := l.dice.IntN(100); {
		case n < 20:
			err = l.refused(t, c, site)
		case n < 60 || len(own) == 0:
			err = l.create(t, c, site)
		case n < 85:
			err = l.update(t, c, site, own[l.dice.IntN(len(own))])
		default:
			err = l.delete(t, c, site, own[l.dice.IntN(len(own))])
		}
		if err != nil {
			l.counts["unknown"]++
			return
		}
		acknowledged()
	}
}

// token returns a word that nobody else has.
func (l *ledger) token() string {
	l.made++
	return fmt.Sprintf("%s-%d", l.name, l.made)
}

var pointStates = object{
	"phone": object{"status": "unconfirmed", "confirmed_at": nil, "method": nil},
	"email": object{"status": "unconfirmed", "confirmed_at": nil, "method": nil},
}

// contact returns a new contact, every field of which is told by the token.
func (l *ledger) contact() (id string, contact object) {
	token := l.token()
	id = strings.Replace(token, "-", ".", 1)
	return id, object{
		"contact_id": id, "external_contact_id": "crm/" + token, "first_name": "First " + token, "last_name": "Last " + token,
		"email": token + "@example.org", "phone": fmt.Sprintf("+1202555%04d", 100+l.made%100), "type": "emergency", "role": "owner", "language": "fr",
		"notification_preferences": object{"email": true, "sms": false, "push": true}, "validation": pointStates,
	}
}

func (l *ledger) create(t *testing.T, c *client, site string) error {
	id, contact := l.contact()
	method, path := "POST", contactsOf(site)
	if l.dice.IntN(2) == 0 {
		path = strings.Replace(path, "/ext/", "/ref/", 1)
	}
	l.open = &attempt{site, id, contact}
	l.order[site] = append(l.order[site], id)
	status, answer, err := c.call(t.Context(), method, path, text(contact))
	if err != nil {
		return err
	}
	return l.acknowledge(t, status, 201, "created", answer)
}

func (l *ledger) update(t *testing.T, c *client, site, id string) error {
	token := l.token()
	change := object{
		"first_name": "First " + token, "last_name": "Last " + token, "email": token + "@example.org", "type": "billing",
		"role": nil, "notification_preferences": object{"push": l.made%2 == 0, "sms": l.made%2 == 1},
	}
	after := maps.Clone(l.known[id])
	maps.Copy(after, change)
	preferences := maps.Clone(l.known[id]["notification_preferences"].(object))
	maps.Copy(preferences, change["notification_preferences"].(object))
	after["notification_preferences"] = preferences
	l.open = &attempt{site, id, after}
	var status int
	var answer object
	var err error
	switch l.dice.IntN(3) {
	case 0:
		status, answer, err = c.call(t.Context(), "PUT", contactOf(site, id), text(change))
	case 1:
		status, answer, err = c.call(t.Context(), "PATCH", contactOf(site, id), text(change))
	default:
		status, answer, err = c.call(t.Context(), "PUT", byReference(site, after["external_contact_id"].(string)), text(change))
	}
	if err != nil {
		return err
	}
	return l.acknowledge(t, status, 200, "updated", answer)
}

func (l *ledger) delete(t *testing.T, c *client, site, id string) error {
	path := contactOf(site, id)
	if l.dice.IntN(2) == 0 {
		path = byReference(site, l.known[id]["external_contact_id"].(string))
	}
	l.open = &attempt{site: site, id: id}
	status, answer, err := c.call(t.Context(), "DELETE", path, "")
	if err != nil {
		return err
	}
	return l.acknowledge(t, status, 204, "deleted", answer)
}

// acknowledge takes note of an answer to the open attempt.
func (l *ledger) acknowledge(t *testing.T, status, want int, what string, answer object) error {
	if status != want {
		t.Errorf("%s: status %d, want %d: %v", what, status, want, answer)
		return fmt.Errorf("status %d", status)
	}
	a := l.open
	l.open = nil
	l.counts[what]++
	if a.after == nil {
		l.forget(a.site, a.id)
		return nil
	}
	data, _ := answer["data"].(object)
	delete(data, "position") // which changes with those of other contacts
	if !same(data, a.after) {
		t.Errorf("%s: the answer shows %v, want %v", what, data, a.after)
	}
	l.known[a.id] = data
	return nil
}

func (l *ledger) forget(site, id string) {
	delete(l.known, id)
	l.order[site] = slices.DeleteFunc(l.order[site], func(other string) bool { return other == id })
}

// refused sends what must be refused and must leave nothing behind.
func (l *ledger) refused(t *testing.T, c *client, site string) error {
	id, contact := l.contact()
	method, path, want := "POST", contactsOf(site), 422
	own := l.order[site]
	switch n := l.dice.IntN(5); {
	case n == 0 || len(own) == 0:
		contact["email"] = "nobody"
	case n == 1:
		contact["contact_id"], want = own[0], 409
	case n == 2:
		contact["external_contact_id"], want = l.known[own[0]]["external_contact_id"], 409
	case n == 3:
		method, path = "PATCH", contactOf(site, own[0])
		contact["type"] = "friend"
	default:
		method, path, want = "DELETE", contactOf(site, id), 404
	}
	status, answer, err := c.call(t.Context(), method, path, text(contact))
	if err == nil && status != want {
		t.Errorf("%s %s %v: status %d, want %d: %v", method, path, contact, status, want, answer)
	}
	l.counts["refused"]++
	return err
}

// settle holds what the site has against what this client knows, and takes its contacts out of found.
func (l *ledger) settle(t *testing.T, site string, found map[string]object, order []string) {
	t.Helper()
	if a := l.open; a != nil && a.site == site {
		l.open = nil
		now, before := found[a.id], l.known[a.id]
		switch {
		case now == nil && (a.after == nil || before == nil):
			l.forget(site, a.id)
		case now != nil && (reflect.DeepEqual(now, before) || a.after != nil && same(now, a.after)):
			l.known[a.id] = now
		default:
			t.Errorf("site %s: %s is %v; it was %v, and could have become %v", site, a.id, now, before, a.after)
			l.known[a.id] = now
		}
	}
	for _, id := range l.order[site] {
		if !reflect.DeepEqual(found[id], l.known[id]) {
			t.Errorf("site %s: %s is %v, want %v", site, id, found[id], l.known[id])
		}
		delete(found, id)
	}
	if !slices.Equal(order, l.order[site]) && len(order)+len(l.order[site]) > 0 {
		t.Errorf("site %s lists %v, want %v", site, order, l.order[site])
	}
}

// same reports whether a contact has every wanted value, but for its times and what follows from other fields.
func same(got, want object) bool {
	for name, value := range want {
		switch name {
		case "created_at", "updated_at", "effective_dispatch", "points":
			continue
		}
		if !reflect.DeepEqual(got[name], value) {
			return false
		}
	}
	return got != nil
}

func text(v any) string {
	s, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(s)
}
