// Package pages is what a contact sees: the page behind the link of a message, where the person says "yes, I can be
// reached here" or "this is not me" and which messages are wanted, and the page behind the link that stops e-mails.
//
// The link itself is the permission. So there are no cookies and no look at where a form came from, which also lets the
// pages work in browsers that send "Origin: null"; and nothing happens on GET, since scanners of mail follow links. The
// pages have no script and load nothing but the dealer's logo, from here, so that no other host learns who looks.
//
// The texts are in one file for each language, texts_en.go, texts_es.go and texts_fr.go.
package pages
