package evidence

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"example.org/rollcall/internal/rollcall/audit"
)

// Report is what Check found in a good file.
type Report struct {
	Evidence
	Key   PublicKey // that signed the file
	Lines int       // of all sites
}

// Check reads a file and checks it: its form, the chains, that everything else follows from their lines, and the signature. With
// keys, one of them must have signed the file. Without keys, anybody may have made it. Check fails with *Fault if anything is wrong.
func Check(data []byte, keys []PublicKey) (Report, error) {
	f, err := open(data)
	if err != nil {
		return Report{}, err
	}
	var w wire
	if err := json.Unmarshal(f.Evidence, &w); err != nil {
		return Report{}, unlike("it is not in the form of evidence", err)
	}
	signed, err := encode(&w)
	if err != nil || !bytes.Equal(signed, f.Evidence) {
		return Report{}, &Fault{Problem: "the file is not as Rollcall writes it: something was added, removed or moved; check the file that was downloaded"}
	}
	e, err := w.evidence()
	if err != nil {
		return Report{}, err
	}
	if err := w.compare(e.wire()); err != nil {
		return Report{}, err
	}
	report := Report{Evidence: e, Key: f.Key}
	for i := range e.Sites {
		report.Lines += len(e.Sites[i].Lines)
	}
	return report, f.checkSignature(keys)
}

// open reads the outer part of a file. The evidence in it has no spaces between its tokens.
func open(data []byte) (f file, err error) {
	if len(data) > ReadMax {
		return f, &Fault{Problem: "the file is larger than any evidence"}
	}
	if err := json.Unmarshal(data, &f); err != nil {
		return f, unlike("it is not evidence", err)
	}
	switch {
	case f.Format != Format:
		return f, &Fault{Problem: "the file is not evidence that Rollcall made"}
	case f.Version != Version:
		return f, &Fault{Problem: fmt.Sprintf("the file has version %d of its form, and this program reads version %d; use a newer Rollcall", f.Version, Version)}
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, data); err != nil {
		return f, unlike("it is not evidence", err)
	}
	whole, err := encode(f)
	if err != nil || !bytes.Equal(whole, compact.Bytes()) {
		return f, &Fault{Problem: "the file is not as Rollcall writes it: something was added, removed or moved around the evidence"}
	}
	compact.Reset()
	err = json.Compact(&compact, f.Evidence)
	f.Evidence = compact.Bytes()
	return f, err
}

// unlike returns a fault for a text that cannot be read.
func unlike(what string, err error) *Fault {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return &Fault{Problem: fmt.Sprintf("the file cannot be read, or is cut off: %v at byte %d", err, syntax.Offset)}
	case errors.As(err, &kind):
		return &Fault{Problem: fmt.Sprintf("the file cannot be read: %s: %s has a value of another kind", what, kind.Field)}
	}
	return &Fault{Problem: "the file cannot be read: " + what}
}

// evidence makes the evidence once more from the lines.
func (w *wire) evidence() (Evidence, error) {
	chains := make([][]audit.Line, len(w.Sites))
	for i := range w.Sites {
		s := &w.Sites[i]
		for j := range s.Lines {
			l, ok := s.Lines[j].line(w.Dealer.ID, s.ID)
			if !ok {
				return Evidence{}, &Fault{Site: s.ID, Seq: int64(j + 1), Problem: "a time, a salt or a hash of it cannot be read"}
			}
			chains[i] = append(chains[i], l)
		}
	}
	return New(w.Dealer.ID, w.Dealer.Name, w.Actors, chains)
}

// compare returns a fault unless the file says what follows from its lines.
func (w *wire) compare(found wire) error {
	for i := range w.Sites {
		said, err := encode(&w.Sites[i])
		follows, foundErr := encode(&found.Sites[i])
		if err != nil || foundErr != nil || !bytes.Equal(said, follows) {
			return &Fault{Site: w.Sites[i].ID, Problem: "what the file says about the site does not follow from its lines"}
		}
	}
	w.Sites, found.Sites = nil, nil
	said, err := encode(w)
	follows, foundErr := encode(&found)
	if err != nil || foundErr != nil || !bytes.Equal(said, follows) {
		return &Fault{Problem: "who made the evidence, when, or of which moment does not follow from the lines"}
	}
	return nil
}

// checkSignature returns a fault unless the file is signed, by one of the keys if there are any.
func (f *file) checkSignature(keys []PublicKey) error {
	key, ok := f.Key.bytes()
	signature, err := base64.StdEncoding.Strict().DecodeString(f.Signature)
	switch {
	case !ok || err != nil || !ed25519.Verify(key, signedText(f.Evidence), signature):
		return &Fault{Problem: "the signature does not fit: the file was changed after it was signed"}
	case len(keys) == 0:
		return nil
	}
	for _, k := range keys {
		if k == f.Key {
			return nil
		}
	}
	return &Fault{Problem: "the file was signed with another key, " + string(f.Key) + ": it is not from the server whose key you gave, or that server's secret was replaced"}
}
