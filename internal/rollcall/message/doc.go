// Package message holds what people read and hear: text messages, e-mails, calls and replies in each language, and how
// many segments a text message takes.
//
// The words are in one file for each language. Those of text messages keep to the GSM 03.38 alphabet (see Segments): one
// letter outside of it, such as á, ç or ’, would make every message more than twice as long.
package message
