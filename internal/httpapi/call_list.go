package httpapi

import (
	"cmp"
	"net/http"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// callListQuery are the parameters of getCallList.
var callListQuery = []string{"at", "phase"}

func (s *server) getCallList(c *call) (answer, error) {
	p := c.params()
	q := service.CallListQuery{At: p.time("at"), Phase: p.text("phase")}
	if p.err != nil {
		return answer{}, p.err
	}
	found, err := s.service.CallList(c.context(), c.caller, c.siteRef(), q)
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, data: callListOut(&found)}, nil
}

type callList struct {
	SiteID   rollcall.SiteID `json:"site_id"`
	At       timestamp       `json:"at"`
	Phase    rollcall.Phase  `json:"phase"`
	Timezone *string         `json:"timezone"`
	Premises *premises       `json:"premises"`
	Calls    []phoneCall     `json:"calls"`
	Skipped  []skippedPhone  `json:"skipped"`
	warned
}

type premises struct {
	Value string                `json:"value"`
	E164  *rollcall.PhoneNumber `json:"e164"`
}

type phoneCall struct {
	Order       int                   `json:"order"`
	ContactID   rollcall.ContactID    `json:"contact_id"`
	FirstName   string                `json:"first_name"`
	LastName    string                `json:"last_name"`
	Type        rollcall.ContactType  `json:"type"`
	Role        *rollcall.ContactRole `json:"role"`
	Language    *string               `json:"language"`
	PointID     rollcall.PointID      `json:"point_id"`
	Label       *rollcall.PointLabel  `json:"label"`
	Value       string                `json:"value"`
	E164        rollcall.PhoneNumber  `json:"e164"`
	Extension   *string               `json:"extension"`
	Status      rollcall.PointStatus  `json:"status"`
	ConfirmedAt timestamp             `json:"confirmed_at"`
}

type skippedPhone struct {
	ContactID rollcall.ContactID    `json:"contact_id"`
	FirstName string                `json:"first_name"`
	LastName  string                `json:"last_name"`
	PointID   *rollcall.PointID     `json:"point_id"`
	Value     *string               `json:"value"`
	E164      *rollcall.PhoneNumber `json:"e164"`
	Reason    rollcall.SkipReason   `json:"reason"`
	Message   string                `json:"message"`
}

func callListOut(l *service.CallList) *callList {
	out := &callList{
		SiteID:   l.Site.ID,
		At:       timestamp(l.At),
		Phase:    l.Phase,
		Timezone: orNull(l.Site.Timezone),
		Calls:    mapped(l.Calls, func(call *rollcall.PhoneCall) phoneCall { return phoneCallOut(call, l.Site.Language) }),
		Skipped:  mapped(l.Skipped, skippedPhoneOut),
	}
	if phone := l.Site.PremisesPhone; phone.Value != "" {
		out.Premises = &premises{phone.Value, orNull(phone.E164)}
	}
	return out
}

// phoneCallOut returns a call. siteLanguage is for people without a language of their own.
func phoneCallOut(call *rollcall.PhoneCall, siteLanguage string) phoneCall {
	c, p := call.Contact, call.Point
	return phoneCall{
		Order: call.Order, ContactID: c.ID, FirstName: c.FirstName, LastName: c.LastName, Type: c.Type, Role: orNull(c.Role),
		Language: orNull(cmp.Or(c.Language, siteLanguage)), PointID: p.ID, Label: orNull(p.Label), Value: p.Value, E164: p.E164,
		Extension: orNull(p.Extension), Status: p.State.Status, ConfirmedAt: timestamp(p.State.ConfirmedAt()),
	}
}

func skippedPhoneOut(s *rollcall.SkippedPhone) skippedPhone {
	out := skippedPhone{
		ContactID: s.Contact.ID, FirstName: s.Contact.FirstName, LastName: s.Contact.LastName, Reason: s.Reason, Message: s.Message,
	}
	if p := s.Point; p != nil {
		out.PointID, out.Value, out.E164 = &p.ID, &p.Value, orNull(p.E164)
	}
	return out
}
