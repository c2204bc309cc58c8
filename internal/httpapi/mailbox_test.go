package httpapi_test

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"example.org/rollcall/internal/testkit"
)

// person returns the body of a new contact with an e-mail.
func person(first, last, email string) string {
	return fmt.Sprintf(`{"first_name": %s, "last_name": %s, "type": "primary", "email": %s}`, strconv.Quote(first), strconv.Quote(last), strconv.Quote(email))
}

func TestNamesAndAddresses(t *testing.T) {
	add := func(name, body string, status int, want string) testkit.Scenario {
		return testkit.Scenario{Name: name, As: "all", Method: "POST", Path: contactsPath, Body: body, Status: status, Want: want}
	}
	unchanged := `{"data": {"email": "ann@example.org", "...": true}}`
	testkit.Run(t, []testkit.Scenario{
		add("an address with white space around it is trimmed", person("Ann", "Lee", " ann@example.org "), 201, unchanged),
		add("a last name may be empty", person("Ann", "", "ann@example.org"), 201, unchanged),
		add("an address without a dot in its domain answers 422", person("Ann", "Lee", "ann@localhost"), 422, invalid("email invalid")),
		add("a domain that can't be looked up answers 422", person("Ann", "Lee", "a@email€a.com"), 422, invalid("email invalid")),
		add("names without visible characters answer 422", person("\u3164", "\u2800", "ann@example.org"), 422, invalid("first_name invalid", "last_name invalid")),
		{
			Name: "a site's name without visible characters answers 422", As: "all", Method: "POST", Path: "/ext/v1/sites", Body: `{"name": "\u3164", "address": {"city": "\u2800"}}`,
			Status: 422, Want: invalid("name invalid", "address.city invalid"),
		},
		{
			Name: "an address as a dealer's display name answers 422", As: "all", Method: "PUT", Path: brandingPath,
			Body: `{"display_name": "PayPal <service@example.org>"}`, Status: 422, Want: invalid("display_name invalid"),
		},
	})
}

// TestEverySpellingOfAMailboxIsSuppressed checks that one suppression covers every spelling of a mailbox.
func TestEverySpellingOfAMailboxIsSuppressed(t *testing.T) {
	a := testkit.NewApp(t)
	for _, value := range []string{"bob@example.org", "ana@bücher.example"} {
		a.Try(t, testkit.Scenario{
			Name: value, As: "all", Method: "POST", Path: suppressionsPath, Body: `{"point": "email", "value": " ` + value + ` "}`, Status: 201,
			Want: `{"data": {"value": "` + value + `", "...": true}}`,
		})
	}
	for _, email := range []string{
		"BOB@example.org", `"bob"@example.org`, `"b\ob"@example.org`, "bob@ｅxample.org", "bob@example。org", "ana@bu\u0308cher.example", "ANA@xn--bcher-kva.example",
	} {
		a.Try(t, testkit.Scenario{
			Name: email, As: "all", Method: "POST", Path: contactsPath, Body: person("Bob", "Ray", email), Status: 201, Want: states("unconfirmed", "opted_out"),
		})
	}
}

// TestEverySpellingOfAMailboxHasOneLimit checks that a mailbox gets one message a minute in all its spellings.
func TestEverySpellingOfAMailboxHasOneLimit(t *testing.T) {
	a, _ := enforced(t)
	for i, email := range []string{"victim@example.org", `"v\ictim"@example.org`, "Victim@example。org"} {
		id := "v" + strconv.Itoa(i)
		body := strings.TrimSuffix(person("Vic", "Tim", email), "}") + `, "contact_id": "` + id + `"}`
		if status, answer := a.Do("all", "POST", contactsPath, body); status != 201 {
			t.Fatalf("POST %s = %d, %v", body, status, answer)
		}
		want := 429
		if i == 0 {
			want = 200
		}
		if status, answer := a.Do("all", "POST", contactsPath+"/"+id+"/validation", ""); status != want {
			t.Errorf("a message to %s = %d, want %d: %v", email, status, want, answer)
		}
	}
}

func TestSearchFoldsNamesAndAddresses(t *testing.T) {
	a := testkit.NewApp(t)
	for _, c := range [][3]string{
		{"Zoë", "Œuvrard", `"zoe"@bücher.example`},
		{"Søren", "Łukasiewicz", "soren@example.org"},
		{"Sinéad", "O’Brien", "sinead@example.org"},
		{"Þóra", "Æsgard", "thora@example。org"},
	} {
		if status, answer := a.Do("all", "POST", contactsPath, person(c[0], c[1], c[2])); status != 201 {
			t.Fatalf("POST = %d, %v", status, answer)
		}
	}
	for query, want := range map[string]string{
		"oeuvrard": "Zoë", "œuv": "Zoë", "ZOE": "Zoë", "zoe@bücher.example": "Zoë", "xn--bcher-kva": "Zoë", "bucher.ex": "Zoë", `"zoe"@xn--bcher-kva.example`: "Zoë",
		"soren": "Søren", "lukasiewicz": "Søren", "o'brien": "Sinéad", "O`BRIEN": "Sinéad", "oʼbrien": "Sinéad", "thora aesgard": "Þóra", "thora@example.org": "Þóra",
	} {
		a.Try(t, testkit.Scenario{
			Name: query, As: "all", Method: "GET", Path: contactsPath + "?search=" + url.QueryEscape(query), Status: 200,
			Want: `{"data": {"contacts": [{"first_name": "` + want + `", "...": true}], "total_count": 1, "...": true}}`,
		})
	}
}
