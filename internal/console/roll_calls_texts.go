package console

import "example.org/rollcall/internal/rollcall"

// rollCallTexts are the texts of the pages of roll calls. Words in braces stand for numbers and times.
type rollCallTexts struct {
	Title, Intro, None, All, Repeated                 string
	Plan, PlanIntro, Where, Whom, Days, DaysHint      string
	Places, People                                    map[string]string // choices of the form, by value
	Sites, SitesHint, UnknownSite, ManySites, NoSites string            // {line}, {name} and {sites}
	Methods, MethodsHint, CannotSend                  string
	Text, TextHint, Pace, PaceHint, Starts            string
	StartsHint, Look                                  string

	Preview, PreviewIntro, Later, Persons, AtSites string
	Messages, MessagesText, NotAsked, NobodyAsked  string
	Waiting, Country, Takes                        string
	Example, ExampleSite, Start, Change            string
	Changed, OldPlan, TooMany, NoProvider          string

	Of, SomeSites, SomeStates, SomeReadiness, NotFor string
	Status                                           map[rollcall.RollCallStatus]string
	ItemStatus                                       map[rollcall.ItemStatus]string
	NotYet, Waits, WaitsUntil, Asked                 string
	Reasons                                          map[rollcall.ItemReason]string // sentences
	Targeted, Progress, Show                         string
	Planned, Began, Ended, EndsAbout, LeftToSend     string
	By, PerHour, OwnText, DecidedThen                string
	Pause, Resume, Retry, RetryText                  string
	PauseText, ResumeText                            string
	Cancel, CancelText, Confirm                      string
	Items, NoItems, NoneSuch, AllItems               string
	DayUnits                                         durationTexts
}

// durationTexts are the texts of a length of time, with its number; each for one and for several.
type durationTexts struct {
	AtOnce                 string
	Minutes, Hours, DaysIn []string
}

var rollCallsEnglish = rollCallTexts{
	Title: "Roll calls", None: "There are no roll calls yet.", All: "All roll calls", Repeated: "repeated by the settings",
	Intro: "A roll call asks many people at once whether they can be reached, a few at a time.",
	Plan:  "Plan a roll call", PlanIntro: "Nothing is sent yet: the next page says who would be asked, and who not.",
	Where: "At which sites", Whom: "Whom to ask there", Days: "Days", DaysHint: "For who was not confirmed for some time.",
	Places: map[string]string{
		"all": "All sites", "not_ready": "Sites that are not ready", "unready": "Sites that are not ready or at risk", "chosen": "Chosen sites",
	},
	People: map[string]string{
		"unconfirmed": "Who is not confirmed: never, or too long ago", "old": "Who was not confirmed for some days", "everybody": "Everybody",
	},
	Sites: "Chosen sites", SitesHint: "One in a line: the name, the reference or the id. At most 200.",
	UnknownSite: "Line {line}: there is no site {name}.", ManySites: "Line {line}: which of these sites is {name}? Give the reference: {sites}.",
	NoSites: "Give at least one site.",
	Methods: "How", MethodsHint: "A phone gets a text message if the person wants any, otherwise a call, if both are ticked.",
	CannotSend: "This server can't send now: {methods}.",
	Text:       "Your own text", TextHint: "Empty: the usual question. The names of your company and of the site, the link and the code are added.",
	Pace: "Messages in an hour", PaceHint: "At most {most}, which the operator of this server allows.",
	Starts: "Start at", StartsHint: "Empty: at once. In the time zone {zone}.", Look: "See who would be asked",

	Preview: "Before it starts", PreviewIntro: "Nothing was sent yet. If it starts now:",
	Later:   "Nothing was sent yet. It starts at {time}, and whom it asks is decided then. As of now:",
	Persons: "People", AtSites: "Sites", Messages: "Messages", MessagesText: "Somebody who is on many call lists gets one message for all of them.",
	NotAsked: "Not asked", NobodyAsked: "Nobody would be asked. Change the plan.", Waiting: "Waiting",
	Country: "The phone is in a country to which your company sends nothing. The message waits until an owner allows it in the settings.",
	Takes:   "At {pace} in an hour, the last message leaves {takes}, about {time}. Quiet hours and limits can make it later.",
	Example: "A message reads like this", ExampleSite: "Name of the site", Start: "Start the roll call", Change: "Change the plan",
	Changed:    "Whom this asks has changed since you looked, if only in who they are. Nothing was sent. Look at the numbers, and press the button again.",
	OldPlan:    "This plan is too old. Nothing was sent. Fill in the form again.",
	TooMany:    "Your company has 20 roll calls that are not over. Cancel one, or wait until one has ended.",
	NoProvider: "This server can't send by any of these ways now. Choose another one, or ask its operator.",

	Of: "Roll call", SomeSites: "chosen sites: {count}", SomeStates: "Phones and e-mails: {states}", SomeReadiness: "at sites: {states}",
	NotFor: "Who was not confirmed for {days} days",
	Status: map[rollcall.RollCallStatus]string{
		rollcall.RollCallScheduled: "Planned", rollcall.RollCallRunning: "Under way", rollcall.RollCallPaused: "Paused",
		rollcall.RollCallFinished: "Over", rollcall.RollCallCanceled: "Canceled",
	},
	ItemStatus: map[rollcall.ItemStatus]string{
		rollcall.ItemOpen: "No answer yet", rollcall.ItemConfirmed: "Confirmed", rollcall.ItemDeclined: "Wrong person",
		rollcall.ItemUndeliverable: "Messages fail", rollcall.ItemOptedOut: "Wants no messages", rollcall.ItemExpired: "Did not answer",
		rollcall.ItemFailed: "Message failed", rollcall.ItemSkipped: "Not asked", rollcall.ItemCanceled: "Canceled",
	},
	NotYet: "Not asked yet", Waits: "The message waits for its turn.", WaitsUntil: "The message waits for quiet hours or a limit, until {time}.", Asked: "Asked {time}.",
	Reasons: map[rollcall.ItemReason]string{
		rollcall.ItemWasDeclined: "Somebody said earlier that this is the wrong person.", rollcall.ItemWasOptedOut: "The person wants no messages there.",
		rollcall.ItemDeleted: "The contact, or the phone or e-mail, was removed.", rollcall.ItemChanged: "The phone or e-mail was changed.",
		rollcall.ItemNotDialable: "The phone can't be dialed.", rollcall.ItemPremiumRate: "The phone is a premium-rate number.",
		rollcall.ItemNoMethod: "None of the chosen ways reaches this phone or e-mail.", rollcall.ItemSiteSuspended: "The site is suspended.",
		rollcall.ItemTooLong: "The text is too long for a text message.", rollcall.ItemEnded: "The validation was canceled.",
		rollcall.ItemWithdrawn: "The roll call was canceled before the message left.",
	},
	Targeted: "Phones and e-mails", Progress: "{done} of {all} are settled.", Show: "Look again",
	Planned: "Starts", Began: "Began", Ended: "Ended", EndsAbout: "Last message leaves about", LeftToSend: "Messages still to send",
	By: "How", PerHour: "Messages in an hour", OwnText: "Your own text", DecidedThen: "Whom it asks is decided when it starts.",
	Pause: "Pause", Resume: "Go on", Retry: "Ask again those who failed", RetryText: "Did not answer in time, or the message failed: {count}.",
	PauseText: "Pausing stops further messages within a second. Answers still count.", ResumeText: "Nothing more is sent until it goes on. Answers still count.",
	Cancel: "Cancel the roll call", CancelText: "Messages that have not left are never sent. Who was asked can still answer. That can't be undone.",
	Confirm: "Yes, cancel it for good",
	Items:   "Who", NoItems: "Nobody is chosen yet.", NoneSuch: "Nobody.", AllItems: "Show all",
	DayUnits: durationTexts{
		AtOnce: "at once", Minutes: []string{"after a minute", "after %d minutes"}, Hours: []string{"after an hour", "after %d hours"},
		DaysIn: []string{"after a day", "after %d days"},
	},
}

var rollCallsSpanish = rollCallTexts{
	Title: "Pases de lista", None: "Todavía no hay pases de lista.", All: "Todos los pases de lista", Repeated: "repetido por los ajustes",
	Intro: "Un pase de lista pregunta a muchas personas si se las puede localizar, unas pocas cada vez.",
	Plan:  "Planificar un pase de lista", PlanIntro: "Todavía no se envía nada: la página siguiente dice a quién se preguntaría y a quién no.",
	Where: "En qué sitios", Whom: "A quién preguntar allí", Days: "Días", DaysHint: "Para quien no confirmó desde hace un tiempo.",
	Places: map[string]string{
		"all": "Todos los sitios", "not_ready": "Sitios que no están listos", "unready": "Sitios que no están listos o están en riesgo", "chosen": "Sitios elegidos",
	},
	People: map[string]string{
		"unconfirmed": "Quien no está confirmado: nunca, o hace demasiado tiempo", "old": "Quien no confirmó desde hace unos días", "everybody": "Todos",
	},
	Sites: "Sitios elegidos", SitesHint: "Uno por línea: el nombre, la referencia o el identificador. Como máximo 200.",
	UnknownSite: "Línea {line}: no hay ningún sitio {name}.", ManySites: "Línea {line}: ¿cuál de estos sitios es {name}? Dé la referencia: {sites}.",
	NoSites: "Dé al menos un sitio.",
	Methods: "Cómo", MethodsHint: "Un teléfono recibe un mensaje de texto si la persona los quiere; si no, una llamada, si ambos están marcados.",
	CannotSend: "Este servidor ahora no puede enviar: {methods}.",
	Text:       "Su propio texto", TextHint: "Vacío: la pregunta habitual. Se añaden los nombres de su empresa y del sitio, el enlace y el código.",
	Pace: "Mensajes por hora", PaceHint: "Como máximo {most}, que es lo que permite el operador de este servidor.",
	Starts: "Empezar el", StartsHint: "Vacío: enseguida. En la zona horaria {zone}.", Look: "Ver a quién se preguntaría",

	Preview: "Antes de empezar", PreviewIntro: "Todavía no se ha enviado nada. Si empieza ahora:",
	Later:   "Todavía no se ha enviado nada. Empieza el {time}, y entonces se decide a quién se pregunta. Por ahora:",
	Persons: "Personas", AtSites: "Sitios", Messages: "Mensajes", MessagesText: "Quien está en varias listas de llamadas recibe un mensaje para todas.",
	NotAsked: "No se pregunta", NobodyAsked: "No se preguntaría a nadie. Cambie el plan.", Waiting: "En espera",
	Country: "El teléfono es de un país al que su empresa no envía nada. El mensaje espera hasta que un propietario lo permita en los ajustes.",
	Takes:   "A {pace} por hora, el último mensaje sale {takes}, hacia el {time}. Los horarios de silencio y los límites pueden retrasarlo.",
	Example: "Un mensaje dice así", ExampleSite: "Nombre del sitio", Start: "Empezar el pase de lista", Change: "Cambiar el plan",
	Changed:    "A quién se pregunta ha cambiado desde que usted miró, aunque solo sea en quiénes son. No se ha enviado nada. Mire los números y pulse el botón de nuevo.",
	OldPlan:    "Este plan es demasiado antiguo. No se ha enviado nada. Rellene el formulario de nuevo.",
	TooMany:    "Su empresa tiene 20 pases de lista que no han terminado. Cancele uno o espere hasta que termine uno.",
	NoProvider: "Este servidor ahora no puede enviar de ninguna de estas maneras. Elija otra o pregunte a su operador.",

	Of: "Pase de lista", SomeSites: "sitios elegidos: {count}", SomeStates: "Teléfonos y correos: {states}", SomeReadiness: "en sitios: {states}",
	NotFor: "Quien no confirmó desde hace {days} días",
	Status: map[rollcall.RollCallStatus]string{
		rollcall.RollCallScheduled: "Planificado", rollcall.RollCallRunning: "En curso", rollcall.RollCallPaused: "En pausa",
		rollcall.RollCallFinished: "Terminado", rollcall.RollCallCanceled: "Cancelado",
	},
	ItemStatus: map[rollcall.ItemStatus]string{
		rollcall.ItemOpen: "Sin respuesta aún", rollcall.ItemConfirmed: "Confirmado", rollcall.ItemDeclined: "Persona equivocada",
		rollcall.ItemUndeliverable: "Los mensajes fallan", rollcall.ItemOptedOut: "No quiere mensajes", rollcall.ItemExpired: "No respondió",
		rollcall.ItemFailed: "El mensaje falló", rollcall.ItemSkipped: "No se pregunta", rollcall.ItemCanceled: "Cancelado",
	},
	NotYet: "Aún sin preguntar", Waits: "El mensaje espera su turno.", WaitsUntil: "El mensaje espera por un horario de silencio o un límite, hasta el {time}.", Asked: "Se preguntó el {time}.",
	Reasons: map[rollcall.ItemReason]string{
		rollcall.ItemWasDeclined: "Alguien dijo antes que es la persona equivocada.", rollcall.ItemWasOptedOut: "La persona no quiere mensajes ahí.",
		rollcall.ItemDeleted: "Se quitó el contacto, o el teléfono o correo.", rollcall.ItemChanged: "Se cambió el teléfono o correo.",
		rollcall.ItemNotDialable: "No se puede marcar el teléfono.", rollcall.ItemPremiumRate: "El teléfono es un número de tarificación especial.",
		rollcall.ItemNoMethod: "Ninguna de las maneras elegidas llega a este teléfono o correo.", rollcall.ItemSiteSuspended: "El sitio está suspendido.",
		rollcall.ItemTooLong: "El texto es demasiado largo para un mensaje de texto.", rollcall.ItemEnded: "Se canceló la validación.",
		rollcall.ItemWithdrawn: "El pase de lista se canceló antes de que saliera el mensaje.",
	},
	Targeted: "Teléfonos y correos", Progress: "{done} de {all} están resueltos.", Show: "Mirar de nuevo",
	Planned: "Empieza", Began: "Empezó", Ended: "Terminó", EndsAbout: "El último mensaje sale hacia", LeftToSend: "Mensajes por enviar",
	By: "Cómo", PerHour: "Mensajes por hora", OwnText: "Su propio texto", DecidedThen: "A quién se pregunta se decide cuando empieza.",
	Pause: "Pausar", Resume: "Seguir", Retry: "Preguntar de nuevo a quien falló", RetryText: "No respondieron a tiempo, o su mensaje falló: {count}.",
	PauseText: "La pausa detiene los demás mensajes en un segundo. Las respuestas siguen contando.", ResumeText: "No se envía nada más hasta que siga. Las respuestas siguen contando.",
	Cancel: "Cancelar el pase de lista", CancelText: "Los mensajes que no han salido no se envían nunca. Quien ya fue preguntado aún puede responder. No se puede deshacer.",
	Confirm: "Sí, cancelarlo para siempre",
	Items:   "Quién", NoItems: "Todavía no se ha elegido a nadie.", NoneSuch: "Nadie.", AllItems: "Mostrar todos",
	DayUnits: durationTexts{
		AtOnce: "enseguida", Minutes: []string{"tras un minuto", "tras %d minutos"}, Hours: []string{"tras una hora", "tras %d horas"},
		DaysIn: []string{"tras un día", "tras %d días"},
	},
}
