package console

// overviewTexts are the texts of the first page.
type overviewTexts struct {
	Title, NoSites, AddFirst string
	Sites, Reasons, AllSites string
	Computed                 string // before a time
	UnderWay, NoneUnderWay   string
	// Sentences behind a number.
	Open, Postponed, Refused []string // for one, for several
	CannotSend               string   // before the methods
}

var overviewEnglish = overviewTexts{
	Title: "Overview", NoSites: "There are no sites yet.", AddFirst: "Add the first site",
	Sites: "Could somebody be reached tonight?", Reasons: "Why not, and at how many sites", AllSites: "See all sites",
	Computed: "As of",
	UnderWay: "Being asked now", NoneUnderWay: "Nobody is being asked at the moment.",
	Open:       []string{"phone or e-mail waits for an answer.", "phones and e-mails wait for an answer."},
	Postponed:  []string{"message waits for the end of quiet hours or of a limit.", "messages wait for the end of quiet hours or of a limit."},
	Refused:    []string{"message was not accepted by the provider, and is tried again.", "messages were not accepted by the provider, and are tried again."},
	CannotSend: "This server cannot send any message by: %s. Its operator can set up a provider.",
}

var overviewSpanish = overviewTexts{
	Title: "Resumen", NoSites: "Todavía no hay sitios.", AddFirst: "Añadir el primer sitio",
	Sites: "¿Se podría localizar a alguien esta noche?", Reasons: "Por qué no, y en cuántos sitios", AllSites: "Ver todos los sitios",
	Computed: "A fecha de",
	UnderWay: "A quién se pregunta ahora", NoneUnderWay: "En este momento no se pregunta a nadie.",
	Open:       []string{"teléfono o correo espera respuesta.", "teléfonos y correos esperan respuesta."},
	Postponed:  []string{"mensaje espera el fin del horario de silencio o de un límite.", "mensajes esperan el fin del horario de silencio o de un límite."},
	Refused:    []string{"mensaje no fue aceptado por el proveedor; se vuelve a intentar.", "mensajes no fueron aceptados por el proveedor; se vuelven a intentar."},
	CannotSend: "Este servidor no puede enviar mensajes por: %s. Su operador puede configurar un proveedor.",
}
