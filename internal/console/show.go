package console

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/phone"
)

// badge is a state in words, with an icon and a colour. Class is that of style.css. Icon is the path of a drawing of 16 by 16, since
// few fonts have such signs.
type badge struct{ Class, Icon, Text string }

// The classes of badges, each with its icon: a tick, an exclamation mark, a cross, a dash, and three dots.
var badgeIcons = map[string]string{
	"good": "M4 8.5l3 3L12 5", "warn": "M8 4v5M8 12v0", "bad": "M5 5l6 6M11 5l-6 6", "calm": "M4.5 8h7", "wait": "M4 8h0M8 8h0M12 8h0",
}

func newBadge(class, text string) badge { return badge{class, badgeIcons[class], text} }

// readinessBadge returns the badge of the readiness of a site.
func (t *texts) readinessBadge(status rollcall.ReadinessStatus) badge {
	class := map[rollcall.ReadinessStatus]string{rollcall.Ready: "good", rollcall.AtRisk: "warn", rollcall.NotReady: "bad"}[status]
	if class == "" {
		class = "calm"
	}
	return newBadge(class, t.Words.Readiness[status])
}

// pointBadge returns the badge of the state of a contact point.
func (t *texts) pointBadge(s rollcall.PointState) badge {
	if s.NotInService {
		return newBadge("bad", t.Words.NotInService)
	}
	class := map[rollcall.PointStatus]string{
		rollcall.PointConfirmed: "good", rollcall.PointPending: "wait", rollcall.PointUnconfirmed: "warn", rollcall.PointStale: "warn",
		rollcall.PointUndeliverable: "bad", rollcall.PointDeclined: "bad", rollcall.PointOptedOut: "calm",
	}[s.Status]
	return newBadge(class, t.Words.PointStates[s.Status])
}

// mayChange reports whether the user may change sites and contacts.
func (v *visit) mayChange() bool { return v.user.Role.Includes(rollcall.RoleManager) }

// number returns a phone as the user may see it. A masked one shows at most its last four digits.
func (v *visit) number(value string) string {
	if !v.masked() || value == "" {
		return value
	}
	var digits []rune
	for _, r := range value {
		if r >= '0' && r <= '9' {
			digits = append(digits, r)
		}
	}
	if len(digits) < 8 {
		return mask
	}
	return mask + " " + string(digits[len(digits)-4:])
}

// pointValue returns the value of a contact point as the user may see it. Nothing but its kind remains of a masked e-mail.
func (v *visit) pointValue(p *rollcall.Point) string {
	if p.Kind == rollcall.EmailPoint {
		if v.masked() {
			return mask + "@" + mask
		}
		return p.Value
	}
	text := v.number(p.Value)
	if _, written := phone.SplitExtension(p.Value); p.Extension != "" && written == "" && !v.masked() {
		text += " " + v.t.Words.Extension + " " + p.Extension
	}
	return text
}

// What is hidden in texts that a person wrote or got. Between the digits of a number can be anything but letters, such as the no-break
// spaces and dashes of a spreadsheet, and but a colon, as times have.
var (
	linksIn   = regexp.MustCompile(`https?://\S+`)
	emailsIn  = regexp.MustCompile(`\S+[\s\pZ]?[@＠][\s\pZ]?\S+`)
	numbersIn = regexp.MustCompile(`[+(]?\p{Nd}(?:[^\pL\pN:]*\p{Nd}){4,}`)
)

// freeText returns a text as the user may see it. In a masked one, links, addresses, codes and numbers are hidden.
func (v *visit) freeText(text string) string {
	if !v.masked() {
		return text
	}
	for _, hidden := range []*regexp.Regexp{linksIn, emailsIn, numbersIn} {
		text = hidden.ReplaceAllString(text, mask)
	}
	return text
}

// moment returns a time in a time zone, which it names.
func (t *texts) moment(at time.Time, place *time.Location) string {
	if at.IsZero() {
		return ""
	}
	at = at.In(place)
	zone := at.Format("MST")
	if strings.HasPrefix(zone, "+") || strings.HasPrefix(zone, "-") {
		zone = "UTC" + zone
	}
	return fmt.Sprintf("%d %s %d, %s %s", at.Day(), t.Words.Months[at.Month()-1], at.Year(), at.Format("15:04"), zone)
}

// day returns the day of a time in a time zone, empty for the zero time.
func (t *texts) day(at time.Time, place *time.Location) string {
	if at.IsZero() {
		return ""
	}
	at = at.In(place)
	return fmt.Sprintf("%d %s %d", at.Day(), t.Words.Months[at.Month()-1], at.Year())
}

// sitePath returns the path of the page of a site.
func sitePath(id rollcall.SiteID) string { return sitesPath + "/" + url.PathEscape(string(id)) }

// contactPath returns the path of the page of a contact.
func contactPath(site rollcall.SiteID, id rollcall.ContactID) string {
	return sitePath(site) + "/contacts/" + url.PathEscape(string(id))
}
