package message

var spanish = Texts{
	Language: "es",

	askSMS:  "¿podemos encontrarle en este teléfono si hay una alarma?",
	askMail: "¿podemos localizarle en esta dirección si hay una alarma?",
	askCall: "¿Podemos localizarle en este número si hay una alarma?",

	askSMSAt:  "¿podemos encontrarle en {point} si hay una alarma?",
	askMailAt: "¿podemos localizarle en {point} si hay una alarma?",
	askCallAt: "¿Podemos localizarle en {point} si hay una alarma?",

	mobile:      "su celular que termina en {end}",
	homePhone:   "su teléfono de casa que termina en {end}",
	workPhone:   "su teléfono del trabajo que termina en {end}",
	phone:       "su teléfono que termina en {end}",
	extension:   ", extensión {extension}",
	homeAddress: "su dirección personal {end}",
	workAddress: "su dirección del trabajo {end}",
	address:     "su dirección {end}",

	and:       " y ",
	moreSites: " y {sites} más",

	who: "{dealer}, {site}: {text}",

	smsLink: "Responda en {link}",
	smsCode: "Clave: {code}. Responda STOP para darse de baja.",

	mailSubject: "{dealer}: ¿podemos localizarle aquí?",
	mailWhy:     "{dealer} le tiene en la lista de personas a las que hay que avisar si hay una alarma en {site}, y quiere saber si este correo le llega.",
	mailLink:    "Responda en esta página:\n{link}",
	mailButton:  "Responder",
	mailCode:    "Su clave es {code}. Solo la necesita si alguien de {dealer} se la pide.",
	mailLife:    "La página está abierta durante 72 horas. Si esto no es para usted, díganoslo allí y no volveremos a escribirle por ello.",
	mailNoLink:  "Si esto no es para usted, dígaselo a {dealer}.",

	voiceWho:   "Hola. Esta es una llamada automática de {dealer}, por {site}.",
	voiceCode:  "Su clave es: {code}.",
	voiceAgain: "Se lo repito, su clave es: {code}.",
	voiceKeys: "Si podemos localizarle en este número, pulse 1. Si esto no es para usted, pulse 2. " +
		"Para no recibir más llamadas como esta, pulse 9.",

	replyConfirmed: "gracias. Ya sabemos que podemos encontrarle en este teléfono si hay una alarma.",

	ReplyAskCode:   "Varias empresas preguntan por usted en este teléfono. Responda con la clave del mensaje al que se refiere.",
	ReplyWrongCode: "La clave no es correcta o ha caducado. Mire el mensaje que le ha llegado al final, o pregunte a la empresa que lo manda.",
	ReplyStopped:   "Ya no le mandaremos mensajes ni le llamaremos. Responda START si quiere volver a recibirlos.",
	ReplyStarted:   "Volveremos a mandarle mensajes y a llamarle. Responda STOP para darse de baja.",
	ReplyHelp:      "Las empresas de alarmas preguntan por este medio si pueden encontrarle. Responda SI o su clave para confirmar, STOP para darse de baja.",

	CallYes:   "Gracias. Podemos localizarle aquí. Adiós.",
	CallNo:    "Gracias. No volveremos a preguntarle en este número. Adiós.",
	CallNever: "No recibirá más llamadas como esta. Adiós.",
	CallAgain: "Si podemos localizarle en este número, pulse 1. Si esto no es para usted, pulse 2. Para no recibir más llamadas como esta, pulse 9.",
	CallOver:  "Esta pregunta ya está cerrada. No tiene que hacer nada. Adiós.",

	users: &spanishUsers, notices: &spanishNotices,
}
