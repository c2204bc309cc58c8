package console

// evidenceTexts are the texts of the pages of evidence. Words in braces stand for what they say.
type evidenceTexts struct {
	Title, Link, Intro, SearchHint, Find, Chosen, NoneChosen, Found, NoneFound, MoreFound, NotThere, AtHint, AskedHint, Make, MakeHint string

	Download, Print, Again                             string
	Company, Moment, Made, Number, Key, SiteID         string
	NotCreated, Deleted                                string
	Before, After, SameAfter, Nobody, Skipped          string
	Others, NeverProven, Proof                         string
	Reviews, OptOuts, None, Erased, ErasedTitle        string
	Changes, Older, Later, HeadTitle, Head, HowToCheck string
	Order, Person, PhoneOrEmail, State, LastProof, Why string
	Line, Time, What, Hash                             string
}

var evidenceEnglish = evidenceTexts{
	Title: "Evidence", Link: "Make evidence for an auditor",
	Intro:      "Evidence shows the call lists of some sites as they were at a moment: whom to call, when each number was last proven and by whom, who changed what, and the lines of the audit from which all this follows.",
	SearchHint: "Or several ids with spaces between them. A deleted site is found by its id.", Find: "Find sites", Chosen: "Chosen sites (50 at most)", NoneChosen: "No site is chosen yet.",
	Found: "Sites found: tick what you want", NoneFound: "No site is found.", MoreFound: "There are more. Type more of the name.", NotThere: "not there now",
	AtHint: "Leave it empty for now.", AskedHint: "Such as the auditor. The audit keeps it.", Make: "Make evidence", MakeHint: "The audit of each site will say that you made it.",

	Download: "Download the file for checking", Print: "To print this page, use the menu of your browser.", Again: "Make it again, of another moment",
	Company: "Company", Moment: "As it was on", Made: "Made on, and by", Number: "Number of this evidence", Key: "Key of the server", SiteID: "Id of the site",
	NotCreated: "At this moment the site did not exist yet.", Deleted: "At this moment the site was deleted already.",
	Before: "Call list, before anybody is dispatched", After: "Call list, after somebody was dispatched", SameAfter: "After somebody was dispatched, the call list was the same.",
	Nobody: "Nobody could be called.", Skipped: "Not called, and why",
	Others: "Other phones and e-mails", NeverProven: "none", Proof: "{time}, {way}; by {who}; line {line}",
	Reviews: "Read through with somebody", OptOuts: "Messages stopped or allowed", None: "Never until this moment.",
	Erased: "Place {position}: somebody ({contact}) whose data was erased on {time}.", ErasedTitle: "Erased people",
	Changes: "Changes until this moment", Older: "Older lines, which only the file has: {count}.", Later: "Later lines, which the file has without their values: {count}.",
	HeadTitle: "End of the chain", Head: "Line {line}, which says that this evidence was made: {hash}",
	HowToCheck: "Each line has a number in the chain of its site, and the beginning of its hash. The file has the whole chain. Check it with: rollcall audit verify --evidence FILE --key KEY, with the key that the operator of the server gives you.",
	Order:      "No.", Person: "Person", PhoneOrEmail: "Phone or e-mail", State: "State", LastProof: "Last proof", Why: "Why",
	Line: "Line", Time: "Time", What: "What", Hash: "Hash",
}

var evidenceSpanish = evidenceTexts{
	Title: "Pruebas", Link: "Preparar pruebas para un auditor",
	Intro:      "Las pruebas muestran las listas de llamadas de algunos sitios como eran en un momento: a quién llamar, cuándo y por quién se comprobó cada número por última vez, quién cambió qué, y las líneas del registro de las que todo esto se deduce.",
	SearchHint: "O varios ids separados por espacios. Un sitio eliminado se encuentra por su id.", Find: "Buscar sitios", Chosen: "Sitios elegidos (50 como máximo)", NoneChosen: "Aún no hay ningún sitio elegido.",
	Found: "Sitios encontrados: marque los que quiera", NoneFound: "No se encuentra ningún sitio.", MoreFound: "Hay más. Escriba más del nombre.", NotThere: "ya no está",
	AtHint: "Déjelo vacío para ahora.", AskedHint: "Por ejemplo, el auditor. Queda en el registro.", Make: "Preparar las pruebas", MakeHint: "El registro de cada sitio dirá que usted las preparó.",

	Download: "Descargar el archivo para comprobarlo", Print: "Para imprimir esta página, use el menú de su navegador.", Again: "Prepararlas de nuevo, de otro momento",
	Company: "Empresa", Moment: "Como era el", Made: "Preparadas el, y por", Number: "Número de estas pruebas", Key: "Clave del servidor", SiteID: "Id del sitio",
	NotCreated: "En ese momento el sitio aún no existía.", Deleted: "En ese momento el sitio ya estaba eliminado.",
	Before: "Lista de llamadas, antes de enviar a nadie", After: "Lista de llamadas, después de enviar a alguien", SameAfter: "Después de enviar a alguien, la lista era la misma.",
	Nobody: "No se podía llamar a nadie.", Skipped: "A quién no se llama, y por qué",
	Others: "Otros teléfonos y correos", NeverProven: "ninguna", Proof: "{time}, {way}; por {who}; línea {line}",
	Reviews: "Lista repasada con alguien", OptOuts: "Mensajes detenidos o permitidos", None: "Nunca hasta ese momento.",
	Erased: "Lugar {position}: alguien ({contact}) cuyos datos se borraron el {time}.", ErasedTitle: "Personas borradas",
	Changes: "Cambios hasta ese momento", Older: "Líneas anteriores, que solo el archivo tiene: {count}.", Later: "Líneas posteriores, que el archivo tiene sin sus valores: {count}.",
	HeadTitle: "Final de la cadena", Head: "Línea {line}, que dice que se prepararon estas pruebas: {hash}",
	HowToCheck: "Cada línea tiene un número en la cadena de su sitio, y el comienzo de su hash. El archivo tiene la cadena entera. Compruébelo con: rollcall audit verify --evidence ARCHIVO --key CLAVE, con la clave que le dé el operador del servidor.",
	Order:      "N.º", Person: "Persona", PhoneOrEmail: "Teléfono o correo", State: "Estado", LastProof: "Última prueba", Why: "Por qué",
	Line: "Línea", Time: "Hora", What: "Qué", Hash: "Hash",
}
