package httpapi

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"example.org/rollcall/internal/rollcall"
)

// pageQuery are the parameters of a list with pages.
var pageQuery = []string{"page", "per_page", "limit"}

// params parses the parameters of a query. err is that of the first invalid one.
type params struct {
	values url.Values
	err    error
}

func (c *call) params() *params { return &params{values: c.query} }

// text returns a parameter. It is set also if it is empty.
func (p *params) text(name string) rollcall.Field[string] {
	values := p.values[name]
	switch len(values) {
	case 0:
		return rollcall.Field[string]{}
	case 1:
		if !utf8.ValidString(values[0]) || strings.ContainsRune(values[0], 0) {
			p.fail(name, "must be UTF-8 without U+0000")
		}
		return rollcall.Given(values[0])
	}
	p.fail(name, "must be given once")
	return rollcall.Field[string]{}
}

// choices returns values separated by commas. The parameter may be repeated.
func (p *params) choices(name string) rollcall.Field[[]string] {
	lists := p.values[name]
	if len(lists) == 0 {
		return rollcall.Field[[]string]{}
	}
	return rollcall.Given(strings.Split(strings.Join(lists, ","), ","))
}

func (p *params) count(name string) rollcall.Field[int] {
	value := p.text(name)
	if !value.Set {
		return rollcall.Field[int]{}
	}
	n, err := strconv.Atoi(value.Value)
	if err != nil {
		p.fail(name, "must be a whole number from 1")
	}
	return rollcall.Given(n)
}

// perPage returns the size of a page: per_page, otherwise limit.
func (p *params) perPage() rollcall.Field[int] {
	perPage, limit := p.count("per_page"), p.count("limit")
	if perPage.Set {
		return perPage
	}
	return limit
}

func (p *params) boolean(name string) bool {
	switch value := p.text(name); {
	case !value.Set, value.Value == "false":
		return false
	case value.Value == "true":
		return true
	}
	p.fail(name, "must be true or false")
	return false
}

// timePattern is RFC 3339. time.Parse accepts more.
var timePattern = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

// time returns the zero time if the parameter is absent.
func (p *params) time(name string) (t time.Time) {
	value := p.text(name)
	var err error
	if value.Set && timePattern.MatchString(value.Value) {
		t, err = time.Parse(time.RFC3339, value.Value)
	}
	if value.Set && (err != nil || t.IsZero()) {
		p.fail(name, "must be a time such as 2026-01-31T12:00:00Z; write a plus sign as %2B")
	}
	return t
}

func (p *params) fail(name, advice string) {
	if p.err == nil {
		p.err = &rollcall.Error{Kind: rollcall.InvalidRequest, Field: name, Message: name + ": " + advice}
	}
}

// prefersStrict reports whether the header Prefer (RFC 7240) asks for errors about unknown names.
func prefersStrict(h http.Header) bool {
	for _, line := range h.Values("Prefer") {
		for preference := range strings.SplitSeq(line, ",") {
			name, value, _ := strings.Cut(strings.SplitN(preference, ";", 2)[0], "=")
			if strings.EqualFold(strings.TrimSpace(name), "handling") && strings.EqualFold(strings.Trim(value, " \t\""), "strict") {
				return true
			}
		}
	}
	return false
}

// checkQuery checks that the operation knows every parameter.
func (c *call) checkQuery() error {
	if len(c.query) == 0 {
		return nil
	}
	advice := "this path has no query parameters"
	if len(c.route.query) > 0 {
		advice = "this path supports " + list(c.route.query)
	}
	var unknown []rollcall.FieldError
	for _, name := range slices.Sorted(maps.Keys(c.query)) {
		if !slices.Contains(c.route.query, name) {
			unknown = append(unknown, rollcall.FieldError{
				Field: shorten(name), Code: "unknown_parameter", Message: "unknown query parameter; " + advice,
			})
		}
	}
	return c.unknownNames(rollcall.InvalidRequest, unknown)
}

// shorten shortens a name that the caller chose, for a message.
func shorten(name string) string {
	const limit = 64
	if runes := []rune(name); len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return name
}
