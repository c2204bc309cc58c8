package pages

var english = texts{
	Language:  "en",
	Languages: "Language",

	AskHeading:  "Can you be reached here?",
	AskWho:      "{dealer} asks whether it can reach {first} at {point} when there is an alarm at {site}.",
	Mobile:      " (mobile)",
	Home:        " (home)",
	Work:        " (work)",
	Yes:         "Yes, I can be reached here",
	No:          "This is not me",
	NoWhat:      "Not you, or you don’t know them? Press this, and {dealer} will see that it has the wrong person.",
	Choices:     "Which messages do you want?",
	ChooseEmail: "E-mails",
	ChooseSMS:   "Text messages",

	ConfirmedHeading: "Thank you. You can be reached here.",
	Confirmed:        "{dealer} can see that now. There is nothing else that you need to do, and you may close this page.",
	Wrong:            "Not you after all?",
	Save:             "Save my choices",
	Saved:            "Your choices are saved.",

	DeclinedHeading: "Thank you for telling us",
	Declined:        "{dealer} can see now that you are not the person they were looking for. You may close this page.",
	Undo:            "Was that a mistake? You can still say yes.",

	ExpiredHeading: "This link has expired",
	Expired: []string{
		"Links stop working after a while, so that nobody else can use them later. Nothing was changed.",
	},

	ReplacedHeading: "This link is out of date",
	Replaced: []string{
		"What {dealer} knows about how to reach you has changed since this message was sent. Nothing was changed now.",
		"Is there a newer message? Then use the link in that one.",
	},

	UnknownHeading: "We do not know this link",
	Unknown: []string{
		"Part of it may have been lost on the way. Go back to the message and open the link there, the whole of it.",
		"If it still does not work, ask the company that sent the message for a new one.",
	},

	StopHeading:    "Stop these e-mails?",
	Stop:           "If you press the button, your address gets no more e-mails of this kind from {dealer}.",
	StopButton:     "Stop these e-mails",
	StoppedHeading: "These e-mails have stopped",
	Stopped:        "Your address gets no more e-mails of this kind from {dealer}. You may close this page.",

	Unsure:  "Not sure that this is genuine? Call them and ask.",
	Ask:     "Questions? Call them.",
	Renew:   "Call them and ask for a new message.",
	NoPhone: "Not sure that this is genuine? Ask the person who gave your name to {dealer}.",

	Preview:     "A preview: a contact sees the page below. Its buttons do nothing here.",
	PreviewBack: "Back to the branding",

	BadHeading:  "That did not work",
	Bad:         "Nothing was changed. Go back to the page, and press one of its buttons.",
	Back:        "Back to the page",
	BusyHeading: "Please wait a minute",
	Busy:        "Too many links that lead nowhere were opened from where you are. Wait a minute, and try again.",
	FailHeading: "Something went wrong on our side",
	Fail:        "Please try again in a minute. Your answer may not have been saved.",
	FailNumber:  "If it stays like this, call the company that sent the message, and tell them this number:",
}
