package pages

var french = texts{
	Language:  "fr",
	Languages: "Langue",

	AskHeading:  "Peut-on vous joindre ici ?",
	AskWho:      "{dealer} voudrait savoir si l’on peut joindre {first} ici ({point}) en cas d’alarme à {site}.",
	Mobile:      ", mobile",
	Home:        ", domicile",
	Work:        ", travail",
	Yes:         "Oui, on peut me joindre ici",
	No:          "Ce n’est pas moi",
	NoWhat:      "Ce n’est pas vous, ou vous ne les connaissez pas ? Appuyez ici, et {dealer} verra que ce n’est pas la bonne personne.",
	Choices:     "Quels messages souhaitez-vous ?",
	ChooseEmail: "E-mails",
	ChooseSMS:   "SMS",

	ConfirmedHeading: "Merci. On peut vous joindre ici.",
	Confirmed:        "{dealer} le sait maintenant. Vous n’avez rien d’autre à faire et vous pouvez fermer cette page.",
	Wrong:            "Ce n’est pas vous ?",
	Save:             "Enregistrer mes choix",
	Saved:            "Vos choix sont enregistrés.",

	DeclinedHeading: "Merci de nous l’avoir dit",
	Declined:        "{dealer} sait maintenant que vous n’êtes pas la personne recherchée. Vous pouvez fermer cette page.",
	Undo:            "C’était une erreur ? Vous pouvez encore dire oui.",

	ExpiredHeading: "Ce lien n’est plus valable",
	Expired: []string{
		"Les liens cessent de fonctionner après un certain temps, pour que personne d’autre ne puisse s’en servir plus tard. Rien n’a été modifié.",
	},

	ReplacedHeading: "Ce lien n’est plus à jour",
	Replaced: []string{
		"Les coordonnées dont dispose {dealer} pour vous joindre ont changé depuis l’envoi de ce message. Rien n’a été modifié à présent.",
		"Avez-vous un message plus récent ? Utilisez le lien de celui-ci.",
	},

	UnknownHeading: "Nous ne connaissons pas ce lien",
	Unknown: []string{
		"Une partie a pu se perdre en route. Retournez au message et ouvrez-y le lien en entier.",
		"S’il ne fonctionne toujours pas, demandez un autre message à l’entreprise qui l’a envoyé.",
	},

	StopHeading:    "Arrêter ces e-mails ?",
	Stop:           "Si vous appuyez sur le bouton, votre adresse ne recevra plus d’e-mails de ce type de {dealer}.",
	StopButton:     "Arrêter ces e-mails",
	StoppedHeading: "Vous ne recevrez plus ces e-mails",
	Stopped:        "Votre adresse ne recevra plus d’e-mails de ce type de {dealer}. Vous pouvez fermer cette page.",

	Unsure:  "Vous doutez que ce soit authentique ? Appelez-les et demandez.",
	Ask:     "Des questions ? Appelez-les.",
	Renew:   "Appelez-les et demandez un nouveau message.",
	NoPhone: "Vous doutez que ce soit authentique ? Demandez à la personne qui a donné votre nom à {dealer}.",

	Preview:     "Un aperçu : un contact voit la page ci-dessous. Ici, ses boutons ne font rien.",
	PreviewBack: "Retour à l’apparence",

	BadHeading:  "Cela n’a pas fonctionné",
	Bad:         "Rien n’a été modifié. Retournez à la page et appuyez sur l’un de ses boutons.",
	Back:        "Retour à la page",
	BusyHeading: "Patientez une minute",
	Busy:        "Trop de liens qui ne mènent nulle part ont été ouverts depuis votre connexion. Patientez une minute, puis réessayez.",
	FailHeading: "Un problème est survenu de notre côté",
	Fail:        "Merci de réessayer dans une minute. Votre réponse n’a peut-être pas été enregistrée.",
	FailNumber:  "Si cela continue, appelez l’entreprise qui a envoyé le message et donnez-lui ce numéro :",
}
