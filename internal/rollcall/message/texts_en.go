package message

var english = Texts{
	Language: "en",

	askSMS:  "can we reach you here in an alarm?",
	askMail: "can we reach you at this address if there is an alarm?",
	askCall: "Can we reach you at this number if there is an alarm?",

	askSMSAt:  "can we reach you on {point} in an alarm?",
	askMailAt: "can we reach you at {point} if there is an alarm?",
	askCallAt: "Can we reach you on {point} if there is an alarm?",

	mobile:      "your mobile ending in {end}",
	homePhone:   "your home phone ending in {end}",
	workPhone:   "your work phone ending in {end}",
	phone:       "your phone ending in {end}",
	extension:   ", extension {extension}",
	homeAddress: "your private address {end}",
	workAddress: "your work address {end}",
	address:     "your address {end}",

	and:       " and ",
	moreSites: " and {sites} more",

	who: "{dealer}, {site}: {text}",

	smsLink: "{link}",
	smsCode: "Code {code}. Reply STOP to opt out.",

	mailSubject: "{dealer}: can we reach you here?",
	mailWhy:     "{dealer} has you on the list of people to reach when there is an alarm at {site}, and would like to know that this e-mail arrives.",
	mailLink:    "Please answer on this page:\n{link}",
	mailButton:  "Answer",
	mailCode:    "Your code is {code}. You need it only if somebody at {dealer} asks you for it.",
	mailLife:    "The page is open for 72 hours. If this is not for you, please say so there, and we will not write to you about it again.",
	mailNoLink:  "If this is not for you, please tell {dealer}.",

	voiceWho:   "Hello. This is an automatic call from {dealer}, about {site}.",
	voiceCode:  "Your code is: {code}.",
	voiceAgain: "Once more, your code is: {code}.",
	voiceKeys: "If we can reach you at this number, press 1. If this is not for you, press 2. " +
		"To get no more of these calls, press 9.",

	replyConfirmed: "thank you. We can reach you here if there is an alarm.",

	ReplyAskCode:   "More than one company asks for you here. Please reply with the code of the message that you mean.",
	ReplyWrongCode: "This code is not right, or its time is over. Please look at the latest message, or ask the company that sent it.",
	ReplyStopped:   "You will get no more messages and calls from here. Reply START to get them again.",
	ReplyStarted:   "You will get messages and calls from here again. Reply STOP to opt out.",
	ReplyHelp:      "Alarm companies ask from here whether they can reach you. Reply YES or your code to confirm, STOP to opt out.",

	CallYes:   "Thank you. We can reach you here. Goodbye.",
	CallNo:    "Thank you. We will not ask you again at this number. Goodbye.",
	CallNever: "You will get no more of these calls. Goodbye.",
	CallAgain: "If we can reach you at this number, press 1. If this is not for you, press 2. To get no more of these calls, press 9.",
	CallOver:  "This question is closed. There is nothing that you need to do. Goodbye.",

	users: &englishUsers, notices: &englishNotices,
}
