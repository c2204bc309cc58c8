package rollcall

var french = messageTexts{
	language: "fr",

	ask: "{dealer} demande : pouvons-nous vous joindre ici en cas d’alarme à {site} ?",

	smsLink: "Répondez ici : {link}",
	smsCode: "Code : {code}.",
	smsStop: "Répondez STOP pour ne plus rien recevoir.",

	mailSubject: "{dealer} : pouvons-nous vous joindre ici ?",
	mailLink:    "Répondez sur cette page, en appuyant sur un seul bouton :\n{link}",
	mailCode:    "Si quelqu’un de {dealer} vous demande un code, c’est le {code}.",
	mailLife:    "La page reste ouverte 72 heures. Si ce message n’est pas pour vous, dites-le là, et personne ne vous écrira plus à ce sujet.",
	mailFrom:    "Ce message vient de {dealer}, qui surveille {site}.",

	voiceWho:   "Bonjour. Ceci est un appel automatique de {dealer}, qui surveille {site}.",
	voiceCode:  "Votre code est : {code}.",
	voiceAgain: "Je répète, votre code est : {code}.",
	voiceKeys: "Si nous pouvons vous joindre à ce numéro, appuyez sur 1. Si cet appel n’est pas pour vous, appuyez sur 2. " +
		"Pour ne plus recevoir de tels appels, appuyez sur 9.",

	replyConfirmed: "Merci. {dealer} sait maintenant qu’on peut vous joindre ici en cas d’alarme à {site}.",
	replyAskCode:   "Plusieurs sociétés vous demandent ici. Répondez avec le code du message dont il s’agit.",
	replyWrongCode: "Ce code n’est pas correct ou a expiré. Regardez le dernier message ou demandez à la société qui l’a envoyé.",
	replyStopped:   "Vous ne recevrez plus de messages ni d’appels d’ici. Répondez START pour en recevoir à nouveau.",
	replyStarted:   "Vous recevrez à nouveau des messages et des appels d’ici. Répondez STOP pour ne plus en recevoir.",
	replyHelp:      "Des sociétés d’alarme vérifient d’ici si l’on peut vous joindre. Répondez OUI ou votre code pour confirmer, STOP pour ne plus rien recevoir.",

	callYes:   "Merci. Nous pouvons vous joindre ici. Au revoir.",
	callNo:    "Merci. Nous ne vous le demanderons plus à ce numéro. Au revoir.",
	callNever: "Vous ne recevrez plus de tels appels. Au revoir.",
	callAgain: "Si nous pouvons vous joindre à ce numéro, appuyez sur 1. Si cet appel n’est pas pour vous, appuyez sur 2. Pour ne plus recevoir de tels appels, appuyez sur 9.",
	callOver:  "Cette question n’est plus ouverte. Vous n’avez rien à faire. Au revoir.",
}
