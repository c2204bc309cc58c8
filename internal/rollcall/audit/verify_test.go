package audit

import (
	"cmp"
	"slices"
	"testing"
	"time"
)

// chainOf returns a chain of three lines, whose second line was erased by the third, and its head.
func chainOf(t *testing.T, secret []byte) ([]Line, Head) {
	t.Helper()
	head := Head{Dealer: "dealer", Site: "site"}
	lines := []Line{
		{Action: "site.created", Subject: "site", Values: EncodeChanges(Added("name", "Harbor"))},
		{Action: ContactCreated, Subject: "contact", Contact: "contact", Values: EncodeChanges(Added("first_name", "Ana"))},
		{Action: ContactErased, Subject: "contact", Contact: "contact"},
	}
	lines[0].Mention(Mention{OnBehalfOf: "Ana"})
	lines[1].Mention(Mention{OnBehalfOf: "Bo"})
	for i := range lines {
		lines[i].Dealer, lines[i].Site, lines[i].At = "dealer", "site", time.Unix(int64(i), 0)
		head = lines[i].Seal(head, secret)
	}
	lines[1].Values, lines[1].Salt, lines[1].Mentions, lines[1].MentionsSalt = nil, nil, nil, nil
	return lines, head
}

var chainSecret = []byte("secret")

var damagedChains = []struct {
	name     string
	damage   func(lines []Line, head *Head) []Line
	expected []Head
	seq      int64
	problem  string
}{
	{name: "a chain that nobody changed"},
	{"a changed value", func(l []Line, _ *Head) []Line {
		l[0].Values = EncodeChanges(Added("name", "Hill"))
		return l
	}, nil, 1, "its values were changed"},
	{"a changed action", func(l []Line, _ *Head) []Line {
		l[0].Action = "site.updated"
		return l
	}, nil, 1, "it or the line before it was changed"},
	{"a changed mention", func(l []Line, _ *Head) []Line {
		l[0].Mention(Mention{OnBehalfOf: "Bo"})
		return l
	}, nil, 1, "its values were changed"},
	{"a mention that was never there", func(l []Line, _ *Head) []Line {
		l[2].Mention(Mention{OnBehalfOf: "Bo"})
		l[2].MentionsSalt = newSalt()
		l[2].MentionsDigest = digest(l[2].MentionsSalt, l[2].Mentions)
		return l
	}, nil, 3, "it or the line before it was changed"},
	{"a mention without its salt", func(l []Line, _ *Head) []Line {
		l[0].MentionsSalt = nil
		return l
	}, nil, 1, "half of its values was removed"},
	{"erased mentions", func(l []Line, _ *Head) []Line {
		l[0].Mentions, l[0].MentionsSalt = nil, nil
		return l
	}, nil, 0, ""},
	{"removed mentions after the erasure", func(l []Line, head *Head) []Line {
		more := Line{Dealer: "dealer", Site: "site"}
		more.Mention(Mention{With: "Bo"})
		*head = more.Seal(*head, chainSecret)
		more.Mentions, more.MentionsSalt = nil, nil
		return append(l, more)
	}, nil, 4, "its values were removed, but nobody erased the person"},
	{"a value without its salt", func(l []Line, _ *Head) []Line {
		l[0].Salt = nil
		return l
	}, nil, 1, "half of its values was removed"},
	{"removed values of nobody", func(l []Line, _ *Head) []Line {
		l[0].Values, l[0].Salt = nil, nil
		return l
	}, nil, 1, "its values were removed, but nobody erased the person"},
	{"a removed line", func(l []Line, _ *Head) []Line { return slices.Delete(l, 1, 2) }, nil, 2, "a line is missing before it"},
	{"a removed last line", func(l []Line, _ *Head) []Line { return l[:2] }, nil, 3, "it is missing"},
	{"an added line", func(l []Line, head *Head) []Line {
		added := Line{Dealer: "dealer", Site: "site"}
		added.Seal(*head, chainSecret)
		return append(l, added)
	}, nil, 4, "it comes after the end of the chain"},
	{"a head with another signature", func(l []Line, head *Head) []Line {
		head.Signature = head.sign([]byte("another"))
		return l
	}, nil, 3, "the head after it is not signed by this server's secret"},
	{"an expected line that is another", nil, []Head{{Count: 2}}, 2, "it is not the one that was noted elsewhere"},
	{"an expected line that is missing", nil, []Head{{Count: 5}}, 4, "it is missing, and was noted elsewhere"},
}

func TestVerifier(t *testing.T) {
	for _, tt := range damagedChains {
		t.Run(tt.name, func(t *testing.T) {
			lines, head := chainOf(t, chainSecret)
			if tt.damage != nil {
				lines = tt.damage(lines, &head)
			}
			v := NewVerifier(head, tt.expected)
			var fault *Fault
			for i := 0; i < len(lines) && fault == nil; i++ {
				fault = v.Check(&lines[i])
			}
			if fault == nil {
				fault = v.End([][]byte{[]byte("old"), chainSecret})
			}
			fault = cmp.Or(fault, &Fault{})
			if fault.Seq != tt.seq || fault.Problem != tt.problem {
				t.Errorf("fault in line %d: %q, want line %d: %q", fault.Seq, fault.Problem, tt.seq, tt.problem)
			}
		})
	}
}

func TestCursorOfAPosition(t *testing.T) {
	p := Position{Pos: 42, Hash: [32]byte{1, 2, 3}}
	got, ok := ParsePosition(p.String())
	if !ok || !got.Matches(p) {
		t.Errorf("ParsePosition(%q) = %v, %v, want a match of %v", p.String(), got, ok, p)
	}
	for _, cursor := range []string{"", "latest", p.String() + "A", Position{Pos: -1}.String()} {
		if got, ok := ParsePosition(cursor); ok {
			t.Errorf("ParsePosition(%q) = %v, want none", cursor, got)
		}
	}
	for _, other := range []Position{{Pos: 41, Hash: p.Hash}, {Pos: 42}} {
		if p.Matches(other) {
			t.Errorf("%v matches %v, want another cursor", p, other)
		}
	}
}

func TestHeadAsAWord(t *testing.T) {
	head := Head{Dealer: "a/b", Site: "ü", Count: 7, Hash: [32]byte{9}}
	if got, ok := ParseHead(head.String()); !ok || got != head {
		t.Errorf("ParseHead(%q) = %v, %v, want %v", head.String(), got, ok, head)
	}
	for _, s := range []string{"", "a/b/1", "a/b/0/" + head.Hash.String(), "a/b/x/" + head.Hash.String(), "a/b/1/00"} {
		if got, ok := ParseHead(s); ok {
			t.Errorf("ParseHead(%q) = %v, want none", s, got)
		}
	}
}
