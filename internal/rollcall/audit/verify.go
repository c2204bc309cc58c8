package audit

import "example.org/rollcall/internal/rollcall"

// Fault is the first thing that is wrong with a chain.
type Fault struct {
	Dealer  rollcall.DealerID
	Site    rollcall.SiteID
	Seq     int64  // place of the broken line
	Problem string // a sentence about the line, without its place: "it is missing"
}

// Verifier checks one chain, line by line: call Check with each stored line in order, then End. Each returns the first
// fault, and nil if there is none so far.
type Verifier struct {
	head     Head
	expected []Head
	seq      int64
	prev     rollcall.Hash
	erased   map[rollcall.ContactID]int64 // people with erased values: the first such line that no erasure explains
	mentions int64                        // the first line with erased mentions that no erasure explains; 0: none
}

// NewVerifier returns a Verifier of the chain that ends with head. The chain must also contain the line that each expected
// head names; these are heads of the same chain that were noted elsewhere earlier.
func NewVerifier(head Head, expected []Head) *Verifier {
	return &Verifier{head: head, expected: expected, erased: make(map[rollcall.ContactID]int64)}
}

// Lines returns the number of good lines so far.
func (v *Verifier) Lines() int64 { return v.seq }

// AtHead reports whether the head's line was checked. A line after it was either written since the head was read, or is
// not part of the chain.
func (v *Verifier) AtHead() bool { return v.seq == v.head.Count }

// Check checks the next line of the chain.
func (v *Verifier) Check(l *Line) *Fault { return v.check(l, false) }

// CheckWithheld checks the next line of a copy of the chain in which its values were left out, so that no erasure need explain why
// they are missing.
func (v *Verifier) CheckWithheld(l *Line) *Fault { return v.check(l, true) }

func (v *Verifier) check(l *Line, withheld bool) *Fault {
	if v.AtHead() {
		return v.fault(v.seq+1, "it comes after the end of the chain")
	}
	if problem := l.fault(v.seq+1, v.prev); problem != "" {
		return v.fault(v.seq+1, problem)
	}
	v.seq, v.prev = l.Seq, l.Hash
	switch l.Action {
	case ContactErased, ContactErasureBegun:
		delete(v.erased, l.Contact)
		v.mentions = 0
	case MentionsErased:
		v.mentions = 0
	}
	if l.MentionsErased() && !withheld && v.mentions == 0 {
		v.mentions = l.Seq
	}
	if _, known := v.erased[l.Contact]; !known && !withheld && l.Erased() {
		v.erased[l.Contact] = l.Seq
	}
	for _, e := range v.expected {
		if e.Count == v.seq && e.Hash != v.prev {
			return v.fault(v.seq, "it is not the one that was noted elsewhere")
		}
	}
	return nil
}

// End checks the end of the chain, after its last line. One of the secrets must have signed the head; without secrets, the
// signature is not checked.
func (v *Verifier) End(secrets [][]byte) *Fault {
	for _, e := range v.expected {
		if e.Count > v.seq {
			return v.fault(v.seq+1, "it is missing, and was noted elsewhere")
		}
	}
	switch {
	case v.seq < v.head.Count:
		return v.fault(v.seq+1, "it is missing")
	case v.prev != v.head.Hash:
		return v.fault(v.seq, "it is not the one that the head names")
	case len(secrets) > 0 && !v.head.signedWith(secrets):
		return v.fault(v.seq, "the head after it is not signed by this server's secret")
	}
	first := v.mentions
	for _, seq := range v.erased {
		if first == 0 || seq < first {
			first = seq
		}
	}
	if first > 0 {
		return v.fault(first, "its values were removed, but nobody erased the person")
	}
	return nil
}

func (v *Verifier) fault(seq int64, problem string) *Fault {
	return &Fault{Dealer: v.head.Dealer, Site: v.head.Site, Seq: seq, Problem: problem}
}
