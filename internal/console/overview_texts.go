package console

// overviewTexts are the texts of the first page.
type overviewTexts struct {
	Title, NoSites, AddFirst   string
	Sites, Reasons, AllSites   string
	Computed                   string // before a time
	UnderWay, NoneUnderWay     string
	UnderWayOne, UnderWaySites string // behind a number
}

var overviewEnglish = overviewTexts{
	Title: "Overview", NoSites: "There are no sites yet.", AddFirst: "Add the first site",
	Sites: "Could somebody be reached tonight?", Reasons: "Why not, and at how many sites", AllSites: "See all sites",
	Computed: "As of",
	UnderWay: "Validations under way", NoneUnderWay: "Nobody is being asked at the moment.",
	UnderWayOne: "phone or e-mail waits for an answer", UnderWaySites: "phones and e-mails wait for an answer",
}

var overviewSpanish = overviewTexts{
	Title: "Resumen", NoSites: "Todavía no hay sitios.", AddFirst: "Añadir el primer sitio",
	Sites: "¿Se podría localizar a alguien esta noche?", Reasons: "Por qué no, y en cuántos sitios", AllSites: "Ver todos los sitios",
	Computed: "A fecha de",
	UnderWay: "Validaciones en curso", NoneUnderWay: "En este momento no se pregunta a nadie.",
	UnderWayOne: "teléfono o correo espera respuesta", UnderWaySites: "teléfonos y correos esperan respuesta",
}
