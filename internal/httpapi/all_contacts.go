package httpapi

import (
	"net/http"
	"slices"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// allContactsFilters are the parameters that listAllContacts and exportContacts share.
var allContactsFilters = []string{
	"site_id", "account_reference_id", "type", "role", "phone_status", "email_status", "phone", "email", "older_than_days", "search",
}

// allContactsQuery are the parameters of listAllContacts.
var allContactsQuery = append(slices.Clone(allContactsFilters), "after", "limit")

// allContacts returns the query of allContactsFilters.
func (p *params) allContacts() service.AllContactsQuery {
	return service.AllContactsQuery{
		Type: p.choices("type"), Role: p.choices("role"), Phone: p.choices("phone_status"), Email: p.choices("email_status"),
		Search: p.text("search").Value, Site: p.text("site_id"), Reference: p.text("account_reference_id"),
		PhoneValue: p.text("phone"), EmailValue: p.text("email"), OlderThan: p.count("older_than_days"),
	}
}

func (s *server) listAllContacts(c *call) (answer, error) {
	p := c.params()
	q := p.allContacts()
	q.After, q.Limit = p.text("after"), p.count("limit")
	if p.err != nil {
		return answer{}, p.err
	}
	found, next, err := s.service.AllContacts(c.context(), c.caller, q)
	if err != nil {
		return answer{}, err
	}
	out := &allContactsList{Contacts: mapped(found, siteContactOut), NextAfter: orNull(next)}
	more := 0 // whether there is another page; its cursor names the last contact
	if next != "" {
		more = 1
	}
	tag := listTag(len(found), more, func(i int) (string, string) {
		return string(found[i].Site), string(found[i].ID) + found[i].ETag() + found[i].Reference
	})
	return answer{status: http.StatusOK, tag: tag, data: out}, nil
}

type allContactsList struct {
	Contacts  []siteContact `json:"contacts"`
	NextAfter *string       `json:"next_after"`
	warned
}

type siteContact struct {
	SiteID             rollcall.SiteID `json:"site_id"`
	AccountReferenceID *string         `json:"account_reference_id"`
	contact
}

func siteContactOut(c *service.SiteContact) siteContact {
	return siteContact{SiteID: c.Site, AccountReferenceID: orNull(c.Reference), contact: contactOut(&c.Contact)}
}
