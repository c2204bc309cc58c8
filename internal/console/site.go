package console

import (
	"cmp"
	"html/template"
	"net/url"
	"strconv"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// sitePage is the data of site.html.
type sitePage struct {
	shell
	Path, Live     string // paths
	Edit, Evidence string // paths; empty if the user may not change the site
	Facts          []fact
	Readiness      readinessView
	List           callListView
	People         peopleView
	Form           *contactForm // the form that is open; nil: none
	Review         reviewView
	Reveal         revealView
	OnBehalfOf     *field // of the buttons of the contacts; nil: the user has none, or a form is open
	Key            string // of this page's forms, so that a form that is sent twice does one thing
}

// fact is one thing about a site.
type fact struct {
	Label, Text string
	Tel         template.URL // empty: no phone, or one that the user may not see
}

// siteVisit is a visit to the page of a site.
type siteVisit struct {
	*visit
	ready    service.CurrentReadiness
	site     rollcall.Site
	place    *time.Location     // the time zone of the site, otherwise UTC
	contacts []rollcall.Contact // in the order of their positions
	open     openForm
	changes  int64 // of the site, before it was read
}

// openForm says which form for a contact is open, and what is in it.
type openForm struct {
	contact rollcall.ContactID // empty: none
	add     bool               // for a new contact
	typed   url.Values         // nil: what is stored
	theirs  *rollcall.Contact  // what somebody else stored meanwhile; nil: nobody did
}

func (o *openForm) none() bool { return o.contact == "" && !o.add }

// siteVisit loads the site of the path: SiteNotFound.
func (v *visit) siteVisit() (*siteVisit, error) {
	s := &siteVisit{visit: v}
	return s, s.load()
}

// load loads the site with its contacts and readiness, all as they are at one moment.
func (s *siteVisit) load() (err error) {
	if s.changes, err = s.service.SiteChanges(s.r.Context(), s.caller(), s.siteRef().ID); err != nil {
		return err
	}
	if s.ready, err = s.service.Readiness(s.r.Context(), s.caller(), s.siteRef()); err == nil {
		s.at = s.ready.Site.ID
		s.site, s.contacts, s.place = s.ready.Site, s.ready.Contacts, placeOf(&s.ready.Site)
	}
	return err
}

func (s *siteVisit) ref() rollcall.SiteRef { return rollcall.SiteRef{ID: s.site.ID} }

// contact returns a contact of the site, nil if there is none.
func (s *siteVisit) contact(id rollcall.ContactID) *rollcall.Contact {
	for i := range s.contacts {
		if s.contacts[i].ID == id {
			return &s.contacts[i]
		}
	}
	return nil
}

// siteOf shows the page of a site.
func (v *visit) siteOf() error {
	s, err := v.siteVisit()
	if err != nil {
		return err
	}
	given := v.r.URL.Query()
	s.open = openForm{
		contact: rollcall.ContactID(v.value("edit", given.Get("edit"))), add: v.value("add", given.Get("add")) != "", typed: v.filled,
	}
	switch {
	case !v.mayChange():
		s.open = openForm{}
	case s.open.contact == "" || s.contact(s.open.contact) != nil:
	case v.filled != nil:
		s.personGone()
	default:
		return &rollcall.Error{Kind: rollcall.ContactNotFound}
	}
	return s.show()
}

// show shows the page.
func (s *siteVisit) show() error {
	list, err := s.callList()
	if err != nil {
		return err
	}
	path := sitePath(s.site.ID)
	p := sitePage{
		shell: s.shell(s.site.Name), Path: path, Live: livePath(path, s.changes), Facts: s.siteFacts(), Readiness: s.readiness(), List: list,
		Key: newFormKey(),
	}
	if s.mayChange() {
		p.Edit, p.Evidence = path+"/edit", evidenceFormPath(&s.site)
	}
	p.Reveal = s.revealForm(s.site.ID, path, s.place)
	if p.Review, err = s.review(); err != nil {
		return err
	}
	p.People = s.people(s.happened())
	if s.mayChange() && s.open.none() && !p.People.Empty {
		asked := s.onBehalfOf(s.value(onBehalfOfField, ""))
		asked.Form, p.OnBehalfOf = "act", &asked
	}
	if !s.open.none() {
		p.Form = s.contactForm()
		p.Form.Alert, p.Alert = p.Alert, "" // where people look
	}
	return s.visit.show("site", p)
}

func (s *siteVisit) siteFacts() []fact {
	t, site := &s.t.Sites, &s.site
	var all []fact
	add := func(label, text string) {
		if text != "" {
			all = append(all, fact{Label: label, Text: text})
		}
	}
	var address []string
	in := site.Address
	for _, part := range []string{in.Street, in.City, strings.TrimSpace(in.State + " " + in.Zip), in.Country} {
		if part != "" {
			address = append(address, part)
		}
	}
	add(s.t.Site.Address, strings.Join(address, ", "))
	add(t.Reference, site.Reference)
	add(t.AccountNumber, site.AccountNumber)
	if phone := site.PremisesPhone; phone.Value != "" {
		all = append(all, fact{t.PremisesPhone, s.number(phone.Value), s.tel(phone.E164, "")})
	}
	add(t.Timezone, site.Timezone)
	if site.Status != rollcall.SiteActive {
		add(t.Status, s.t.Words.SiteStatuses[site.Status])
	}
	return all
}

// tel returns the link that dials a number and, after it is answered, an extension. It is empty for a number that cannot be
// dialled, and for a user who may not see it.
func (v *visit) tel(e164 rollcall.PhoneNumber, extension string) template.URL {
	if v.masked() || e164 == "" {
		return ""
	}
	link := "tel:" + string(e164)
	if extension != "" && strings.Trim(extension, "0123456789") == "" {
		link += ";ext=" + extension
	}
	return template.URL(link) //nolint:gosec // digits only
}

// readinessView says whether somebody can be reached, and why not.
type readinessView struct {
	Badge   badge
	Since   string
	Reasons []sentence
	Reach   []fact
}

func (s *siteVisit) readiness() readinessView {
	r, t := &s.ready, &s.t.Site
	view := readinessView{Badge: s.t.readinessBadge(r.Status), Since: s.t.moment(r.Since, s.place)}
	for i := range r.Reasons {
		view.Reasons = append(view.Reasons, s.reason(&r.Reasons[i], &r.Readiness))
	}
	reach := func(label string, needed, proven, callable int) {
		count := strings.NewReplacer("{needed}", strconv.Itoa(needed), "{proven}", strconv.Itoa(proven), "{callable}", strconv.Itoa(callable))
		view.Reach = append(view.Reach, fact{Label: label, Text: count.Replace(t.Reach)})
	}
	reach(t.People, r.Required.MinPeople, r.Proven.People, r.Callable.People)
	reach(t.Numbers, r.Required.MinNumbers, r.Proven.Numbers, r.Callable.Numbers)
	if r.Required.PremisesPhone {
		view.Reach = append(view.Reach, fact{Label: s.t.Sites.PremisesPhone, Text: t.PremisesNeeded})
	}
	return view
}

// reason returns a reason for the readiness of the site in words. They never hold a number.
func (s *siteVisit) reason(reason *rollcall.Reason, r *rollcall.Readiness) sentence {
	t := &s.t.Site
	text := t.Reasons[reason.Code]
	switch reason.Code {
	case rollcall.ReasonUnconfirmed, rollcall.ReasonStale, rollcall.ReasonUndeliverable:
		if reason.Code == rollcall.ReasonUnconfirmed && reason.Point.State.Status == rollcall.PointPending {
			text = t.StillWaiting
		}
		return about(text, reason.Contact.Name(), "phone", s.phoneName(reason.Contact, reason.Point))
	case rollcall.ReasonTooFewPeople:
		return about(text, "", "have", strconv.Itoa(r.Callable.People), "need", strconv.Itoa(r.Required.MinPeople))
	case rollcall.ReasonTooFewNumbers:
		return about(text, "", "have", strconv.Itoa(r.Callable.Numbers), "need", strconv.Itoa(r.Required.MinNumbers))
	case rollcall.ReasonNoPremisesPhone:
		if s.site.PremisesPhone.Value != "" {
			text = t.NoSuchDial
		}
	case rollcall.ReasonInactive:
		return about(text, "", "status", s.t.Words.SiteStatuses[s.site.Status])
	case rollcall.ReasonExempt:
		return about(text, s.freeText(s.site.ReadinessRules.ExemptReason))
	}
	return about(text, "")
}

// phoneName returns the name of a phone of a contact, such as mobile. If several have that name, it is numbered.
func (s *siteVisit) phoneName(c *rollcall.Contact, p *rollcall.Point) string {
	same, number := 0, 0
	for i := range c.Points {
		q := &c.Points[i]
		if q.Kind != rollcall.PhonePoint || q.Label != p.Label {
			continue
		}
		if same++; q == p {
			number = same
		}
	}
	name := s.t.Site.PhoneNames[p.Label]
	if same > 1 {
		name += " " + strconv.Itoa(number)
	}
	return name
}

// sentence is a text around a name, which is isolated so that its direction stays its own.
type sentence struct{ Before, Name, After string }

// about returns the sentence of a text in which {name} stands for a name. words are other names in braces, each followed by what
// it stands for.
func about(text, name string, words ...string) sentence {
	for i := 0; i < len(words); i += 2 {
		words[i] = "{" + words[i] + "}"
	}
	replacer := strings.NewReplacer(words...)
	before, after, _ := strings.Cut(text, "{name}")
	return sentence{replacer.Replace(before), name, replacer.Replace(after)}
}

// contactName returns the name of a contact, which always has one.
func contactName(c *rollcall.Contact) string { return cmp.Or(c.Name(), string(c.ID)) }
