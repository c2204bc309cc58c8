// Package message contains the texts that people read and hear: text messages, e-mails, calls and replies in each language.
//
// Each language has its own file. Text messages use only the GSM 03.38 alphabet (see Segments): one letter outside it, such
// as á, ç or ’, would more than double the segments of a message.
package message
