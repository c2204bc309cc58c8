package smtp

import (
	"encoding/base64"
	stdmail "net/mail"
	"strings"
	"unicode/utf8"

	"github.com/wneessen/go-mail"
)

// setFrom sets the sender. A name that a mail program could read as an encoded word or a second address is encoded, so that
// it is shown as typed.
func setFrom(msg *mail.Msg, from stdmail.Address) {
	if !ascii(from.Name) || !strings.ContainsAny(from.Name, "<>@") && !likeEncoded(from.Name) {
		msg.FromMailAddress(&from)
		return
	}
	address := stdmail.Address{Address: from.Address}
	words := strings.ReplaceAll(encodedWords(from.Name), " ", "\r\n ")
	msg.SetGenHeaderPreformatted(mail.Header(mail.HeaderFrom), words+"\r\n "+address.String())
}

// subjectOf returns the value of the header Subject; go-mail encodes what is not ASCII.
func subjectOf(text string) string {
	if ascii(text) && likeEncoded(text) {
		return encodedWords(text)
	}
	return text
}

// likeEncoded reports whether a text could be read as an encoded word (RFC 2047).
func likeEncoded(text string) bool { return strings.Contains(text, "=?") }

// encodedWords returns a text as encoded words separated by spaces, which mail programs drop. Go's encoder does not encode
// ASCII, even if it looks like an encoded word.
func encodedWords(text string) string {
	const most = 45 // bytes: 60 of base64 and 12 around them; a word has at most 75
	var words []string
	for text != "" {
		end := min(len(text), most)
		for end < len(text) && !utf8.RuneStart(text[end]) {
			end--
		}
		words = append(words, "=?utf-8?b?"+base64.StdEncoding.EncodeToString([]byte(text[:end]))+"?=")
		text = text[end:]
	}
	return strings.Join(words, " ")
}
