package console

// reviewTexts are the texts about reading through a call list with somebody.
type reviewTexts struct {
	Title, Last, LastNobody, Never, Open, With, Note, Save, Somebody string
	Quote                                                            string // around a note
}

var reviewEnglish = reviewTexts{
	Title: "Read through", Last: "Last read through with {name} on {day}.", LastNobody: "Last read through on {day}.",
	Never: "The call list was not read through with anybody yet.", Open: "It was read through with somebody", With: "Read through with",
	Note: "Note", Save: "Save the review", Somebody: "somebody", Quote: "“%s”",
}

var reviewSpanish = reviewTexts{
	Title: "Repaso", Last: "Repasada por última vez con {name} el {day}.", LastNobody: "Repasada por última vez el {day}.",
	Never: "Aún no se ha repasado la lista de llamadas con nadie.", Open: "Se repasó con alguien", With: "Repasada con",
	Note: "Nota", Save: "Guardar el repaso", Somebody: "alguien", Quote: "«%s»",
}
