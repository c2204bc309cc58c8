package evidence

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

var update = flag.Bool("update", false, "write testdata/version1.json")

// when is the moment of the sample.
var when = time.Date(2031, 3, 5, 15, 0, 0, 0, time.UTC)

func testKey(t *testing.T, secret string) ed25519.PrivateKey {
	t.Helper()
	key, err := SigningKey([]byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// chain returns the chain of a site with a contact ann, who confirmed, and bob, who was erased after the moment.
func chain(dealer rollcall.DealerID, site rollcall.SiteID) []audit.Line {
	person := func(id rollcall.ContactID, state rollcall.PointState) *rollcall.Contact {
		return &rollcall.Contact{ID: id, ExternalID: string(id), FirstName: strings.ToUpper(string(id)), LastName: "Lee", Type: "primary", Points: []rollcall.Point{{
			ID: rollcall.PointID("point_" + id), Kind: rollcall.PhonePoint, Value: "+1 202 555 0147", E164: "+12025550147", State: state,
		}}}
	}
	unknown := rollcall.PointState{Status: rollcall.PointUnconfirmed}
	confirmed := rollcall.PointState{Status: rollcall.PointConfirmed, Method: rollcall.SMS, Confirmed: when.Add(-time.Minute)}
	place := rollcall.Site{ID: site, Name: "The <mill> & quay\u2028", Status: rollcall.SiteActive, Timezone: "America/New_York"}
	moved := place
	moved.Name = "Moved"
	lines := []audit.Line{
		{Action: audit.SiteCreated, Subject: string(site), Values: audit.EncodeChanges(audit.SiteChanges(nil, &place))},
		{Action: audit.ContactCreated, Contact: "ann", Subject: "ann", Values: audit.EncodeChanges(audit.ContactChanges(nil, person("ann", unknown)))},
		{Action: audit.ContactCreated, Contact: "bob", Subject: "bob", Values: audit.EncodeChanges(audit.ContactChanges(nil, person("bob", unknown)))},
		{Action: "validation.requested", Contact: "ann", Subject: "val_1"},
		{Action: "validation.confirmed", Contact: "ann", Subject: "val_1", Actor: audit.ActorContact, Values: audit.EncodeChanges(audit.ContactChanges(person("ann", unknown), person("ann", confirmed)))},
		{Action: audit.CallListReviewed, Subject: string(site)},
		{Action: audit.SiteUpdated, Subject: string(site), Values: audit.EncodeChanges(audit.SiteChanges(&place, &moved))},
		{Action: audit.ContactErased, Contact: "bob", Subject: "bob"},
		{Action: audit.EvidenceCreated, Subject: "evid_1", Actor: "user_1", Values: audit.EncodeChanges(Changes(when, []rollcall.SiteID{"mill", "quay"}))},
	}
	head := audit.Head{Dealer: dealer, Site: site}
	for i := range lines {
		l := &lines[i]
		l.Dealer, l.Site, l.RequestID = dealer, site, "req_1"
		if l.Action == audit.CallListReviewed {
			l.Mention(audit.Mention{OnBehalfOf: "Max Moss", With: "Ann Lee", Note: "all of it"})
		}
		if l.At = when.Add(time.Duration(i-6) * time.Minute); i > 5 {
			l.At = l.At.Add(time.Hour)
		}
		if l.Actor == "" {
			l.Actor = "key_1"
		}
		head = l.Seal(head, []byte("secret"))
		if l.Contact == "bob" {
			defer func() { l.Values, l.Salt = nil, nil }()
		}
	}
	return lines
}

// sample returns a file, signed with the key of "secret".
func sample(t *testing.T) []byte {
	t.Helper()
	e, err := New("d", "Hill Alarm", []Actor{{"key_1", "Import"}, {"user_1", "Mia Novak"}}, [][]audit.Line{chain("d", "mill"), chain("d", "quay")})
	if err != nil {
		t.Fatal(err)
	}
	data, err := e.Encode(testKey(t, "secret"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestCheck(t *testing.T) {
	data, keys := sample(t), []PublicKey{PublicOf(testKey(t, "secret"))}
	r, err := Check(data, keys)
	if err != nil {
		t.Fatal(err)
	}
	mill := r.Sites[0]
	if r.ID != "evid_1" || !r.At.Equal(when) || r.Lines != 18 || mill.Name != "The <mill> & quay\u2028" || len(mill.Contacts) != 1 || mill.Later(r.At) != 2 {
		t.Errorf("got %+v", r)
	}
	want := Proof{At: when.Add(-time.Minute), Method: rollcall.SMS, Actor: audit.ActorContact, Validation: "val_1", Line: 5}
	if got := mill.Proofs["point_ann"]; got != want {
		t.Errorf("the proof is %+v, want %+v", got, want)
	}
	if want := []Erased{{"bob", 2, mill.Lines[7].At}}; !slices.Equal(mill.Erased, want) {
		t.Errorf("erased %+v, want %+v", mill.Erased, want)
	}
	if want := []Review{{mill.Lines[5].At, "key_1", "Max Moss", "Ann Lee", "all of it", 6}}; !slices.Equal(mill.Reviews, want) {
		t.Errorf("reviews %+v, want %+v", mill.Reviews, want)
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, data, "", "  "); err != nil {
		t.Fatal(err)
	}
	if _, err := Check(indented.Bytes(), keys); err != nil {
		t.Errorf("with line breaks: %v", err)
	}
	other := PublicOf(testKey(t, "another"))
	if _, err := Check(data, []PublicKey{other, keys[0]}); err != nil {
		t.Errorf("with two keys: %v", err)
	}
	wantFault(t, data, []PublicKey{other}, "the file was signed with another key, "+string(keys[0]))
}

func wantFault(t *testing.T, data []byte, keys []PublicKey, want string) {
	t.Helper()
	_, err := Check(data, keys)
	var fault *Fault
	if !errors.As(err, &fault) || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("Check: %v, want a fault that begins with %q", err, want)
	}
}

// forgeries are changes of somebody who signs the file with a key of their own.
var forgeries = []struct {
	name string
	do   func(w *wire, other []wireLine)
	want string
}{
	{"a changed value", func(w *wire, _ []wireLine) {
		l := &w.Sites[0].Lines[1]
		l.Changes = bytes.ReplaceAll(l.Changes, []byte("Lee"), []byte("Lew"))
	}, "site mill, line 2: its values were changed"},
	{"a changed actor", func(w *wire, _ []wireLine) { w.Sites[0].Lines[4].Actor = "user_2" }, "site mill, line 5: it or the line before it was changed"},
	{"a changed date", func(w *wire, _ []wireLine) { w.Sites[1].Lines[4].At = "2031-03-05T14:57:30Z" }, "site quay, line 5: it or the line before it was changed"},
	{"a removed line", func(w *wire, _ []wireLine) { w.Sites[0].Lines = slices.Delete(w.Sites[0].Lines, 3, 4) }, "site mill, line 4: a line is missing before it"},
	{"a removed last line", func(w *wire, _ []wireLine) { w.Sites[1].Lines = w.Sites[1].Lines[:8] }, "site 2 of the file, line 8: it does not record the making of this evidence"},
	{"no lines", func(w *wire, _ []wireLine) { w.Sites[1].Lines = []wireLine{} }, "site 2 of the file: it has no lines"},
	{"a moved line", func(w *wire, _ []wireLine) {
		lines := w.Sites[0].Lines
		lines[3], lines[4] = lines[4], lines[3]
	}, "site mill, line 4: a line is missing before it"},
	{"a moved line with its place", func(w *wire, _ []wireLine) {
		lines := w.Sites[0].Lines
		lines[3], lines[4] = lines[4], lines[3]
		lines[3].Seq, lines[4].Seq = 4, 5
	}, "site mill, line 4: it or the line before it was changed"},
	{"a line of another dealer", func(w *wire, other []wireLine) { w.Sites[0].Lines[3] = other[3] }, "site mill, line 4: it or the line before it was changed"},
	{"the chain of another dealer", func(w *wire, other []wireLine) { w.Sites[0].Lines = other }, "site mill, line 1: it or the line before it was changed"},
	{"the chain of another site", func(w *wire, _ []wireLine) { w.Sites[0].Lines = w.Sites[1].Lines }, "site mill, line 1: it or the line before it was changed"},
	{"a removed site", func(w *wire, _ []wireLine) { w.Sites = w.Sites[:1] }, "the evidence was made for 2 sites, and has 1"},
	{"no site", func(w *wire, _ []wireLine) { w.Sites = []wireSite{} }, "the evidence was made for 0 sites, and has 0"},
	{"sites in another order", func(w *wire, _ []wireLine) { slices.Reverse(w.Sites) }, "site mill, line 1: it or the line before it was changed"},
	{"another dealer", func(w *wire, _ []wireLine) { w.Dealer.ID = "e" }, "site mill, line 1: it or the line before it was changed"},
	{"another moment", func(w *wire, _ []wireLine) { w.At = "2031-03-05T15:00:01Z" }, "who made the evidence, when, or of which moment does not follow"},
	{"another maker", func(w *wire, _ []wireLine) { w.Actor = "user_2" }, "who made the evidence, when, or of which moment does not follow"},
	{"another name on the list", func(w *wire, _ []wireLine) { w.Sites[0].Contacts[0].LastName = "Lew" }, "site mill: what the file says about the site"},
	{"a call that is not there", func(w *wire, _ []wireLine) { w.Sites[0].Before.Calls = []wireCall{} }, "site mill: what the file says about the site"},
	{"a proof of somebody else", func(w *wire, _ []wireLine) { w.Sites[1].Contacts[0].Points[0].Proof.Actor = "key_1" }, "site quay: what the file says about the site"},
	{"an erasure that is not shown", func(w *wire, _ []wireLine) { w.Sites[0].Erased = []wireErased{} }, "site mill: what the file says about the site"},
	{"another head", func(w *wire, _ []wireLine) { w.Sites[0].Head.Count++ }, "site mill: what the file says about the site"},
	{"values that were removed", func(w *wire, _ []wireLine) {
		l := &w.Sites[0].Lines[1]
		l.Changes, l.Salt = nil, ""
	}, "site mill, line 2: its values were removed, but nobody erased the person"},
	{"a changed mention", func(w *wire, _ []wireLine) {
		l := &w.Sites[0].Lines[5]
		l.Mentions = bytes.ReplaceAll(l.Mentions, []byte("Moss"), []byte("Mess"))
	}, "site mill, line 6: its values were changed"},
	{"a removed mention", func(w *wire, _ []wireLine) {
		l := &w.Sites[0].Lines[5]
		l.Mentions, l.MentionsSalt = nil, ""
	}, "site mill: what the file says about the site"},
	{"a hash that is none", func(w *wire, _ []wireLine) { w.Sites[0].Lines[1].Hash = "zz" }, "site mill, line 2: a time, a salt or a hash of it cannot be read"},
}

func TestCheckFindsForgeries(t *testing.T) {
	theirs := chain("e", "mill")
	for _, c := range forgeries {
		t.Run(c.name, func(t *testing.T) {
			_, w := opened(t)
			c.do(&w, each(theirs, lineWire))
			wantFault(t, forge(t, &w), nil, c.want)
		})
	}
}

// forge returns a file that somebody signed with a key of their own.
func forge(t *testing.T, w *wire) []byte {
	t.Helper()
	key := testKey(t, "of somebody else")
	signed, err := encode(w)
	if err != nil {
		t.Fatal(err)
	}
	data, err := encode(file{Format, Version, signed, PublicOf(key), base64.StdEncoding.EncodeToString(ed25519.Sign(key, signedText(signed)))})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestCheckNeedsTheKey checks what only the key shows: the names beside the identifiers are in no chain, and any erasure explains that
// the mentions before it are gone.
func TestCheckNeedsTheKey(t *testing.T) {
	for name, do := range map[string]func(*wire){
		"the name of an actor":   func(w *wire) { w.Actors[1].Name = "Somebody Else" },
		"the name of the dealer": func(w *wire) { w.Dealer.Name = "Somebody Else" },
		"a mention before an erasure": func(w *wire) {
			l := &w.Sites[1].Lines[5]
			l.Mentions, l.MentionsSalt, w.Sites[1].Reviews = nil, "", []wireReview{{At: l.At, Actor: "key_1", Line: 6}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			f, w := opened(t)
			do(&w)
			data := forge(t, &w)
			if _, err := Check(data, nil); err != nil {
				t.Errorf("without a key: %v", err)
			}
			wantFault(t, data, []PublicKey{f.Key}, "the file was signed with another key")
		})
	}
}

// opened returns the sample, to be changed.
func opened(t *testing.T) (f file, w wire) {
	t.Helper()
	f, err := open(sample(t))
	if err == nil {
		err = json.Unmarshal(f.Evidence, &w)
	}
	if err != nil {
		t.Fatal(err)
	}
	return f, w
}

// unreadable are files that are not evidence, or no longer.
func unreadable(good string) map[string][2]string {
	return map[string][2]string{
		"nothing":                    {"", "the file cannot be read, or is cut off: unexpected end of JSON input"},
		"half of it":                 {good[:len(good)/2], "the file cannot be read, or is cut off"},
		"all but a byte":             {good[:len(good)-1], "the file cannot be read, or is cut off"},
		"more after it":              {good + "{}", "the file cannot be read, or is cut off"},
		"another document":           {`{"data": {}}`, "the file is not evidence that Rollcall made"},
		"a list":                     {`[1, 2]`, "the file cannot be read"},
		"deep nesting":               {strings.Replace(good, `"evidence":`, `"evidence":`+strings.Repeat(`[`, 1<<20), 1), "the file cannot be read, or is cut off: invalid character '[' exceeded max depth"},
		"deep nesting inside":        {strings.Replace(good, `"changes":[`, `"changes":[`+strings.Repeat(`[`, 9000)+strings.Repeat(`]`, 9000)+",", 1), "site mill"},
		"a later version":            {strings.Replace(good, `"version":1`, `"version":2`, 1), "the file has version 2 of its form, and this program reads version 1"},
		"no version":                 {strings.Replace(good, `"version":1,`, ``, 1), "the file has version 0"},
		"a text for a number":        {strings.Replace(good, `"seq":1,`, `"seq":"1",`, 1), "the file cannot be read: it is not in the form of evidence"},
		"an unknown field":           {strings.Replace(good, `{"evidence_id"`, `{"note":"approved","evidence_id"`, 1), "the file is not as Rollcall writes it"},
		"an unknown field around it": {strings.Replace(good, `{"format"`, `{"note":"approved","format"`, 1), "the file is not as Rollcall writes it"},
		"a field twice":              {strings.Replace(good, `"name":"Hill Alarm"`, `"name":"Other","name":"Hill Alarm"`, 1), "the file is not as Rollcall writes it"},
		"a field in other cases":     {strings.Replace(good, `"created_by"`, `"Created_By"`, 1), "the file is not as Rollcall writes it"},
		"another signature":          {strings.Replace(good, `"signature":"`, `"signature":"AAAA`, 1), "the signature does not fit"},
		"no key":                     {strings.Replace(good, `"public_key":"ed25519:`, `"public_key":"`, 1), "the signature does not fit"},
		"too much":                   {good + strings.Repeat(" ", ReadMax), "the file is larger than any evidence"},
	}
}

func TestCheckRefusesWhatIsNoEvidence(t *testing.T) {
	data := sample(t)
	for name, c := range unreadable(string(data)) {
		t.Run(name, func(t *testing.T) { wantFault(t, []byte(c[0]), nil, c[1]) })
	}
}

// TestCheckFindsEveryChange changes one byte after the other.
func TestCheckFindsEveryChange(t *testing.T) {
	data, keys := sample(t), []PublicKey{PublicOf(testKey(t, "secret"))}
	for i := 0; i < len(data); i += 5 {
		changed := bytes.Clone(data)
		changed[i] ^= 1
		if _, err := Check(changed, keys); err == nil {
			t.Fatalf("byte %d was changed from %q to %q, and the file is good", i, data[i], changed[i])
		}
	}
}

// TestVersion1 checks a file that an earlier program made: whatever changes, files with this version must stay good.
func TestVersion1(t *testing.T) {
	const name = "testdata/version1.json"
	if *update {
		if err := os.WriteFile(name, sample(t), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Check(data, []PublicKey{"ed25519:VaBwt6AS1pH_ahGQFEpsiyaslz_gYxQWc6M0Jl5hrfY"}); err != nil {
		t.Error(err)
	}
}

// FuzzNew makes evidence of lines that somebody wrote who can count hashes: their values are of any form.
func FuzzNew(f *testing.F) {
	f.Add(audit.ContactCreated, "ann", `[["first_name","Ann"],["points.2.value","1"],["points.1.validation.status","confirmed"]]`, `[["call_list.1","bob"]]`)
	f.Add(audit.ContactRestored, "", `[[]]`, `[["call_list.99999999","bob"]]`)
	f.Add("validation.confirmed", "ann", `[["points.1.point_id","p"],["points.1.validation.confirmed_at","2031-03-05T14:59:00Z"]]`, `null`)
	f.Fuzz(func(_ *testing.T, action, contact, values, order string) {
		lines := chain("d", "mill")[:3]
		made := audit.Line{Action: audit.EvidenceCreated, Subject: "evid_1", Values: audit.EncodeChanges(Changes(when, []rollcall.SiteID{"mill"}))}
		lines[2].Values, lines[2].Action = []byte(`[["first_name","Bob"]]`), audit.ContactCreated
		lines = append(lines,
			audit.Line{Action: action, Contact: rollcall.ContactID(contact), Values: []byte(values), Mentions: []byte(order)},
			audit.Line{Action: audit.CallListReordered, Values: []byte(order)}, made)
		head := audit.Head{Dealer: "d", Site: "mill"}
		for i := range lines {
			l := &lines[i]
			l.Dealer, l.Site, l.At = "d", "mill", when
			head = l.Seal(head, nil)
		}
		if e, err := New("d", "", nil, [][]audit.Line{lines}); err == nil {
			_, _ = encode(e.wire())
		}
	})
}

func FuzzCheck(f *testing.F) {
	data, err := os.ReadFile("testdata/version1.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(_ *testing.T, data []byte) { _, _ = Check(data, nil) })
}
