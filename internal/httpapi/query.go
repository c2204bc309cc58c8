package httpapi

import (
	"net/url"
	"strconv"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// pageQuery are the parameters of a list in pages.
var pageQuery = []string{"page", "per_page", "limit"}

// params reads the parameters of a query. The first that cannot be read stays in err.
type params struct {
	values url.Values
	err    error
}

func (c *call) params() *params { return &params{values: c.query} }

// text returns a parameter; one that is there and empty is given.
func (p *params) text(name string) rollcall.Field[string] {
	values := p.values[name]
	switch len(values) {
	case 0:
		return rollcall.Field[string]{}
	case 1:
		return rollcall.Given(values[0])
	}
	p.fail(name, "must be given once")
	return rollcall.Field[string]{}
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

// perPage returns how many a page has: limit is another name of per_page, which wins.
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

// time returns the zero time where the parameter is absent.
func (p *params) time(name string) (t time.Time) {
	value := p.text(name)
	if value.Set && t.UnmarshalText([]byte(value.Value)) != nil {
		p.fail(name, "must be a time such as 2026-01-31T12:00:00Z; write a plus sign as %2B")
	}
	return t
}

func (p *params) fail(name, advice string) {
	if p.err == nil {
		p.err = &rollcall.Error{Kind: rollcall.InvalidRequest, Field: name, Message: name + ": " + advice}
	}
}
