package console

// messagesTexts are the texts of the list of captured messages.
type messagesTexts struct {
	Title, Intro, Masked string
	None, NoneText       string
	Open, Older, Newest  string
}

var messagesEnglish = messagesTexts{
	Title:    "Messages",
	Intro:    "This server sends nothing to anybody. It keeps messages here, as people would get them. The newest are first.",
	Masked:   "Links and codes are hidden, because they answer for the contact.",
	None:     "No message was captured yet.",
	NoneText: "Open a site and send a validation to one of its contacts: its message appears here.",
	Open:     "Open the link, as the contact would", Older: "Older messages", Newest: "Back to the newest",
}

var messagesSpanish = messagesTexts{
	Title:    "Mensajes",
	Intro:    "Este servidor no envía nada a nadie. Guarda aquí los mensajes, tal como los recibirían las personas. Los más nuevos están primero.",
	Masked:   "Los enlaces y los códigos están ocultos, porque responden en nombre del contacto.",
	None:     "Todavía no se ha capturado ningún mensaje.",
	NoneText: "Abra un sitio y envíe una validación a uno de sus contactos: su mensaje aparece aquí.",
	Open:     "Abrir el enlace, como lo haría el contacto", Older: "Mensajes anteriores", Newest: "Volver a los más nuevos",
}
