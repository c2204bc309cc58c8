package console

import (
	"fmt"
	"net/url"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

const (
	messagesPath    = Path + "/messages"
	messagesPerPage = 20
)

// messagesPage is the data of messages.html.
type messagesPage struct {
	shell
	Masked        bool
	Messages      []messageRow
	Older, Newest string // paths; empty: none
	Sites         string // path
}

// messageRow is one message as the person would get it.
type messageRow struct {
	What, At              string
	Badge                 badge  // what became of it; without a text: its validation was removed
	Contact, ContactPath  string // empty: the contact was removed
	Site, SitePath        string
	Subject, Text, Answer string // Answer is the link on which the person answers; empty: none, or the user may not use it
}

func (v *visit) messages() error {
	if !v.service.CapturesMessages(v.caller()) {
		return &rollcall.Error{Kind: rollcall.NotFound}
	}
	given := v.r.URL.Query()
	q := service.MessageQuery{After: cursorIn(given, "after"), Limit: rollcall.Given(messagesPerPage)}
	found, next, err := v.service.Messages(v.r.Context(), v.caller(), q)
	if err != nil {
		return err
	}
	p := messagesPage{shell: v.shell(v.t.Messages.Title), Masked: v.masked(), Sites: sitesPath}
	for i := range found {
		row, err := v.messageRow(&found[i])
		if err != nil {
			return err
		}
		p.Messages = append(p.Messages, row)
	}
	if next != "" {
		p.Older = messagesPath + "?" + url.Values{"after": {next}}.Encode()
	}
	if q.After.Set {
		p.Newest = messagesPath
	}
	return v.show("messages", p)
}

func (v *visit) messageRow(m *rollcall.CapturedMessage) (messageRow, error) {
	kind := m.Method.Kind()
	sent, err := v.service.Validation(v.r.Context(), v.caller(), m.Validation)
	v.at = sent.Site
	row := messageRow{
		What: fmt.Sprintf(v.t.Contact.Asked[m.Method], v.pointValue(&rollcall.Point{Kind: kind, Value: m.To, Extension: m.Extension})),
		At:   v.t.moment(m.At, time.UTC), Subject: v.freeText(m.Subject), Text: v.freeText(m.Text),
	}
	if !v.masked() {
		row.Answer = m.Link
	}
	if err != nil {
		return row, gone(err)
	}
	row.Badge = v.t.validationBadge(sent.Status)
	site, err := v.service.Site(v.r.Context(), v.caller(), rollcall.SiteRef{ID: sent.Site})
	if err != nil {
		return row, gone(err)
	}
	row.At, row.Site, row.SitePath = v.t.moment(m.At, placeOf(&site)), site.Name, sitePath(site.ID)
	c, err := v.service.Contact(v.r.Context(), v.caller(), rollcall.ContactRef{Site: rollcall.SiteRef{ID: site.ID}, ID: sent.Contact})
	if err == nil && sent.BelongsTo(&c) {
		row.Contact, row.ContactPath = contactName(&c), contactPath(site.ID, c.ID)
		row.What = fmt.Sprintf(v.t.Contact.Asked[m.Method], v.sentTo(&c, &sent))
	}
	return row, gone(err)
}

// gone returns nil for the error of a record that was deleted meanwhile, else err.
func gone(err error) error {
	if err == nil {
		return nil
	}
	switch rollcall.KindOf(err) {
	case rollcall.ValidationNotFound, rollcall.ContactNotFound, rollcall.SiteNotFound:
		return nil
	}
	return err
}
