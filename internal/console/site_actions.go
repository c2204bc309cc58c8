package console

import (
	"errors"
	"net/http"
	"net/url"
	"slices"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// siteActions are what a form of the page does, by a field that only this form has.
func siteActions() []siteAction {
	return []siteAction{
		{"edit", (*siteVisit).saveContact}, {"add", (*siteVisit).addContact},
		{"up", (*siteVisit).moveUp}, {"down", (*siteVisit).moveDown},
		{"remove", (*siteVisit).remove}, {"undo", (*siteVisit).restore},
		{"send", (*siteVisit).send}, {"again", (*siteVisit).sendAgain}, {"ask", (*siteVisit).askAll},
		{"with", (*siteVisit).saveReview}, {"reveal", (*siteVisit).revealSite},
	}
}

type siteAction struct {
	field string
	do    func(s *siteVisit, value string) error
}

// postSite changes the contacts of a site, or sends validations.
func (v *visit) postSite() error {
	s, err := v.siteVisit()
	if err != nil {
		return err
	}
	err = v.readOnBehalfOf()
	if err == nil {
		err = v.refuseMasks()
	}
	if err != nil {
		s.tidyForm()
		return v.again(err, (*visit).siteOf)
	}
	v.dropKept()
	for _, action := range siteActions() {
		if v.form.Has(action.field) {
			return action.do(s, v.form.Get(action.field))
		}
	}
	return &rollcall.Error{Kind: rollcall.InvalidRequest}
}

// revealSite shows the numbers of the site to this session.
func (s *siteVisit) revealSite(string) error {
	if err := s.reveal(s.site.ID, ""); err != nil {
		return s.again(err, (*visit).siteOf)
	}
	return s.redirect(sitePath(s.site.ID))
}

func (s *siteVisit) contactRef(id string) rollcall.ContactRef {
	return rollcall.ContactRef{Site: s.ref(), ID: rollcall.ContactID(id)}
}

// once is visit.once for the forms of the page, whose parts are what the change is.
func (s *siteVisit) once(operation string, parts ...string) service.Caller {
	return s.visit.once(s.form.Get("key"), operation, append([]string{string(s.site.ID)}, parts...)...)
}

// doneBefore reports whether the change of a form was made before, or is being made by another request.
func doneBefore(err error) bool {
	var replayed *service.Replayed
	return errors.As(err, &replayed) || err != nil && rollcall.KindOf(err) == rollcall.IdempotencyInProgress
}

func (s *siteVisit) moveUp(id string) error   { return s.move(id, -1) }
func (s *siteVisit) moveDown(id string) error { return s.move(id, 1) }

// move moves a contact by one place in the call list.
func (s *siteVisit) move(id string, by int) error {
	c := s.contact(rollcall.ContactID(id))
	if c == nil {
		return &rollcall.Error{Kind: rollcall.ContactNotFound}
	}
	from := slices.IndexFunc(s.contacts, func(other rollcall.Contact) bool { return other.ID == c.ID })
	to := min(max(from+by, 0), len(s.contacts)-1)
	order := make([]string, len(s.contacts))
	for i := range s.contacts {
		order[i] = string(s.contacts[i].ID)
	}
	order[from], order[to] = order[to], order[from]
	_, err := s.service.ReorderCallList(s.r.Context(), s.caller(), s.ref(), service.CallOrderInput{IDs: rollcall.Given(order)})
	if err != nil {
		return s.again(err, (*visit).siteOf)
	}
	return s.finish(outcome{What: personMoved, Contact: c.ID, Name: contactName(c)}, to+1)
}

func (s *siteVisit) remove(id string) error {
	done := outcome{What: personRemoved, Contact: rollcall.ContactID(id)}
	caller := s.once("remove", id)
	c := s.contact(done.Contact)
	if c == nil {
		if err := s.service.CheckIdempotencyKey(s.r.Context(), caller); doneBefore(err) {
			return s.finish(done, 0)
		}
		return &rollcall.Error{Kind: rollcall.ContactNotFound}
	}
	done.Name = contactName(c)
	if err := s.service.DeleteContact(s.r.Context(), caller, s.contactRef(id)); err != nil && !doneBefore(err) {
		return err
	}
	return s.finish(done, 0)
}

// restore undoes a removal.
func (s *siteVisit) restore(id string) error {
	c, err := s.service.RestoreContact(s.r.Context(), s.caller(), s.contactRef(id))
	if err != nil && rollcall.KindOf(err) == rollcall.ContactNotFound {
		if here := s.contact(rollcall.ContactID(id)); here != nil { // somebody, or the same click, restored it before
			c, err = *here, nil
		}
	}
	if err != nil {
		return s.again(err, (*visit).siteOf)
	}
	return s.finish(outcome{What: personRestored, Contact: c.ID, Name: contactName(&c)}, c.Position)
}

// addContact adds a contact at the end of the call list.
func (s *siteVisit) addContact(string) error {
	s.tidyForm()
	c, err := s.service.CreateContact(s.r.Context(), s.once("add", s.form.Encode()), s.ref(), s.contactInput(&rollcall.Contact{}))
	switch {
	case doneBefore(err):
		return s.finish(outcome{What: personAdded, Name: typedName(s.form)}, 0)
	case err != nil:
		return s.refused(err, openForm{add: true})
	}
	return s.finish(outcome{What: personAdded, Contact: c.ID, Name: contactName(&c)}, c.Position)
}

// saveContact changes a contact, unless somebody else changed it after the form was shown: then it shows both.
func (s *siteVisit) saveContact(id string) error {
	s.tidyForm()
	before := s.contact(rollcall.ContactID(id))
	if before == nil {
		return s.gone()
	}
	caller := s.caller()
	caller.IfMatch = service.Match{Tags: []string{s.form.Get("version")}, Set: true}
	c, err := s.service.UpdateContact(s.r.Context(), caller, s.contactRef(id), s.contactInput(before))
	switch {
	case err == nil:
		return s.finish(outcome{What: personSaved, Contact: c.ID, Name: contactName(&c)}, c.Position)
	case rollcall.KindOf(err) == rollcall.PreconditionFailed:
		return s.showConflict(before.ID)
	case rollcall.KindOf(err) == rollcall.ContactNotFound:
		return s.gone()
	}
	return s.refused(err, openForm{contact: before.ID})
}

// refused shows the page with an open form and what is wrong with it.
func (s *siteVisit) refused(err error, open openForm) error {
	return s.again(err, func(v *visit) error {
		s.open = open
		s.open.typed = v.filled
		return s.show()
	})
}

// showConflict shows what somebody else stored beside what was typed. If both are the same, there is nothing to choose.
func (s *siteVisit) showConflict(id rollcall.ContactID) error {
	if err := s.load(); err != nil {
		return err
	}
	theirs := s.contact(id)
	switch {
	case theirs == nil:
		return s.gone()
	case len(s.differences(s.formOf(theirs), s.form)) == 0:
		return s.finish(outcome{What: personSaved, Contact: id, Name: contactName(theirs)}, theirs.Position)
	}
	s.status, s.alert = http.StatusConflict, s.t.SiteForm.Conflict
	s.open = openForm{contact: id, typed: s.form, theirs: theirs}
	return s.show()
}

// gone shows what was typed about a contact that is no longer at the site, as a form to add it.
func (s *siteVisit) gone() error {
	s.status = http.StatusNotFound
	s.open.typed = s.form
	s.personGone()
	return s.show()
}

// personGone opens the form to add a person with what was typed about one who is gone.
func (s *siteVisit) personGone() {
	s.alert = s.t.SiteForm.Gone
	s.open = openForm{add: true, typed: s.open.typed}
	typed := url.Values{}
	for name, values := range s.open.typed {
		typed[name] = values
	}
	for name := range typed {
		if pointIDField.MatchString(name) {
			typed.Del(name)
		}
	}
	s.open.typed = typed
}
