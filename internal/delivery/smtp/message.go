package smtp

import (
	"bytes"
	"cmp"
	_ "embed"
	"html/template"
	stdmail "net/mail"
	"strings"

	"github.com/wneessen/go-mail"

	"example.org/rollcall/internal/rollcall"
)

//go:embed message.html
var page string

var pageTemplate = template.Must(template.New("message").Parse(page))

// htmlMessage is the data of the HTML part's template.
type htmlMessage struct {
	Language, Subject string
	Paragraphs        []paragraph
	Answer            string // what is on the button
	Link              string // shown as text too; empty: none
}

// paragraph is a paragraph of the text, or a link on a line of its own.
type paragraph struct {
	Lines [][]piece
	Link  string // not empty: a button
}

// piece is a run of text, which may be the link.
type piece struct {
	Text   string
	IsLink bool
}

// compose returns the encoded message and its Message-ID.
func (s *Sender) compose(m rollcall.Message, to *stdmail.Address) (text []byte, id string, err error) {
	id = printable(string(m.Validation)) + "@" + s.domain()
	from := s.from
	if name := oneLine(m.From); name != "" {
		from.Name = name
	}
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	setFrom(msg, from)
	msg.ToMailAddress(to)
	msg.Subject(subjectOf(oneLine(m.Subject)))
	msg.SetMessageIDWithValue(id)
	msg.SetDateWithValue(s.now())
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	if m.Language != "" {
		msg.SetGenHeader(mail.HeaderContentLang, printable(m.Language))
	}
	if m.Unsubscribe != "" {
		msg.SetListUnsubscribe(printable(m.Unsubscribe))
		msg.SetListUnsubscribePost()
	}
	var html bytes.Buffer
	if err := pageTemplate.Execute(&html, htmlOf(m)); err != nil {
		return nil, "", badMessage()
	}
	setText(msg, strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(m.Text))
	msg.AddAlternativeString(mail.TypeTextHTML, html.String())
	var wire bytes.Buffer
	if _, err := msg.WriteTo(&wire); err != nil {
		return nil, "", badMessage()
	}
	return wire.Bytes(), id, nil
}

const lineMax = 990 // bytes, of the 998 that RFC 5322 allows

// setText sets the text part, without an encoding if possible, so that no link in it is broken over lines.
func setText(msg *mail.Msg, text string) {
	plain := ascii(text)
	for line := range strings.SplitSeq(text, "\n") {
		plain = plain && len(line) <= lineMax
	}
	if plain {
		msg.SetBodyString(mail.TypeTextPlain, text, mail.WithPartEncoding(mail.NoEncoding))
		return
	}
	msg.SetBodyString(mail.TypeTextPlain, text)
}

func badMessage() error {
	return &rollcall.DeliveryError{Outcome: rollcall.OutcomeMisconfigured, Code: "bad_message",
		Reason: "the message cannot be encoded; check the sender address and the dealer's name"}
}

func htmlOf(m rollcall.Message) htmlMessage {
	page := htmlMessage{Language: m.Language, Subject: oneLine(m.Subject), Answer: cmp.Or(m.Button, m.Link), Link: m.Link}
	text := strings.ReplaceAll(strings.TrimSpace(m.Text), "\r\n", "\n")
	for part := range strings.SplitSeq(text, "\n\n") {
		if part = strings.Trim(part, "\n"); part == "" {
			continue
		}
		p := paragraph{}
		for line := range strings.SplitSeq(part, "\n") {
			if m.Link != "" && strings.TrimSpace(line) == m.Link {
				if len(p.Lines) > 0 {
					page.Paragraphs = append(page.Paragraphs, p)
				}
				page.Paragraphs = append(page.Paragraphs, paragraph{Link: m.Link})
				p = paragraph{}
				continue
			}
			p.Lines = append(p.Lines, pieces(line, m.Link))
		}
		if len(p.Lines) > 0 {
			page.Paragraphs = append(page.Paragraphs, p)
		}
	}
	return page
}

// pieces splits a line at the link.
func pieces(line, link string) []piece {
	if link == "" {
		return []piece{{Text: line}}
	}
	var all []piece
	for i, text := range strings.Split(line, link) {
		if i > 0 {
			all = append(all, piece{link, true})
		}
		if text != "" {
			all = append(all, piece{Text: text})
		}
	}
	return all
}

// oneLine replaces line breaks and control characters, so that a text cannot end its header.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 }), " ")
}

// printable returns only the visible ASCII of a text that cannot end an identifier in angle brackets.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' || r == '<' || r == '>' || r == ',' {
			return -1
		}
		return r
	}, s)
}
