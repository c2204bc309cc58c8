package main

import (
	"net/http"
	"strconv"
)

// phase is one kind of call, to one of the servers.
type phase struct {
	name     string
	baseline string // the phase that its rate is compared with; empty: none
	server   string
	one      bool // over a single connection, whatever is chosen
	want     int
	holds    string // what a right answer holds
	request  func(b *requests, n int) request
}

const (
	baselineServer = "baseline" // the server that keeps nothing
	rollcallServer = "rollcall"
)

// phases are all there are, in the order in which a round runs them: each right after what it is compared with.
func phases() []phase {
	const created, got = `"contact_id":"contact_`, `"contact_id":"` + contactName
	return []phase{
		{name: "baseline-create", server: baselineServer, want: http.StatusCreated, holds: created, request: (*requests).create},
		{name: "create", baseline: "baseline-create", server: rollcallServer, want: http.StatusCreated, holds: created, request: (*requests).create},
		{name: "update", baseline: "baseline-create", server: rollcallServer, want: http.StatusOK, holds: `"last_name":"Smith `, request: (*requests).update},
		{name: "baseline-get", server: baselineServer, want: http.StatusOK, holds: got, request: (*requests).get},
		{name: "get", baseline: "baseline-get", server: rollcallServer, want: http.StatusOK, holds: got, request: (*requests).get},
		{name: "list", baseline: "baseline-get", server: rollcallServer, want: http.StatusOK, holds: `"total_count":`, request: (*requests).list},
		{name: "create-alone", server: rollcallServer, one: true, want: http.StatusCreated, holds: created, request: (*requests).create},
	}
}

func phaseNames() []string {
	var names []string
	for _, p := range phases() {
		names = append(names, p.name)
	}
	return names
}

const (
	readSite    = "site_"    // of the sites that are read and updated
	createSite  = "new_"     // of those that contacts are created in
	contactName = "contact_" // then the site's number, _ and the contact's
)

func siteID(prefix string, n int) string { return prefix + strconv.Itoa(n) }

func contactID(site, n int) string {
	return contactName + strconv.Itoa(site) + "_" + strconv.Itoa(n)
}

// request is a call before it is written down.
type request struct {
	method, path, body string
}

// requests makes the calls over what is seeded. Numbers that follow each other go to different sites.
type requests struct {
	sites, contacts int
}

func (r *requests) create(n int) request {
	return request{http.MethodPost, "/ext/v1/sites/" + siteID(createSite, n%r.sites) + "/contacts", newContact}
}

func (r *requests) get(n int) request { return request{http.MethodGet, r.contact(n), ""} }

func (r *requests) update(n int) request {
	// The number makes each a change.
	return request{http.MethodPut, r.contact(n), `{"last_name":"Smith ` + strconv.Itoa(n) + `","notification_preferences":{"push":false}}`}
}

func (r *requests) list(n int) request {
	return request{http.MethodGet, "/ext/v1/sites/" + siteID(readSite, n%r.sites) + "/contacts", ""}
}

func (r *requests) contact(n int) string {
	site := n % r.sites
	return "/ext/v1/sites/" + siteID(readSite, site) + "/contacts/" + contactID(site, n/r.sites%r.contacts)
}

const newContact = `{"first_name":"Jane","last_name":"Smith","email":"jane.smith@example.com","phone":"+1-555-0456",` +
	`"type":"emergency","role":"manager","notification_preferences":{"email":true,"sms":true,"push":false}}`

// appendRequest writes a call down as HTTP/1.1.
func appendRequest(to []byte, r request, key string) []byte {
	to = append(to, r.method...)
	to = append(to, ' ')
	to = append(to, r.path...)
	to = append(to, " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "...)
	to = append(to, key...)
	if r.body != "" {
		to = append(to, "\r\nContent-Type: application/json\r\nContent-Length: "...)
		to = strconv.AppendInt(to, int64(len(r.body)), 10)
	}
	to = append(to, "\r\n\r\n"...)
	return append(to, r.body...)
}
