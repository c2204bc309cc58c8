package console

import (
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/phone"
)

// siteTexts are the texts of the page of a site. In a sentence, {name} stands for a name, which is isolated from the text around
// it, and other words in braces for what they say.
type siteTexts struct {
	Address, Edit, Readiness, Since, CallList, CallListNow, CallListAt, Contacts string
	AtAnotherMoment, At, AtHint, AtInvalid, Phase, ShowList                      string
	BackToNow, NobodyToCall, Skipped, NoTimezone, AllCalls                       string
	Phases                                                                       map[rollcall.Phase]string

	People, Numbers, Reach, PremisesNeeded string

	Reasons       map[rollcall.ReasonCode]string // a sentence about the site, or about a phone
	StillWaiting  string                         // instead of the reason unconfirmed
	NoSuchDial    string                         // instead of the reason no_premises_phone
	PhoneNames    map[rollcall.PointLabel]string // "" stands for a phone without a label
	SkipReasons   map[rollcall.SkipReason]string // a sentence that begins with a name
	NeverOfType   string                         // instead of the reason never_called
	OutOfService  string                         // instead of the reason not_dialable
	NumberProblem string                         // about a number in the list
	Days          []string                       // from Monday
	Causes        map[phone.Cause]string

	Empty, AddFirst, Add, EditContact, Up, Down, UpName, DownName, Remove, RemoveName                string
	Language, Called, Away, From, Until, HoursIgnored                                                string
	Dispatches                                                                                       map[rollcall.Dispatch]string
	Send, SendAgain                                                                                  map[rollcall.Method]string
	AskAll, AskAllHint, MoreContacts, FewerContacts                                                  string
	FirstName, LastName, LastNameHint, Type, Role, LanguageHint, Dispatch, DispatchHint, ByType, SMS string
}

var siteEnglish = siteTexts{
	Address: "Address", Edit: "Change the site", Readiness: "Can somebody be reached?", Since: "since", CallList: "Call list",
	CallListNow: "Whom to call now, before anybody is dispatched, in this order.", CallListAt: "Whom to call at {time}, {phase}, in this order.",
	Contacts: "Contacts", AtAnotherMoment: "The call list at another moment", At: "Date and time",
	AtHint: "In the time zone of the site: {zone}. Leave it empty for now.", AtInvalid: "Give a date and a time.",
	Phase: "When in the alarm", ShowList: "Show the call list", BackToNow: "Back to now", NobodyToCall: "Nobody can be called at this moment.",
	Skipped: "Who is not called, and why", NoTimezone: "This site has no time zone, so times are in UTC and the hours of people are ignored.",
	AllCalls: "Show all {count} lines",
	Phases: map[rollcall.Phase]string{
		rollcall.PhaseBefore: "before anybody is dispatched", rollcall.PhaseAfter: "after somebody was dispatched",
	},

	People: "People", Numbers: "Numbers", Reach: "{needed} needed, {proven} proven, {callable} can be called",
	PremisesNeeded: "The premises need a phone of their own.",

	Reasons: map[rollcall.ReasonCode]string{
		rollcall.ReasonUnconfirmed: "{name}’s {phone} was never confirmed.", rollcall.ReasonStale: "{name}’s {phone} was confirmed too long ago.",
		rollcall.ReasonUndeliverable: "Messages to {name}’s {phone} fail.", rollcall.ReasonNoContacts: "Nobody is on the call list.",
		rollcall.ReasonTooFewPeople: "People who can be called: {have}. Needed: {need}.", rollcall.ReasonTooFewNumbers: "Numbers that can be called: {have}. Needed: {need}.",
		rollcall.ReasonNoPremisesPhone: "The premises have no phone.", rollcall.ReasonInactive: "The site is {status}, so nobody needs to be reachable.",
		rollcall.ReasonExempt: "Nobody needs to be reachable: {name}",
	},
	StillWaiting: "{name}’s {phone} is not confirmed yet: a message waits for an answer.", NoSuchDial: "The phone of the premises cannot be dialled.",
	PhoneNames: map[rollcall.PointLabel]string{"": "phone", "mobile": "mobile", "home": "home phone", "work": "work phone", "other": "other phone"},
	SkipReasons: map[rollcall.SkipReason]string{
		rollcall.SkipNotEffectiveYet: "on the call list from {time}", rollcall.SkipExpired: "on the call list until {time}",
		rollcall.SkipNeverCalled: "never called in an alarm", rollcall.SkipOtherPhase: "called only {phase}",
		rollcall.SkipAbsent: "away until {time}", rollcall.SkipOutsideHours: "on call {hours}", rollcall.SkipNoPhone: "has no phone",
		rollcall.SkipNotDialable: "the number {cause}", rollcall.SkipDeclined: "somebody else answered there",
		rollcall.SkipDuplicate: "the same number as call {order}, {name}",
	},
	NeverOfType: "{type} contact, never called in an alarm", OutOfService: "the number is not in service", NumberProblem: "This number {cause}.",
	Days: []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
	Causes: map[phone.Cause]string{
		phone.Extension: "has an extension that cannot be read", phone.TwoNumbers: "looks like more than one number",
		phone.Letters: "has letters that cannot be read as a number", phone.TooLong: "has too many digits", phone.TooShort: "has too few digits",
		phone.LocalOnly: "works only inside its area: give it with its country code", phone.UnknownCode: "begins with an unknown country code",
		phone.NoCountryCode: "has no country code", phone.NoSuchNumber: "does not exist in its country: check the digits",
		phone.Unreadable: "has characters that no phone number has", phone.UnknownPrefix: "begins with digits that are unknown in its country: check them",
		phone.PremiumRate: "is a premium-rate number, to which nothing is sent",
	},

	Empty: "Nobody is on the call list yet.", AddFirst: "Add the first person", Add: "Add a person", EditContact: "Change",
	Up: "Up", Down: "Down", UpName: "Move {name} up", DownName: "Move {name} down", Remove: "Remove", RemoveName: "Remove {name}",
	Language: "language", Called: "Called", Away: "Away", From: "from", Until: "until",
	HoursIgnored: "The hours are ignored, since the site has no time zone. Change the site to give it one.",
	Dispatches: map[rollcall.Dispatch]string{
		rollcall.DispatchBefore: "only before anybody is dispatched", rollcall.DispatchAfter: "only after somebody was dispatched",
		rollcall.DispatchBoth: "before and after", rollcall.DispatchNever: "never in an alarm",
	},
	Send:      map[rollcall.Method]string{rollcall.SMS: "Send a text", rollcall.Email: "Send an e-mail", rollcall.Call: "Ask by phone"},
	SendAgain: map[rollcall.Method]string{rollcall.SMS: "Send another text", rollcall.Email: "Send another e-mail", rollcall.Call: "Ask by phone again"},
	AskAll:    "Send to everybody who is not confirmed", AskAllHint: "A message goes to each phone and e-mail that was never confirmed, or too long ago.",
	MoreContacts: "More contacts", FewerContacts: "Previous contacts",
	FirstName: "First name", LastName: "Last name", LastNameHint: "Leave it empty for a person or a desk with one name.", Type: "Kind of contact",
	Role: "Who they are at the site", LanguageHint: "Such as es. Leave it empty for the language of the site.",
	Dispatch: "Called in an alarm", DispatchHint: "Technicians and billing contacts are never called, unless you choose otherwise.",
	ByType: "as usual for this kind", SMS: "Text messages may be sent to their phones",
}

var siteSpanish = siteTexts{
	Address: "Dirección", Edit: "Cambiar el sitio", Readiness: "¿Se puede localizar a alguien?", Since: "desde", CallList: "Lista de llamadas",
	CallListNow: "A quién llamar ahora, antes de enviar a nadie, en este orden.", CallListAt: "A quién llamar el {time}, {phase}, en este orden.",
	Contacts: "Contactos", AtAnotherMoment: "La lista de llamadas en otro momento", At: "Fecha y hora",
	AtHint: "En la zona horaria del sitio: {zone}. Déjelo vacío para ahora.", AtInvalid: "Indique una fecha y una hora.",
	Phase: "Momento de la alarma", ShowList: "Mostrar la lista de llamadas", BackToNow: "Volver a ahora", NobodyToCall: "En este momento no se puede llamar a nadie.",
	Skipped: "A quién no se llama, y por qué", NoTimezone: "Este sitio no tiene zona horaria: las horas se muestran en UTC y los horarios de las personas se ignoran.",
	AllCalls: "Mostrar las {count} líneas",
	Phases: map[rollcall.Phase]string{
		rollcall.PhaseBefore: "antes de enviar a nadie", rollcall.PhaseAfter: "después de enviar a alguien",
	},

	People: "Personas", Numbers: "Números", Reach: "se necesitan {needed}, probados {proven}, se puede llamar a {callable}",
	PremisesNeeded: "El local necesita un teléfono propio.",

	Reasons: map[rollcall.ReasonCode]string{
		rollcall.ReasonUnconfirmed: "El {phone} de {name} nunca se confirmó.", rollcall.ReasonStale: "El {phone} de {name} se confirmó hace demasiado tiempo.",
		rollcall.ReasonUndeliverable: "Los mensajes al {phone} de {name} fallan.", rollcall.ReasonNoContacts: "No hay nadie en la lista de llamadas.",
		rollcall.ReasonTooFewPeople: "Personas a las que se puede llamar: {have}. Se necesitan: {need}.", rollcall.ReasonTooFewNumbers: "Números a los que se puede llamar: {have}. Se necesitan: {need}.",
		rollcall.ReasonNoPremisesPhone: "El local no tiene teléfono.", rollcall.ReasonInactive: "El sitio está {status}: no hace falta localizar a nadie.",
		rollcall.ReasonExempt: "No hace falta localizar a nadie: {name}",
	},
	StillWaiting: "El {phone} de {name} aún no se ha confirmado: un mensaje espera respuesta.", NoSuchDial: "El teléfono del local no se puede marcar.",
	PhoneNames: map[rollcall.PointLabel]string{"": "teléfono", "mobile": "móvil", "home": "teléfono de casa", "work": "teléfono del trabajo", "other": "otro teléfono"},
	SkipReasons: map[rollcall.SkipReason]string{
		rollcall.SkipNotEffectiveYet: "en la lista de llamadas desde el {time}", rollcall.SkipExpired: "en la lista de llamadas hasta el {time}",
		rollcall.SkipNeverCalled: "nunca se le llama en una alarma", rollcall.SkipOtherPhase: "se le llama solo {phase}",
		rollcall.SkipAbsent: "ausente hasta el {time}", rollcall.SkipOutsideHours: "disponible {hours}", rollcall.SkipNoPhone: "no tiene teléfono",
		rollcall.SkipNotDialable: "el número {cause}", rollcall.SkipDeclined: "allí contestó otra persona",
		rollcall.SkipDuplicate: "el mismo número que la llamada {order}, {name}",
	},
	NeverOfType: "contacto de tipo {type}, nunca se le llama en una alarma", OutOfService: "el número está fuera de servicio", NumberProblem: "Este número {cause}.",
	Days: []string{"lun", "mar", "mié", "jue", "vie", "sáb", "dom"},
	Causes: map[phone.Cause]string{
		phone.Extension: "tiene una extensión que no se puede leer", phone.TwoNumbers: "parece más de un número",
		phone.Letters: "tiene letras que no se pueden leer como un número", phone.TooLong: "tiene demasiadas cifras", phone.TooShort: "tiene muy pocas cifras",
		phone.LocalOnly: "solo funciona en su zona: indíquelo con el prefijo del país", phone.UnknownCode: "empieza con un prefijo de país desconocido",
		phone.NoCountryCode: "no tiene prefijo de país", phone.NoSuchNumber: "no existe en su país: compruebe las cifras",
		phone.Unreadable: "tiene caracteres que ningún teléfono tiene", phone.UnknownPrefix: "empieza con cifras desconocidas en su país: compruébelas",
		phone.PremiumRate: "es un número de tarificación adicional, al que no se envía nada",
	},

	Empty: "Todavía no hay nadie en la lista de llamadas.", AddFirst: "Añadir la primera persona", Add: "Añadir una persona", EditContact: "Cambiar",
	Up: "Subir", Down: "Bajar", UpName: "Subir a {name}", DownName: "Bajar a {name}", Remove: "Quitar", RemoveName: "Quitar a {name}",
	Language: "idioma", Called: "Se le llama", Away: "Ausente", From: "desde", Until: "hasta",
	HoursIgnored: "Los horarios se ignoran, porque el sitio no tiene zona horaria. Cambie el sitio para indicarla.",
	Dispatches: map[rollcall.Dispatch]string{
		rollcall.DispatchBefore: "solo antes de enviar a nadie", rollcall.DispatchAfter: "solo después de enviar a alguien",
		rollcall.DispatchBoth: "antes y después", rollcall.DispatchNever: "nunca en una alarma",
	},
	Send:      map[rollcall.Method]string{rollcall.SMS: "Enviar un SMS", rollcall.Email: "Enviar un correo", rollcall.Call: "Llamar"},
	SendAgain: map[rollcall.Method]string{rollcall.SMS: "Enviar otro SMS", rollcall.Email: "Enviar otro correo", rollcall.Call: "Llamar otra vez"},
	AskAll:    "Enviar a todos los no confirmados", AskAllHint: "Se envía un mensaje a cada teléfono y correo que nunca se confirmó, o hace demasiado tiempo.",
	MoreContacts: "Más contactos", FewerContacts: "Contactos anteriores",
	FirstName: "Nombre", LastName: "Apellidos", LastNameHint: "Déjelo vacío para una persona o un puesto con un solo nombre.", Type: "Tipo de contacto",
	Role: "Quién es en el sitio", LanguageHint: "Como es. Déjelo vacío para el idioma del sitio.",
	Dispatch: "Se le llama en una alarma", DispatchHint: "A técnicos y contactos de facturación no se les llama nunca, salvo que usted elija otra cosa.",
	ByType: "lo habitual para este tipo", SMS: "Se le pueden enviar mensajes de texto a sus teléfonos",
}
