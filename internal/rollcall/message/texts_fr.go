package message

var french = Texts{
	Language: "fr",

	askSMS:  "pouvons-nous vous joindre ici en cas d'alarme ?",
	askMail: "pouvons-nous vous joindre à cette adresse en cas d’alarme ?",
	askCall: "Pouvons-nous vous joindre à ce numéro en cas d’alarme ?",

	askSMSAt:  "pouvons-nous vous joindre sur {point} en cas d'alarme ?",
	askMailAt: "pouvons-nous vous joindre à {point} en cas d’alarme ?",
	askCallAt: "Pouvons-nous vous joindre sur {point} en cas d’alarme ?",

	mobile:      "votre mobile se terminant par {end}",
	homePhone:   "votre téléphone à domicile se terminant par {end}",
	workPhone:   "votre téléphone au travail se terminant par {end}",
	phone:       "votre téléphone se terminant par {end}",
	extension:   ", poste {extension}",
	homeAddress: "votre adresse personnelle {end}",
	workAddress: "votre adresse professionnelle {end}",
	address:     "votre adresse {end}",

	and:       " et ",
	moreSites: " et {sites} de plus",

	who: "{dealer}, {site} : {text}",

	smsLink: "Répondez sur {link}",
	smsCode: "Code : {code}. Répondez STOP pour ne plus rien recevoir.",

	mailSubject: "{dealer} : pouvons-nous vous joindre ici ?",
	mailWhy:     "Vous êtes sur la liste des personnes que {dealer} prévient en cas d’alarme à {site}. {dealer} voudrait savoir si cet e-mail vous parvient.",
	mailLink:    "Répondez sur cette page :\n{link}",
	mailButton:  "Répondre",
	mailCode:    "Votre code est {code}. Il ne vous sert que si quelqu’un de {dealer} vous le demande.",
	mailLife:    "La page reste ouverte 72 heures. Si ce message n’est pas pour vous, dites-le sur cette page, et nous ne vous écrirons plus à ce sujet.",
	mailNoLink:  "Si ce message n’est pas pour vous, dites-le à {dealer}.",

	voiceWho:   "Bonjour. Ceci est un appel automatique de {dealer}, au sujet de {site}.",
	voiceCode:  "Votre code est : {code}.",
	voiceAgain: "Je répète, votre code est : {code}.",
	voiceKeys: "Si nous pouvons vous joindre à ce numéro, appuyez sur 1. Si cet appel n’est pas pour vous, appuyez sur 2. " +
		"Pour ne plus recevoir de tels appels, appuyez sur 9.",

	replyConfirmed: "merci. Nous pouvons vous joindre ici en cas d'alarme.",

	ReplyAskCode:   "Plusieurs sociétés veulent vous joindre ici. Répondez avec le code du message dont il s'agit.",
	ReplyWrongCode: "Ce code n'est pas correct ou a expiré. Regardez le dernier message, ou demandez à la société qui l'a envoyé.",
	ReplyStopped:   "Vous ne recevrez plus de messages ni d'appels d'ici. Répondez START pour en recevoir à nouveau.",
	ReplyStarted:   "Vous recevrez à nouveau des messages et des appels d'ici. Répondez STOP pour ne plus rien recevoir.",
	ReplyHelp:      "Des sociétés d'alarme demandent ici si elles peuvent vous joindre. Répondez OUI ou votre code pour confirmer, STOP pour ne plus rien recevoir.",

	CallYes:   "Merci. Nous pouvons vous joindre ici. Au revoir.",
	CallNo:    "Merci. Nous ne vous le demanderons plus à ce numéro. Au revoir.",
	CallNever: "Vous ne recevrez plus de tels appels. Au revoir.",
	CallAgain: "Si nous pouvons vous joindre à ce numéro, appuyez sur 1. Si cet appel n’est pas pour vous, appuyez sur 2. Pour ne plus recevoir de tels appels, appuyez sur 9.",
	CallOver:  "Cette question est close. Vous n’avez rien à faire. Au revoir.",

	users: &frenchUsers, notices: &frenchNotices,
}
