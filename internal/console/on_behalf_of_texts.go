package console

// onBehalfOfTexts are the texts about who asked for a change.
type onBehalfOfTexts struct {
	Label, Hint, Buttons string
	AtRequest            string // ends a sentence
}

var onBehalfOfEnglish = onBehalfOfTexts{
	Label: "At whose request", Hint: "Who asked for this change, such as the customer on the phone. The audit keeps it.",
	Buttons: "Somebody asked for it?", AtRequest: " at the request of {name}.",
}

var onBehalfOfSpanish = onBehalfOfTexts{
	Label: "A petición de", Hint: "Quién pidió este cambio, por ejemplo el cliente al teléfono. Queda en el registro.",
	Buttons: "¿Lo pidió alguien?", AtRequest: " a petición de {name}.",
}
