// Package pages serves the pages a contact sees: the page behind the link of a message, with the buttons "yes, I can be
// reached here" and "this is not me" and the choice of messages, and the page behind the link that stops e-mails.
//
// The text of every page is in one file for each language: texts_en.go, texts_es.go and texts_fr.go. states.go says which
// text a page shows in which state of the link; page.html is the template.
//
// The link is the permission. So there are no cookies and the origin of a form isn't checked, which lets the pages work in
// browsers that send "Origin: null". Nothing changes on GET, since mail scanners follow links. The pages have no script and
// load only the dealer's logo, from this server, so that no other host learns who looks.
package pages
