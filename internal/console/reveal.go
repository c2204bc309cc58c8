package console

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// revealLife is how long revealed numbers of a site are shown to the session that gave a reason.
const revealLife = 15 * time.Minute

// revealedValue is a value in a session: a JSON object of the sites whose numbers are revealed, and until when, in Unix seconds.
const revealedValue = "revealed"

// mask stands for what is hidden.
const mask = "••••"

// masked reports whether the user sees no number, no address and no note of the site v.at whole.
func (v *visit) masked() bool { return !v.mayReadNumbers(v.at) }

// mayReadNumbers reports whether the user sees the numbers, addresses and notes of a site whole. Files with people of several sites
// belong to no site, which is empty; a user who may see the files sees everything.
func (v *visit) mayReadNumbers(site rollcall.SiteID) bool {
	return v.mayChange() && (!v.maskNumbers || v.revealedUntil(site).After(v.now()))
}

// loadMask finds out whether the dealer hides numbers from everybody.
func (v *visit) loadMask() error {
	if !v.mayChange() {
		return nil
	}
	set, err := v.service.Settings(v.r.Context(), v.caller())
	v.maskNumbers = set.MaskNumbers
	return err
}

func (v *visit) revealed() map[rollcall.SiteID]int64 {
	until := map[rollcall.SiteID]int64{}
	if text := v.sessions.GetString(v.r.Context(), revealedValue); text != "" {
		_ = json.Unmarshal([]byte(text), &until) // nothing else writes it
	}
	return until
}

// revealedUntil returns until when this session sees the numbers of a site; a past time if it does not.
func (v *visit) revealedUntil(site rollcall.SiteID) time.Time {
	until := v.revealed()
	return time.Unix(max(until[site], until[""]), 0)
}

// reveal shows the numbers of a site, or those of no site, to this session for some time, if the posted form has a reason:
// ValidationFailed, SiteNotFound, ContactNotFound.
func (v *visit) reveal(site rollcall.SiteID, contact rollcall.ContactID) error {
	if err := v.service.RevealNumbers(v.r.Context(), v.caller(), site, contact, v.form.Get("reason")); err != nil {
		return err
	}
	until, now := v.revealed(), v.now()
	for old, end := range until {
		if end <= now.Unix() {
			delete(until, old)
		}
	}
	until[site] = now.Add(revealLife).Unix()
	text, err := json.Marshal(until)
	if err != nil {
		return err
	}
	v.sessions.Put(v.r.Context(), revealedValue, string(text))
	return nil
}

// revealView is the data of the part reveal. It is empty where the dealer hides nothing, or the user may not reveal it.
type revealView struct {
	Path         string
	Hidden, Show string // a sentence, and the text of the button
	Until        string // a sentence, instead of the form
	Reason       field
	Open         bool
}

// revealForm returns the form that reveals the numbers of a site, or those of no site. It is posted to a path.
func (v *visit) revealForm(site rollcall.SiteID, path string, place *time.Location) revealView {
	t := &v.t.Reveal
	switch {
	case !v.maskNumbers || !v.mayChange():
		return revealView{}
	case v.mayReadNumbers(site):
		return revealView{Until: fmt.Sprintf(t.Until, v.t.moment(v.revealedUntil(site), place))}
	}
	reason := v.field("reason", t.Reason, field{Type: "text", Autocomplete: "off", Required: true, Value: v.value("reason", ""), Hint: t.ReasonHint})
	return revealView{Path: path, Hidden: t.Hidden, Show: t.Show, Reason: reason, Open: reason.Problem != ""}
}

// Shown reports whether the part has something to say.
func (r revealView) Shown() bool { return r.Hidden+r.Until != "" }

// keepField ends the name of a hidden field, which says that the field beside it was shown empty, and keeps what is stored if it stays so.
const keepField = ".keep"

// kept returns a field whose stored value is hidden: empty, to keep what is stored, unless somebody types another value. hidden is
// the value as the user may see it; if that is the whole value, the field shows it.
func (v *visit) kept(stored, hidden string, f field) field {
	if hidden == stored {
		return v.stored(stored, f)
	}
	f.Value, f.Keep, f.Hint = v.value(f.Name, ""), f.Name+keepField, strings.TrimSpace(fmt.Sprintf(v.t.Reveal.Keep, hidden)+" "+f.Hint)
	return f
}

// dropKept removes from the posted form the fields that keep what is stored.
func (v *visit) dropKept() {
	for name := range v.form {
		if of, ok := strings.CutSuffix(name, keepField); ok && strings.TrimSpace(v.form.Get(of)) == "" {
			v.form.Del(of)
		}
	}
}

// refuseMasks returns ValidationFailed if a field of the posted form has what stands for a hidden value.
func (v *visit) refuseMasks() error {
	for name, values := range v.form {
		if strings.Contains(strings.Join(values, "\n"), mask) {
			return rollcall.InvalidField(name, codeMasked, "must not hold what hides a value")
		}
	}
	return nil
}

const codeMasked = "masked"

// pointIDField is the name of a hidden field about a contact point that is stored.
var pointIDField = regexp.MustCompile(`^points\.\d+\.(point_id|keep)$`)
