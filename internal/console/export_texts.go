package console

// exportTexts are the texts of the page that makes a file of contacts.
type exportTexts struct {
	Title, Intro, Again                       string
	Site, SiteHint, Search, Type, Role        string
	Phone, Email, Older, OlderHint, NoDays    string
	TooLong, Format, CSV, JSONLines, Download string
}

var exportEnglish = exportTexts{
	Title: "Export", Intro: "A file of the people to call, with their phones, e-mails and what is confirmed. Without a choice below, it has everybody.",
	Again: "The file can be changed and brought in again: people are found by its columns, and only what differs is changed.",
	Site:  "Site", SiteHint: "Its name, reference or number.", Search: "Name or phone", Type: "Type", Role: "Role",
	Phone: "State of a phone", Email: "State of an e-mail", Older: "Not confirmed for so many days", OlderHint: "Or never. Empty: whenever.",
	NoDays: "Give a whole number from 1 to 36500, or nothing.", TooLong: "Give at most 200 characters.",
	Format: "Format", CSV: "CSV, for spreadsheets", JSONLines: "JSON lines, for programs", Download: "Download the file",
}

var exportSpanish = exportTexts{
	Title: "Exportar", Intro: "Un archivo con las personas a las que se llama, sus teléfonos, sus correos y lo que está confirmado. Si no elige nada abajo, están todas.",
	Again: "El archivo se puede cambiar y traer otra vez: las personas se encuentran por sus columnas y solo se cambia lo distinto.",
	Site:  "Sitio", SiteHint: "Su nombre, referencia o número.", Search: "Nombre o teléfono", Type: "Tipo", Role: "Papel",
	Phone: "Estado de un teléfono", Email: "Estado de un correo", Older: "Sin confirmar desde hace tantos días", OlderHint: "O nunca. Vacío: da igual.",
	NoDays: "Indique un número entero de 1 a 36500, o nada.", TooLong: "Indique como máximo 200 caracteres.",
	Format: "Formato", CSV: "CSV, para hojas de cálculo", JSONLines: "JSON por líneas, para programas", Download: "Descargar el archivo",
}
