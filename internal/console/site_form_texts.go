package console

// siteFormTexts are the texts of the form for a contact, and of what happened to one.
type siteFormTexts struct {
	AddHeading, EditHeading, Save, SaveAdd                              string
	Points, PointsHint, PointN, Value, Label, NoLabel, Extension, Order string
	When, Hours, HoursHint, HoursN, From, To, ToHint                    string
	Absences, AbsencesHint, AbsenceN, AwayFrom, AwayTo, Note            string
	Dates, Effective, Expires, ZoneHint                                 string

	Conflict, ConflictHint, Theirs, Mine, KeepTheirs, SaveMine, Empty string
	Gone                                                              string
	Yes, No                                                           string

	Added, Saved, Restored, Removed, RemovedNobody, Undo, Moved, Warnings string
	Sent, SentOne, Later, LaterOne, NotSent, NotSentOne, NothingToSend    string
	Already, NoMethod                                                     string
	Refused                                                               map[string]string // why nothing was sent, by the code of refusedBecause
}

var siteFormEnglish = siteFormTexts{
	AddHeading: "Add a person", EditHeading: "Change {name}", Save: "Save", SaveAdd: "Add this person",
	Points: "Phones and e-mails", PointsHint: "In the order in which to try them. Empty a line to remove it.", PointN: "Phone or e-mail {n}",
	Value: "Number or address", Label: "Which one", NoLabel: "not said", Extension: "Extension", Order: "Try as number",
	When: "When they are called", Hours: "Hours", HoursHint: "Without hours they are called at any time. Hours that end before they begin end on the next day.",
	HoursN: "Hours {n}", From: "From", To: "To", ToHint: "midnight is 00:00",
	Absences: "Absences", AbsencesHint: "Times in which they are not called, such as a holiday. Empty both times to remove one.", AbsenceN: "Absence {n}",
	AwayFrom: "Away from", AwayTo: "Back at", Note: "Why",
	Dates: "On the call list", Effective: "From", Expires: "Until", ZoneHint: "Times are in {zone}.",

	Conflict:     "Somebody else changed this person meanwhile. Nothing of yours is saved yet.",
	ConflictHint: "Compare both below. Keep what is stored now, or save what you typed in its place; you can still change it in the form.",
	Theirs:       "Stored now", Mine: "What you typed", KeepTheirs: "Keep what is stored", SaveMine: "Save mine instead", Empty: "nothing",
	Gone: "This person is no longer at this site: somebody removed them meanwhile. What you typed is here; you can add it as a new person.",
	Yes:  "yes", No: "no",

	Added: "{name} was added.", Saved: "{name} was saved.", Restored: "{name} is back on the call list.", Removed: "{name} was removed.",
	RemovedNobody: "The person was removed.", Undo: "Undo", Moved: "{name} was moved.", Warnings: "Please look at this:",
	Sent: "Messages on their way: {count}.", SentOne: "The message to {name} is on its way.",
	Later: "Messages that go out at {time}, after the quiet hours: {count}.", LaterOne: "The message to {name} goes out at {time}, after the quiet hours.",
	NotSent: "Not sent: {count}.", NotSentOne: "Nothing was sent to {name}.", NothingToSend: "Everybody is confirmed or was asked already. Nothing was sent.",
	Already: "{name} was asked already, and has not answered yet. Nothing more was sent. To ask once more, press the button that says so.",
	Refused: map[string]string{
		"opted_out": "The person wants no messages.", "declined": "Somebody else answered there: correct the number or address first.",
		"per_number_minute":       "This number or address got a message just now. Wait a minute, then try again.",
		"per_number_day":          "This number or address got as many messages as are allowed in a day.",
		"per_site_hour":           "This site has reached its limit of messages in an hour. Try again later.",
		"per_dealer_day":          "Your company has reached its limit of messages in a day. Try again tomorrow.",
		"paused":                  "Messages to this country are paused, because too few were confirmed lately.",
		"country_not_allowed":     "The number is in a country to which your company sends nothing.",
		"delivery_not_configured": "This server has no provider for such messages. Ask its operator.", "premium_rate": "It is a premium-rate number, to which nothing is sent.",
		"not_dialable": "The number cannot be dialled. Correct it first.", "extension": "A phone with an extension gets no text messages. Ask by phone.",
		"undeliverable": "Messages there fail. Correct the number or address first.", "suspended": "The site is suspended, so nothing is sent.",
		"pending": "They were asked already, and have not answered yet.", "gone": "This phone or e-mail is no longer there.", "other": "It did not work. Try again later.",
		"too_many": "So many cannot be asked at once. Press the button again in a moment.",
	},
	NoMethod: "This server sends no messages yet. Ask its operator to choose a provider.",
}

var siteFormSpanish = siteFormTexts{
	AddHeading: "Añadir una persona", EditHeading: "Cambiar a {name}", Save: "Guardar", SaveAdd: "Añadir a esta persona",
	Points: "Teléfonos y correos", PointsHint: "En el orden en que se prueban. Vacíe una línea para quitarla.", PointN: "Teléfono o correo {n}",
	Value: "Número o dirección", Label: "Cuál", NoLabel: "sin indicar", Extension: "Extensión", Order: "Probar como número",
	When: "Cuándo se le llama", Hours: "Horarios", HoursHint: "Sin horarios se le llama a cualquier hora. Un horario que acaba antes de empezar acaba al día siguiente.",
	HoursN: "Horario {n}", From: "Desde", To: "Hasta", ToHint: "medianoche es 00:00",
	Absences: "Ausencias", AbsencesHint: "Tiempos en que no se le llama, como unas vacaciones. Vacíe las dos fechas para quitar una.", AbsenceN: "Ausencia {n}",
	AwayFrom: "Ausente desde", AwayTo: "De vuelta", Note: "Por qué",
	Dates: "En la lista de llamadas", Effective: "Desde", Expires: "Hasta", ZoneHint: "Las horas son de {zone}.",

	Conflict:     "Otra persona cambió este contacto mientras tanto. Todavía no se ha guardado nada de lo suyo.",
	ConflictHint: "Compare abajo las dos versiones. Conserve lo que está guardado ahora, o guarde lo que usted escribió en su lugar; aún puede cambiarlo en el formulario.",
	Theirs:       "Guardado ahora", Mine: "Lo que usted escribió", KeepTheirs: "Conservar lo guardado", SaveMine: "Guardar lo mío", Empty: "nada",
	Gone: "Esta persona ya no está en este sitio: alguien la quitó mientras tanto. Lo que usted escribió está aquí; puede añadirlo como persona nueva.",
	Yes:  "sí", No: "no",

	Added: "Se añadió a {name}.", Saved: "Se guardó a {name}.", Restored: "{name} vuelve a estar en la lista de llamadas.", Removed: "Se quitó a {name}.",
	RemovedNobody: "Se quitó a la persona.", Undo: "Deshacer", Moved: "Se movió a {name}.", Warnings: "Por favor, mire esto:",
	Sent: "Mensajes en camino: {count}.", SentOne: "El mensaje a {name} está en camino.",
	Later: "Mensajes que salen el {time}, después de las horas de silencio: {count}.", LaterOne: "El mensaje a {name} sale el {time}, después de las horas de silencio.",
	NotSent: "No enviados: {count}.", NotSentOne: "No se envió nada a {name}.", NothingToSend: "Todos están confirmados o ya se les preguntó. No se envió nada.",
	Already: "Ya se preguntó a {name}, y todavía no ha respondido. No se envió nada más. Para preguntar otra vez, pulse el botón que lo dice.",
	Refused: map[string]string{
		"opted_out": "La persona no quiere mensajes.", "declined": "Allí contestó otra persona: corrija antes el número o la dirección.",
		"per_number_minute":       "Este número o dirección acaba de recibir un mensaje. Espere un minuto e inténtelo otra vez.",
		"per_number_day":          "Este número o dirección recibió ya todos los mensajes que se permiten en un día.",
		"per_site_hour":           "Este sitio alcanzó su límite de mensajes en una hora. Inténtelo más tarde.",
		"per_dealer_day":          "Su empresa alcanzó su límite de mensajes en un día. Inténtelo mañana.",
		"paused":                  "Los mensajes a este país están en pausa, porque se confirmaron muy pocos últimamente.",
		"country_not_allowed":     "El número es de un país al que su empresa no envía nada.",
		"delivery_not_configured": "Este servidor no tiene proveedor para esos mensajes. Pregunte a su operador.", "premium_rate": "Es un número de tarificación adicional, al que no se envía nada.",
		"not_dialable": "El número no se puede marcar. Corríjalo antes.", "extension": "Un teléfono con extensión no recibe mensajes de texto. Llame.",
		"undeliverable": "Los mensajes allí fallan. Corrija antes el número o la dirección.", "suspended": "El sitio está suspendido: no se envía nada.",
		"pending": "Ya se les preguntó, y todavía no han respondido.", "gone": "Ese teléfono o correo ya no está.", "other": "No funcionó. Inténtelo más tarde.",
		"too_many": "No se puede preguntar a tantos a la vez. Pulse el botón otra vez en un momento.",
	},
	NoMethod: "Este servidor todavía no envía mensajes. Pida a su operador que elija un proveedor.",
}
