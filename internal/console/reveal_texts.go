package console

// revealTexts are the texts about hidden numbers.
type revealTexts struct {
	Hidden, Show, Reason, ReasonHint string
	Until                            string // with a time
	Keep                             string // with a hidden value
}

var revealEnglish = revealTexts{
	Hidden: "Numbers, addresses and notes are hidden.", Show: "Show them", Reason: "Why you need them",
	ReasonHint: "The audit keeps your reason. They are shown to you for 15 minutes.", Until: "Numbers are shown to you until %s.",
	Keep: "Hidden: %s. Leave this empty to keep it.",
}

var revealSpanish = revealTexts{
	Hidden: "Los números, direcciones y notas están ocultos.", Show: "Mostrarlos", Reason: "Para qué los necesita",
	ReasonHint: "El motivo queda en el registro. Se le muestran durante 15 minutos.", Until: "Los números se le muestran hasta el %s.",
	Keep: "Oculto: %s. Déjelo vacío para conservarlo.",
}
