package console

// brandingTexts are the texts of the page of what contacts see of a dealer.
type brandingTexts struct {
	Title, Intro, Preview               string
	Name, NameHint                      string
	Welcome, WelcomeHint                string
	Logo, RemoveLegend, Remove          string
	File, FileHint, FileAgain           string
	SampleSite, SampleName, SamplePhone string // of the preview
}

var brandingEnglish = brandingTexts{
	Title: "Branding", Intro: "What contacts see of your company in messages, and on the page behind the link in them.", Preview: "See the page as a contact sees it",
	Name: "Name", NameHint: "Each message begins with it. Empty: the name of your company on this server.",
	Welcome: "Your own words", WelcomeHint: "On the page, below the question. Say who you are and whom to call with questions. At most 1,000 characters.",
	Logo: "Logo now", RemoveLegend: "Without a logo", Remove: "Remove the logo",
	File: "New logo", FileHint: "A PNG or JPEG of at most 100 KB and 1024 pixels. It is stored without hidden data such as places.", FileAgain: "Choose the file again: it is not kept.",
	SampleSite: "Mill Street 5", SampleName: "Ann", SamplePhone: "•••• 0147",
}

var brandingSpanish = brandingTexts{
	Title: "Imagen", Intro: "Lo que los contactos ven de su empresa en los mensajes y en la página de su enlace.", Preview: "Ver la página como la ve un contacto",
	Name: "Nombre", NameHint: "Cada mensaje empieza con él. Vacío: el nombre de su empresa en este servidor.",
	Welcome: "Sus propias palabras", WelcomeHint: "En la página, debajo de la pregunta. Diga quiénes son y a quién llamar si hay preguntas. Como máximo, 1000 caracteres.",
	Logo: "Logotipo actual", RemoveLegend: "Sin logotipo", Remove: "Quitar el logotipo",
	File: "Logotipo nuevo", FileHint: "Un PNG o JPEG de 100 KB y 1024 píxeles como máximo. Se guarda sin datos ocultos, como lugares.", FileAgain: "Elija el archivo de nuevo: no se conserva.",
	SampleSite: "Calle del Molino 5", SampleName: "Ana", SamplePhone: "•••• 0147",
}
