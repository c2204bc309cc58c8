package formats

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// prefixSize is how many bytes of a file decide its encoding.
const prefixSize = 1 << 20

// decoder reads text in any encoding as UTF-8, without a byte order mark. It fails with a *FileError without a place.
type decoder struct {
	src         *bufio.Reader
	windows     bool   // Windows-1252; false: UTF-8
	undecided   bool   // only ASCII so far
	replacement bool   // U+FFFD is the decoder's, for what it cannot decode
	rest        []byte // of a character that didn't fit into the last buffer
	err         error
}

// newDecoder decides the encoding by the first bytes of src, whose buffer must hold prefixSize bytes.
func newDecoder(src *bufio.Reader) (*decoder, error) {
	prefix, err := src.Peek(prefixSize)
	atEnd := errors.Is(err, io.EOF)
	if err != nil && !atEnd {
		return nil, err
	}
	if endian, mark, ok := utf16Of(prefix); ok {
		if _, err := src.Discard(mark); err != nil {
			return nil, err
		}
		plain := transform.NewReader(src, unicode.UTF16(endian, unicode.IgnoreBOM).NewDecoder())
		return &decoder{src: bufio.NewReader(plain), replacement: true}, nil
	}
	for i, b := range prefix {
		if err := plainText(b); err != nil {
			return nil, placed(err, 1+bytes.Count(prefix[:i], []byte("\n")), 0)
		}
	}
	if bytes.HasPrefix(prefix, []byte("\ufeff")) {
		_, err := src.Discard(3)
		return &decoder{src: src}, err
	}
	d := &decoder{src: src}
	d.decide(prefix, atEnd)
	return d, nil
}

// utf16Of reports whether text is UTF-16, its byte order and the length of its byte order mark. Without a mark, half of the
// first bytes must be zero, at every other place.
func utf16Of(text []byte) (endian unicode.Endianness, mark int, ok bool) {
	switch {
	case bytes.HasPrefix(text, []byte{0xff, 0xfe, 0, 0}):
		return endian, 0, false // UTF-32
	case bytes.HasPrefix(text, []byte{0xff, 0xfe}):
		return unicode.LittleEndian, 2, true
	case bytes.HasPrefix(text, []byte{0xfe, 0xff}):
		return unicode.BigEndian, 2, true
	}
	head := text[:min(len(text), 64)&^1]
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	half := len(head) / 2
	switch {
	case half == 0:
		return endian, 0, false
	case zeros[0] == 0 && zeros[1] > half*3/4:
		return unicode.LittleEndian, 0, true
	case zeros[1] == 0 && zeros[0] > half*3/4:
		return unicode.BigEndian, 0, true
	}
	return endian, 0, false
}

// decide chooses UTF-8 if at least as many characters beyond ASCII are valid in it as are not, and Windows-1252 otherwise.
// The text may end within a character, unless atEnd.
func (d *decoder) decide(text []byte, atEnd bool) {
	valid, invalid := 0, 0
	for len(text) > 0 && (atEnd || utf8.FullRune(text)) {
		_, size := utf8.DecodeRune(text)
		switch {
		case size > 1:
			valid++
		case text[0] >= utf8.RuneSelf:
			invalid++
		}
		text = text[size:]
	}
	d.undecided = valid+invalid == 0
	d.windows = invalid > valid
}

// Read reads UTF-8.
func (d *decoder) Read(p []byte) (int, error) {
	n := copy(p, d.rest)
	d.rest = d.rest[n:]
	if n > 0 || len(p) == 0 {
		return n, nil
	}
	if d.err != nil {
		return 0, d.err
	}
	_, err := d.src.Peek(utf8.UTFMax)
	if err != nil && d.src.Buffered() == 0 {
		d.err = err
		return 0, err
	}
	head, _ := d.src.Peek(d.src.Buffered())
	used := 0
	for used < len(head) && n < len(p) && d.err == nil {
		if b := head[used]; b < utf8.RuneSelf {
			if d.err = plainText(b); d.err == nil {
				p[n] = b
				n, used = n+1, used+1
			}
			continue
		}
		if used > 0 && !utf8.FullRune(head[used:]) {
			break // more is read first
		}
		if d.undecided {
			d.decide(head[used:], err != nil)
		}
		r, size, wrong := d.next(head[used:])
		if wrong != nil {
			d.err = wrong
			break
		}
		if r == '\ufeff' && used > 0 && (head[used-1] == '\n' || head[used-1] == '\r') {
			used += size // the mark of a file that was appended to another
			continue
		}
		text := utf8.AppendRune(nil, r)
		copied := copy(p[n:], text)
		d.rest = text[copied:]
		n, used = n+copied, used+size
	}
	if _, err := d.src.Discard(used); err != nil {
		return n, err
	}
	if n == 0 {
		return 0, d.err
	}
	return n, nil
}

// next decodes the character beyond ASCII with which text begins.
func (d *decoder) next(text []byte) (r rune, size int, err error) {
	const advice = "save the whole file in one encoding (in Excel: “CSV UTF-8”)"
	r, size = utf8.DecodeRune(text)
	valid := size > 1
	switch {
	case d.windows && valid && looksUTF8(text[:size]):
		return 0, 0, &FileError{Problem: BadEncoding, Message: "this is UTF-8, and the rest is Windows-1252; " + advice}
	case d.windows:
		if r = charmap.Windows1252.DecodeByte(text[0]); r == utf8.RuneError {
			return 0, 0, &FileError{Problem: BadEncoding, Message: "a byte has no meaning in Windows-1252; " + advice}
		}
		return r, 1, nil
	case !valid:
		return 0, 0, &FileError{Problem: BadEncoding, Message: "this is not UTF-8, and the rest is; " + advice}
	case d.replacement && r == utf8.RuneError:
		return 0, 0, &FileError{Problem: BadEncoding, Message: "this is not UTF-16, and the rest is; " + advice}
	}
	return r, size, nil
}

// looksUTF8 reports whether a sequence that is valid UTF-8 is hardly ever Windows-1252: letters with accents and punctuation.
func looksUTF8(b []byte) bool {
	return len(b) == 2 && b[0] >= 0xc3 && b[0] <= 0xc5 || len(b) == 3 && b[0] == 0xe2 && b[1] == 0x80
}

// plainText returns an error for a control character that no text has.
func plainText(b byte) error {
	if b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\v' && b != '\f' && b != 0x1a && b != 0x1e && b != 0x1f {
		return &FileError{Problem: NotText, Message: "this is not text, but data of another program; save it as CSV in UTF-8 or as .xlsx"}
	}
	return nil
}
