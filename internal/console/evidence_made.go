package console

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/rollcall/evidence"
	"example.org/rollcall/internal/service"
)

// evidencePage is the data of evidence_made.html.
type evidencePage struct {
	shell
	Facts []fact
	File  string // path
	Again string // path of the form, filled with the same sites
	Sites []evidenceSite

	Reveal revealView
}

// evidenceSite is a site as it was.
type evidenceSite struct {
	ID, Name      string
	Gone          string // why nothing is known of it at the moment; empty: it was there
	Facts         []fact
	NoZone        bool
	Before, After evidenceList
	SameAfter     bool       // After is Before
	Others        []proofRow // that are not in Before
	Erased        []string
	OptOuts       []evidenceRow
	Reviews       []evidenceRow
	Changes       []evidenceRow
	Older, Later  string // how many lines are in the file alone; empty: none
	Head          string
}

// evidenceList is a call list.
type evidenceList struct {
	T       *evidenceTexts
	Title   string
	Calls   []proofRow
	Skipped []skippedRow
}

// proofRow is a phone or an e-mail with its last proof.
type proofRow struct {
	Order               int // in the call list
	Name, Number, Label string
	Badge               badge
	Proof               string
	Note                string // of who attested it
}

// evidenceRow is a line of the audit.
type evidenceRow struct {
	Line int64
	Hash string // the beginning of it
	changeRow
}

// evidenceLines is how many changes of a site the page shows. The file has all.
const evidenceLines = 200

// evidence shows evidence, to be printed.
func (v *visit) evidence() error {
	e, err := v.evidenceMade()
	if err != nil {
		return err
	}
	keys, err := v.service.EvidenceKeys()
	if err != nil {
		return err
	}
	t := &v.t.Evidence
	p := evidencePage{shell: v.shell(t.Title), File: evidenceOf(&e, "/file")}
	p.Reveal = v.revealForm("", evidenceOf(&e, ""), time.UTC)
	place, again := time.UTC, url.Values{}
	for i := range e.Sites {
		s := &e.Sites[i]
		made, err := v.evidenceSite(&e, s)
		if err != nil {
			return err
		}
		p.Sites = append(p.Sites, made)
		again.Add("site", made.ID)
		if i == 0 {
			place = placeOf(&s.Site)
		} else if s.Timezone != place.String() {
			place = time.UTC
		}
	}
	names, err := v.actorNames([]string{e.Actor})
	if err != nil {
		return err
	}
	p.Facts = []fact{
		{Label: t.Company, Text: e.Name}, {Label: t.Moment, Text: v.t.moment(e.At, place)},
		{Label: t.Made, Text: v.atRequest(v.t.moment(e.Created, place)+", "+cmp.Or(names[e.Actor], v.t.Contact.Somebody), e.Sites[0].Last())},
		{Label: t.Number, Text: string(e.ID)}, {Label: t.Key, Text: string(keys[0])},
	}
	p.Again = evidencePath + "?" + again.Encode()
	return v.show("evidence_made", p)
}

// evidenceVisit puts a site of evidence into words.
type evidenceVisit struct {
	siteVisit
	evidence *evidence.Evidence
	was      *evidence.Site
	words    sentences
}

func (v *visit) evidenceSite(e *evidence.Evidence, was *evidence.Site) (evidenceSite, error) {
	t := &v.t.Evidence
	v.at = was.ID
	s := evidenceVisit{
		siteVisit: siteVisit{visit: v, site: was.Site, place: placeOf(&was.Site), contacts: was.Contacts}, evidence: e, was: was,
	}
	last := was.Last()
	made := evidenceSite{
		ID: string(was.ID), Name: cmp.Or(was.Name, string(was.ID)),
		Facts: slices.Concat([]fact{{Label: t.Moment, Text: v.t.moment(e.At, s.place)}, {Label: t.SiteID, Text: string(was.ID)}}, s.siteFacts()),
		Head:  about(t.Head, "", "line", strconv.FormatInt(last.Seq, 10), "hash", last.Hash.String()).Before,
	}
	made.Gone = map[evidence.Presence]string{evidence.NotCreated: t.NotCreated, evidence.Deleted: t.Deleted}[was.Presence]
	made.NoZone = made.Gone == "" && was.Location() == nil
	var err error
	s.words, err = v.sentences(&service.RecentAudit{Sites: map[rollcall.SiteID]string{was.ID: made.Name}, Contacts: was.Names}, s.place)
	if err != nil {
		return made, err
	}
	made.Before, made.After = s.list(t.Before, &was.Before), s.list(t.After, &was.After)
	made.SameAfter = sameCalls(&was.Before, &was.After)
	made.Others = s.others()
	for i := range was.Erased {
		p := &was.Erased[i]
		made.Erased = append(made.Erased, about(t.Erased, "", "position", strconv.Itoa(p.Position), "contact", string(p.Contact), "time", v.t.moment(p.At, s.place)).Before)
	}
	s.changes(&made)
	return made, nil
}

// sameCalls reports whether two call lists have the same phones, for the same reasons.
func sameCalls(a, b *rollcall.CallList) bool {
	return slices.EqualFunc(a.Calls, b.Calls, func(a, b rollcall.PhoneCall) bool { return a.Point == b.Point }) &&
		slices.EqualFunc(a.Skipped, b.Skipped, func(a, b rollcall.SkippedPhone) bool {
			return a.Contact == b.Contact && a.Point == b.Point && a.Reason == b.Reason
		})
}

func (s *evidenceVisit) list(title string, list *rollcall.CallList) evidenceList {
	view := evidenceList{T: &s.t.Evidence, Title: title}
	for i := range list.Calls {
		call := &list.Calls[i]
		row := s.proof(call.Contact, call.Point)
		row.Order = call.Order
		view.Calls = append(view.Calls, row)
	}
	at := service.CallList{At: s.evidence.At, CallList: *list}
	for i := range list.Skipped {
		skipped := &list.Skipped[i]
		row := skippedRow{Name: contactName(skipped.Contact), Why: s.skipReason(skipped, &at)}
		if skipped.Point != nil {
			row.Number, row.Label = s.pointValue(skipped.Point), s.t.Words.Labels[skipped.Point.Label]
		}
		view.Skipped = append(view.Skipped, row)
	}
	return view
}

// others returns the phones and e-mails that are not on the call list before anybody is dispatched.
func (s *evidenceVisit) others() (rows []proofRow) {
	for i := range s.was.Contacts {
		c := &s.was.Contacts[i]
		for j := range c.Points {
			p := &c.Points[j]
			if !slices.ContainsFunc(s.was.Before.Calls, func(call rollcall.PhoneCall) bool { return call.Point == p }) {
				rows = append(rows, s.proof(c, p))
			}
		}
	}
	return rows
}

func (s *evidenceVisit) proof(c *rollcall.Contact, p *rollcall.Point) proofRow {
	t := &s.t.Evidence
	row := proofRow{
		Name: contactName(c), Number: s.pointValue(p), Label: s.t.Words.Labels[p.Label], Badge: s.t.pointBadge(p.State), Proof: t.NeverProven,
	}
	if proof, ok := s.was.Proofs[p.ID]; ok {
		row.Proof = about(t.Proof, "", "time", s.t.moment(proof.At, s.place), "way", s.t.Contact.Ways[proof.Method],
			"who", isolated(s.words.who(proof.Actor)), "line", strconv.FormatInt(proof.Line, 10)).Before
		row.Proof = s.atRequest(row.Proof, &s.was.Lines[proof.Line-1])
		row.Note = s.freeText(proof.Note)
	}
	return row
}

// changes fills in the lines up to the moment, the oldest first.
func (s *evidenceVisit) changes(made *evidenceSite) {
	var lines []*audit.Line
	for i := range s.was.Lines[:len(s.was.Lines)-1] {
		if l := &s.was.Lines[i]; !l.At.After(s.evidence.At) {
			lines = append(lines, l)
		}
	}
	if older := len(lines) - evidenceLines; older > 0 {
		lines, made.Older = lines[older:], about(s.t.Evidence.Older, "", "count", strconv.Itoa(older)).Before
	}
	for _, l := range lines {
		made.Changes = append(made.Changes, s.row(l))
	}
	for i := range s.was.OptOuts {
		made.OptOuts = append(made.OptOuts, s.row(&s.was.Lines[s.was.OptOuts[i].Line-1]))
	}
	for i := range s.was.Reviews {
		made.Reviews = append(made.Reviews, s.row(&s.was.Lines[s.was.Reviews[i].Line-1]))
	}
	if later := s.was.Later(s.evidence.At); later > 0 {
		made.Later = about(s.t.Evidence.Later, "", "count", strconv.Itoa(later)).Before
	}
}

func (s *evidenceVisit) row(l *audit.Line) evidenceRow {
	named := *l
	named.Pos = l.Seq // by which the names of contacts are found
	return evidenceRow{l.Seq, strings.ToLower(l.Hash.String()[:12]), s.words.row(&named)}
}
