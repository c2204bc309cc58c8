package console

// settingsTexts are the texts of the page of a dealer's settings.
type settingsTexts struct {
	Title, Company                               string
	Proof, Stale, StaleHint                      string
	Readiness, ReadinessText                     string
	PeopleHint, NumbersHint                      string
	Quiet, QuietText                             string
	QuietStart, QuietEnd, QuietZoneHint          string
	RepeatText, Repeat, RepeatHint               string
	Limits, LimitsText                           string
	Countries, CountriesHint                     string // the countries that the operator allows
	NumberMinute, NumberDay, SiteHour, DealerDay string
	Ceiling, NoCeiling                           string // the limit of the operator
	Notices, NoticesTo, NoticesHint              string
	Masking, MaskingText, MaskNumbers            string
	MaskingOn, MaskingOff                        string
	Operator, OperatorText                       string
	MaxSites, MaxContacts, MaxKeys, MaxChanges   string
	NoLimit                                      string
}

var settingsEnglish = settingsTexts{
	Title: "Settings", Company: "Company",
	Proof: "How long a confirmation counts", Stale: "Days until a phone or e-mail has to be confirmed again", StaleHint: "From 1 to 3650. Empty: 365.",
	Readiness: "When a site is ready", ReadinessText: "A site without rules of its own is ready if at least these people and numbers were confirmed.",
	PeopleHint: "From 0 to 20. Empty: 2.", NumbersHint: "From 0 to 20. Empty: 2.",
	Quiet: "Quiet hours", QuietText: "No message leaves in these hours; it waits until they end. They are in the time zone of the site. Leave both empty for none.",
	QuietStart: "From", QuietEnd: "To", QuietZoneHint: "Of sites that have none, such as America/New_York. Empty: UTC.",
	RepeatText: "This server can start roll calls by itself, at most once a day, by text message and e-mail.",
	Repeat:     "Ask again everybody who was neither confirmed nor asked for so many days", RepeatHint: "From 1 to 3650. Empty: nobody is asked by itself.",
	Limits: "Limits on messages", LimitsText: "A message beyond a limit is refused, or waits. The operator of this server says how much is allowed at most.",
	Countries: "Countries whose phones get messages", CountriesHint: "Two letters each, such as US CA. Allowed: %s. Empty: all of these.",
	NumberMinute: "Messages to one number or address in a minute", NumberDay: "Messages to one number or address in 24 hours",
	SiteHour: "Messages to the people of one site in an hour", DealerDay: "Messages of your company in 24 hours",
	Ceiling: "At most %d, which also holds if this is empty.", NoCeiling: "Empty: no limit.",
	Masking: "Numbers on these pages", MaskNumbers: "Numbers, addresses and notes are",
	MaskingText: "Viewers never see them. Whoever reveals them gives a reason, which is in the audit, and sees them for 15 minutes.",
	MaskingOn:   "hidden until a manager gives a reason", MaskingOff: "shown to managers and owners",
	Notices: "Notices", NoticesTo: "E-mail address for notices",
	NoticesHint: "It gets an e-mail when Rollcall stops sending events to a webhook. Empty: nobody is told.",
	Operator:    "What the operator of this server allows", OperatorText: "Only the operator can change this.",
	MaxSites: "Sites", MaxContacts: "Contacts of all sites", MaxKeys: "Keys that work", MaxChanges: "Changes with an Idempotency-Key in 24 hours",
	NoLimit: "no limit",
}

var settingsSpanish = settingsTexts{
	Title: "Ajustes", Company: "Empresa",
	Proof: "Cuánto vale una confirmación", Stale: "Días hasta que un teléfono o correo se debe confirmar de nuevo", StaleHint: "De 1 a 3650. Vacío: 365.",
	Readiness: "Cuándo está listo un sitio", ReadinessText: "Un sitio sin reglas propias está listo si se confirmaron al menos estas personas y números.",
	PeopleHint: "De 0 a 20. Vacío: 2.", NumbersHint: "De 0 a 20. Vacío: 2.",
	Quiet: "Horario de silencio", QuietText: "En este horario no sale ningún mensaje: espera hasta el final. Está en la zona horaria del sitio. Deje ambos vacíos para no tener ninguno.",
	QuietStart: "Desde", QuietEnd: "Hasta", QuietZoneHint: "De los sitios que no tienen, como America/New_York. Vacío: UTC.",
	RepeatText: "Este servidor puede empezar pases de lista por sí mismo, como máximo una vez al día, por mensaje de texto y correo.",
	Repeat:     "Preguntar de nuevo a quien ni confirmó ni fue preguntado desde hace tantos días", RepeatHint: "De 1 a 3650. Vacío: no se pregunta a nadie por sí mismo.",
	Limits: "Límites de mensajes", LimitsText: "Un mensaje que supera un límite se rechaza o espera. El operador de este servidor decide cuánto se permite como máximo.",
	Countries: "Países cuyos teléfonos reciben mensajes", CountriesHint: "Dos letras cada uno, como US CA. Permitidos: %s. Vacío: todos estos.",
	NumberMinute: "Mensajes a un número o dirección en un minuto", NumberDay: "Mensajes a un número o dirección en 24 horas",
	SiteHour: "Mensajes a las personas de un sitio en una hora", DealerDay: "Mensajes de su empresa en 24 horas",
	Ceiling: "Como máximo %d, que también vale si está vacío.", NoCeiling: "Vacío: sin límite.",
	Masking: "Números en estas páginas", MaskNumbers: "Los números, direcciones y notas están",
	MaskingText: "Los lectores no los ven nunca. Quien los descubre da un motivo, que queda en el registro, y los ve durante 15 minutos.",
	MaskingOn:   "ocultos hasta que un gestor dé un motivo", MaskingOff: "a la vista de gestores y propietarios",
	Notices: "Avisos", NoticesTo: "Correo para los avisos",
	NoticesHint: "Recibe un correo cuando Rollcall deja de enviar eventos a un webhook. Vacío: no se avisa a nadie.",
	Operator:    "Lo que permite el operador de este servidor", OperatorText: "Solo el operador puede cambiarlo.",
	MaxSites: "Sitios", MaxContacts: "Contactos de todos los sitios", MaxKeys: "Claves que funcionan", MaxChanges: "Cambios con Idempotency-Key en 24 horas",
	NoLimit: "sin límite",
}
