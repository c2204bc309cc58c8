package twilio

import (
	"encoding/xml"
	"strings"

	"example.org/rollcall/internal/rollcall"
)

// voices are the languages of <Say>, by ours.
var voices = map[string]string{"en": "en-US", "es": "es-MX", "fr": "fr-FR"}

// twiml is what Twilio is to do next.
type twiml struct {
	XMLName xml.Name `xml:"Response"`
	Message string   `xml:"Message,omitempty"`
	Gather  *gather  `xml:"Gather,omitempty"`
	Say     *say     `xml:"Say,omitempty"`
	Hangup  *struct{}
}

// gather waits for a key while it speaks.
type gather struct {
	NumDigits int    `xml:"numDigits,attr"`
	Timeout   int    `xml:"timeout,attr"`
	Action    string `xml:"action,attr"`
	Method    string `xml:"method,attr"`
	Say       say
}

type say struct {
	XMLName  xml.Name `xml:"Say"`
	Language string   `xml:"language,attr,omitempty"`
	Text     string   `xml:",chardata"`
}

// keySeconds is how long Twilio waits for a key once it has spoken.
const keySeconds = 10

// speech waits for a key, which is sent to action, while it says the text, and then hangs up; where action is empty it
// waits for none.
func speech(text, language, action string) twiml {
	words := say{Language: voices[language], Text: clean(text)}
	if action == "" {
		return twiml{Say: &words, Hangup: &struct{}{}}
	}
	return twiml{
		Gather: &gather{NumDigits: 1, Timeout: keySeconds, Action: action, Method: "POST", Say: words},
		Hangup: &struct{}{},
	}
}

// callTwiML returns what a call says.
func callTwiML(m rollcall.Message, action string) string {
	return speech(m.Text, m.Language, action).String()
}

// String returns the document.
func (t twiml) String() string {
	text, err := xml.Marshal(t)
	if err != nil {
		return xml.Header + "<Response></Response>" // what it holds can always be written
	}
	return xml.Header + string(text)
}

// clean leaves out what XML cannot hold.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}
