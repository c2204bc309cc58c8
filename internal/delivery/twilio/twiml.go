package twilio

import (
	"encoding/xml"
	"strings"

	"example.org/rollcall/internal/rollcall"
)

// voices has the language of <Say> for each of ours.
var voices = map[string]string{"en": "en-US", "es": "es-MX", "fr": "fr-FR"}

// twiml is an answer to Twilio: what to do next.
type twiml struct {
	XMLName xml.Name `xml:"Response"`
	Message string   `xml:"Message,omitempty"`
	Gather  *gather  `xml:"Gather,omitempty"`
	Say     *say     `xml:"Say,omitempty"`
	Hangup  *struct{}
}

// gather speaks and waits for a key.
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
	Loop     int      `xml:"loop,attr,omitempty"`
	Text     string   `xml:",chardata"`
}

// keySeconds is the time that Twilio waits for a key after it has spoken.
const keySeconds = 10

// speech says the text, waits for a key to post to action, and hangs up. With an empty action it does not wait.
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

// callTwiML returns the TwiML of a call. A call to an extension says the text twice, since Twilio begins once it has dialled the
// extension, while the phone there still rings.
func callTwiML(m rollcall.Message, action string) string {
	document := speech(m.Text, m.Language, action)
	if m.Extension != "" {
		document.repeat(2)
	}
	return document.String()
}

// repeat makes the document say its text so many times.
func (t *twiml) repeat(times int) {
	if t.Gather != nil {
		t.Gather.Say.Loop = times
	}
	if t.Say != nil {
		t.Say.Loop = times
	}
}

const (
	sendDigitsMax = 32 // characters of SendDigits
	beforeDigits  = "ww"
	// commaWaits is how many waits of half a second a comma stands for, as on most phones.
	commaWaits = 4
)

// sendDigits returns the extension as Twilio dials it: after a second, and with w, a wait of half a second, for its commas. A
// comma is shorter if the result would be too long.
func sendDigits(extension string) string {
	commas := strings.Count(extension, ",")
	waits := commaWaits
	if commas > 0 {
		waits = max(1, min(waits, (sendDigitsMax-len(beforeDigits)-len(extension)+commas)/commas))
	}
	return beforeDigits + strings.ReplaceAll(extension, ",", strings.Repeat("w", waits))
}

// String returns the document.
func (t twiml) String() string {
	text, err := xml.Marshal(t)
	if err != nil {
		return xml.Header + "<Response></Response>" // cannot happen: every value can be encoded
	}
	return xml.Header + string(text)
}

// clean removes characters that XML does not allow.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}
