package rollcall

var spanish = messageTexts{
	language: "es",

	ask: "{dealer} pregunta: ¿podemos localizarle aquí si hay una alarma en {site}?",

	smsLink: "Responda aquí: {link}",
	smsCode: "Código: {code}.",
	smsStop: "Responda STOP para no recibir más.",

	mailSubject: "{dealer}: ¿podemos localizarle aquí?",
	mailLink:    "Responda en esta página, con solo pulsar un botón:\n{link}",
	mailCode:    "Si alguien de {dealer} le pide un código, es el {code}.",
	mailLife:    "La página está abierta durante 72 horas. Si esto no es para usted, díganoslo allí y nadie volverá a escribirle por ello.",
	mailFrom:    "Este mensaje es de {dealer}, que vigila {site}.",

	voiceWho:   "Hola. Esta es una llamada automática de {dealer}, que vigila {site}.",
	voiceCode:  "Su código es: {code}.",
	voiceAgain: "Se lo repito, su código es: {code}.",
	voiceKeys: "Si podemos localizarle en este número, pulse 1. Si esto no es para usted, pulse 2. " +
		"Para no recibir más llamadas como esta, pulse 9.",

	replyConfirmed: "Gracias. {dealer} sabe ahora que se le puede localizar aquí si hay una alarma en {site}.",
	replyAskCode:   "Más de una empresa pregunta por usted aquí. Responda con el código del mensaje al que se refiere.",
	replyWrongCode: "Este código no es correcto o ha caducado. Mire el último mensaje o pregunte a la empresa que lo envió.",
	replyStopped:   "Ya no recibirá mensajes ni llamadas desde aquí. Responda START para volver a recibirlos.",
	replyStarted:   "Volverá a recibir mensajes y llamadas desde aquí. Responda STOP para no recibir más.",
	replyHelp:      "Desde aquí las empresas de alarmas comprueban si pueden localizarle. Responda SI o su código para confirmar, STOP para no recibir más.",

	callYes:   "Gracias. Podemos localizarle aquí. Adiós.",
	callNo:    "Gracias. No volveremos a preguntarle en este número. Adiós.",
	callNever: "No recibirá más llamadas como esta. Adiós.",
	callAgain: "Si podemos localizarle en este número, pulse 1. Si esto no es para usted, pulse 2. Para no recibir más llamadas como esta, pulse 9.",
	callOver:  "Esta pregunta ya no está abierta. No tiene que hacer nada. Adiós.",
}
