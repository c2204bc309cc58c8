package message

import "strings"

// DisabledWebhook is a webhook that the server disabled.
type DisabledWebhook struct {
	Dealer, ID, Host string // the dealer's name, the webhook's identifier, and the host that events were sent to
	Gone             bool   // the receiver answered 410; otherwise nothing was delivered for five days
}

// noticeTexts are the texts of e-mails to a dealer in one language. Placeholders: {dealer}, {webhook} and {host}.
type noticeTexts struct {
	subject, gone, failing, again, why string
}

// DisabledWebhookMail returns an e-mail that tells a dealer that a webhook gets no events any more.
func (t *Texts) DisabledWebhookMail(w DisabledWebhook) Mail {
	n := t.notices
	reason := n.failing
	if w.Gone {
		reason = n.gone
	}
	fill := strings.NewReplacer("{dealer}", w.Dealer, "{webhook}", w.ID, "{host}", w.Host).Replace
	return Mail{Subject: fill(n.subject), Text: fill(strings.Join([]string{reason, n.again, n.why}, "\n\n"))}
}

var englishNotices = noticeTexts{
	subject: "{dealer}: a webhook gets no events any more",
	gone:    "The receiver at {host} answered that it is gone (410), so Rollcall sends no more events to the webhook {webhook}.",
	failing: "No event could be delivered to {host} for five days, so Rollcall sends no more events to the webhook {webhook}.",
	again:   "Programs behind it hear of no change until then: once the receiver works, make the webhook active again. It then gets what it missed, as far as events are kept.",
	why:     "You get this e-mail because this address is in the settings of {dealer} in Rollcall.",
}

var spanishNotices = noticeTexts{
	subject: "{dealer}: un webhook ya no recibe eventos",
	gone:    "El receptor en {host} respondió que ya no existe (410), así que Rollcall no envía más eventos al webhook {webhook}.",
	failing: "Durante cinco días no se pudo entregar ningún evento a {host}, así que Rollcall no envía más eventos al webhook {webhook}.",
	again:   "Hasta entonces, los programas que dependen de él no saben de ningún cambio: cuando el receptor funcione, active de nuevo el webhook. Recibirá lo que le falta, mientras los eventos se guarden.",
	why:     "Recibe este correo porque esta dirección está en los ajustes de {dealer} en Rollcall.",
}

var frenchNotices = noticeTexts{
	subject: "{dealer} : un webhook ne reçoit plus d’événements",
	gone:    "Le récepteur à {host} a répondu qu’il n’existe plus (410) : Rollcall n’envoie plus d’événements au webhook {webhook}.",
	failing: "Aucun événement n’a pu être remis à {host} pendant cinq jours : Rollcall n’envoie plus d’événements au webhook {webhook}.",
	again:   "D’ici là, les programmes qui en dépendent ne savent rien des changements : quand le récepteur fonctionnera, réactivez le webhook. Il recevra ce qui lui manque, tant que les événements sont gardés.",
	why:     "Vous recevez cet e-mail parce que cette adresse figure dans les réglages de {dealer} dans Rollcall.",
}
