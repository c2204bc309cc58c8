package pages

var spanish = texts{
	Language:  "es",
	Languages: "Idioma",

	AskHeading:  "¿Podemos localizarle aquí?",
	AskWho:      "{dealer} pregunta si puede localizar a {first} en {point} cuando haya una alarma en {site}.",
	Mobile:      " (celular)",
	Home:        " (casa)",
	Work:        " (trabajo)",
	Yes:         "Sí, aquí pueden localizarme",
	No:          "No soy yo",
	NoWhat:      "¿No es usted, o no los conoce? Pulse aquí y {dealer} verá que se ha equivocado de persona.",
	Choices:     "¿Qué mensajes desea recibir?",
	ChooseEmail: "Correos electrónicos",
	ChooseSMS:   "Mensajes de texto (SMS)",

	ConfirmedHeading: "Gracias. Aquí pueden localizarle.",
	Confirmed:        "{dealer} ya lo sabe. No tiene que hacer nada más y puede cerrar esta página.",
	Wrong:            "¿No es usted?",
	Save:             "Guardar mi elección",
	Saved:            "Su elección se ha guardado.",

	DeclinedHeading: "Gracias por decírnoslo",
	Declined:        "{dealer} ya sabe que usted no es la persona que buscaba. Puede cerrar esta página.",
	Undo:            "¿Ha sido un error? Todavía puede decir que sí.",

	ExpiredHeading: "Este enlace ha caducado",
	Expired: []string{
		"Los enlaces dejan de funcionar al cabo de un tiempo, para que nadie más pueda usarlos después. No se ha cambiado nada.",
	},

	ReplacedHeading: "Este enlace ya no está al día",
	Replaced: []string{
		"Los datos que tiene {dealer} para localizarle han cambiado desde que se envió este mensaje. Ahora no se ha cambiado nada.",
		"¿Tiene un mensaje más reciente? Use el enlace de ese mensaje.",
	},

	UnknownHeading: "No conocemos este enlace",
	Unknown: []string{
		"Puede que se haya perdido una parte. Vuelva al mensaje y abra desde allí el enlace completo.",
		"Si sigue sin funcionar, pida otro mensaje a la empresa que lo envió.",
	},

	StopHeading:    "¿Dejar de recibir estos correos?",
	Stop:           "Si pulsa el botón, su dirección no recibirá más correos de este tipo de {dealer}.",
	StopButton:     "No recibir más estos correos",
	StoppedHeading: "Ya no recibirá estos correos",
	Stopped:        "Su dirección no recibirá más correos de este tipo de {dealer}. Puede cerrar esta página.",

	Unsure:  "¿Duda de que sea auténtico? Llámelos y pregunte.",
	Ask:     "¿Tiene preguntas? Llámelos.",
	Renew:   "Llámelos y pida un mensaje nuevo.",
	NoPhone: "¿Duda de que sea auténtico? Pregunte a la persona que dio su nombre a {dealer}.",

	Preview:     "Una muestra: un contacto ve la página de abajo. Aquí sus botones no hacen nada.",
	PreviewBack: "Volver a la imagen",

	BadHeading:  "No ha funcionado",
	Bad:         "No se ha cambiado nada. Vuelva a la página y pulse uno de sus botones.",
	Back:        "Volver a la página",
	BusyHeading: "Espere un minuto, por favor",
	Busy:        "Desde su conexión se han abierto demasiados enlaces que no llevan a ninguna parte. Espere un minuto e inténtelo de nuevo.",
	FailHeading: "Algo ha fallado por nuestra parte",
	Fail:        "Inténtelo de nuevo dentro de un minuto, por favor. Es posible que su respuesta no se haya guardado.",
	FailNumber:  "Si sigue igual, llame a la empresa que envió el mensaje e indíquele este número:",
}
