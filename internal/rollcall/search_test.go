package rollcall

import (
	"slices"
	"strings"
	"testing"
)

func TestSearchTerms(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want []string
	}{
		{"", nil},
		{" \t\u3000", nil},
		{"Élodie  MARTIN", []string{"elodie", "martin"}},
		{"elodie@example.org", []string{"elodie@example.org"}},
		{`"Bob"@ｅxample。org lee`, []string{"bob@example.org", "lee"}},
		{"ana@bücher.example", []string{"ana@xn--bcher-kva.example"}},
		{"bücher.example", []string{"bucher.example"}},
		{"O’Brien Œ", []string{"o'brien", "oe"}},
		{"+1 (202) 555-0123", []string{"1", "202", "5550123"}},
		{"202 - 555 - 0123", []string{"202", "555", "0123"}},
		{"+12025550123 john", []string{"12025550123", "john"}},
		{"202\u2011555\u20130123", []string{"2025550123"}},
		{"030/23125.012", []string{"03023125012"}},
		{"+44 (0)20 7946 0958", []string{"44", "20", "7946", "0958"}},
		{"+44(0)2079460958", []string{"442079460958"}},
		{"(020) 7946", []string{"020", "7946"}},
		{"0044 20 7946 0958", []string{"44", "20", "7946", "0958"}},
		{"011 44 20 7946 0958", []string{"44", "20", "7946", "0958"}},
		{"011442079460958", []string{"442079460958"}},
		{"00 20", []string{"00", "20"}},
		{"٢٠٢ ２０２ ۲۰۲", []string{"202", "202", "202"}},
		{"٢٠٢", []string{"202"}},
		{"2-4", []string{"2-4"}},
		{"1/2", []string{"1/2"}},
		{"unit 2-4", []string{"unit", "2-4"}},
		{"555-0123@", []string{"555-0123@"}},
		{"555-0123", []string{"5550123"}},
		{"- () +", []string{"-", "()", "+"}},
		{"7a 12-b", []string{"7a", "12-b"}},
		{"a\x00b\x1fc", []string{"a", "b", "c"}},
		{"\xff", []string{"\ufffd"}},
	} {
		if got := SearchTerms(tt.in); !slices.Equal(got, tt.want) {
			t.Errorf("SearchTerms(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestSearchFindsPhones(t *testing.T) {
	for _, tt := range []struct {
		phone, country, search string
		want                   bool
	}{
		{"+442079460958", "", "020 7946 0958", true},
		{"+442079460958", "", "02079460958", true},
		{"+442079460958", "", "(020) 7946-0958", true},
		{"+442079460958", "", "+44 (0)20 7946 0958", true},
		{"+442079460958", "", "0044 20 7946 0958", true},
		{"020 7946 0958", "GB", "+442079460958", true},
		{"020 7946 0958", "GB", "011 44 20 7946 0958", true},
		{"+44 (0)20 7946 0958", "", "440207946", true},
		{"(202) 555-0142", "US", "+1 202", true},
		{"(202) 555-0142", "US", "1-202-555-0142", true},
		{"(202) 555-0142", "US", "555-0142", true},
		{"(202) 555-0142", "US", "0142", true},
		{"(202) 555-0142", "US", "٢٠٢", true},
		{"+९१ ९८७६५ ४३२१०", "", "98765", true},
		{"+91 98765 43210", "", "०९८७६५", true},
		{"+1-555-0123", "", "555-0123", true},
		{"(202) 555-0142", "US", "555-0123", false},
		{"+12024550142", "", "2-4", false},
		{"+12124550142", "", "1/2", false},
		{"", "", "12024550142", false},
	} {
		c := Contact{FirstName: "Ann", LastName: "Lee", Points: []Point{mailOf("555-0199.ann@example.org")}}
		if tt.phone != "" {
			c.Points = append(c.Points, phoneOf("+1 555 0100", "", ""), phoneOf(tt.phone, "", ""))
		}
		c.ReadPhones(tt.country)
		if got := found(&c, tt.search); got != tt.want {
			t.Errorf("a search for %q finds %q = %v, want %v, in %q", tt.search, tt.phone, got, tt.want, c.SearchText())
		}
	}
	c := Contact{FirstName: "Ann", LastName: "Unit 2-4", Points: []Point{mailOf("555-0199.ann@example.org"), phoneOf("+12025550123", "", "")}}
	for _, search := range []string{"2-4", "555-0199", "555-0199.ann@", "5550199", "ann 555-0199", "unit +12025550123"} {
		if !found(&c, search) {
			t.Errorf("a search for %q does not match %q", search, c.SearchText())
		}
	}
}

func found(c *Contact, search string) bool {
	return !slices.ContainsFunc(SearchTerms(search), func(term string) bool { return !strings.Contains(c.SearchText(), term) })
}

func TestSearchTextContainsEachFormOnce(t *testing.T) {
	c := Contact{FirstName: "Ann", Points: []Point{phoneOf("+1 202 555 0123", "+12025550123", "")}}
	if got, want := c.SearchText(), "ann \n12025550123"; got != want {
		t.Errorf("SearchText() = %q, want %q", got, want)
	}
	c.Points = append(c.Points, mailOf("ann@example.org"), phoneOf("+442079460958", "+442079460958", ""))
	if got, want := c.SearchText(), "ann  ann@example.org\n12025550123\n442079460958\n02079460958"; got != want {
		t.Errorf("SearchText() = %q, want %q", got, want)
	}
}
