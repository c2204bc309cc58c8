package message

import "strings"

// UserLink is a link for a user to set a password.
type UserLink struct {
	Dealer, Name string // the dealer's name and the user's
	URL          string
}

// userTexts are the texts of e-mails to users in one language. Placeholders: {dealer}, {name} and {link}.
type userTexts struct {
	hello, link                                               string
	inviteSubject, inviteWhy, inviteLife, inviteButton        string
	resetSubject, resetWhy, resetLife, resetButton, notWanted string
}

// UserMail returns an e-mail that invites a user, or otherwise lets them set another password.
func (t *Texts) UserMail(invite bool, l UserLink) Mail {
	u := t.users
	subject, why, life, button := u.resetSubject, u.resetWhy, u.resetLife, u.resetButton
	if invite {
		subject, why, life, button = u.inviteSubject, u.inviteWhy, u.inviteLife, u.inviteButton
	}
	fill := strings.NewReplacer("{dealer}", l.Dealer, "{name}", l.Name, "{link}", l.URL).Replace
	text := strings.Join([]string{fill(u.hello), fill(why), fill(u.link), fill(life), fill(u.notWanted)}, "\n\n")
	return Mail{Subject: fill(subject), Text: text, Button: button}
}

var englishUsers = userTexts{
	hello:         "Hello {name},",
	link:          "{link}",
	inviteSubject: "{dealer}: your account",
	inviteWhy:     "{dealer} invites you to look after its call lists in Rollcall. Choose a password on this page:",
	inviteLife:    "The link works once, within 7 days.",
	inviteButton:  "Choose a password",
	resetSubject:  "{dealer}: choose another password",
	resetWhy:      "Somebody asked for another password for your account in Rollcall. Choose it on this page:",
	resetLife:     "The link works once, within an hour. When you use it, you are signed out everywhere.",
	resetButton:   "Choose another password",
	notWanted:     "If you did not expect this e-mail, you need not do anything.",
}

var spanishUsers = userTexts{
	hello:         "Hola, {name}:",
	link:          "{link}",
	inviteSubject: "{dealer}: su cuenta",
	inviteWhy:     "{dealer} le invita a cuidar de sus listas de llamada en Rollcall. Elija una contraseña en esta página:",
	inviteLife:    "El enlace funciona una vez, durante 7 días.",
	inviteButton:  "Elegir una contraseña",
	resetSubject:  "{dealer}: elija otra contraseña",
	resetWhy:      "Alguien ha pedido otra contraseña para su cuenta en Rollcall. Elíjala en esta página:",
	resetLife:     "El enlace funciona una vez, durante una hora. Al usarlo se cierran todas sus sesiones.",
	resetButton:   "Elegir otra contraseña",
	notWanted:     "Si no esperaba este correo, no tiene que hacer nada.",
}

var frenchUsers = userTexts{
	hello:         "Bonjour {name},",
	link:          "{link}",
	inviteSubject: "{dealer} : votre compte",
	inviteWhy:     "{dealer} vous invite à tenir ses listes d’appel dans Rollcall. Choisissez un mot de passe sur cette page :",
	inviteLife:    "Le lien fonctionne une fois, pendant 7 jours.",
	inviteButton:  "Choisir un mot de passe",
	resetSubject:  "{dealer} : choisissez un autre mot de passe",
	resetWhy:      "Quelqu’un a demandé un autre mot de passe pour votre compte Rollcall. Choisissez-le sur cette page :",
	resetLife:     "Le lien fonctionne une fois, pendant une heure. En l’utilisant, vous serez déconnecté partout.",
	resetButton:   "Choisir un autre mot de passe",
	notWanted:     "Si vous n’attendiez pas cet e-mail, vous n’avez rien à faire.",
}
