package rollcall

var english = messageTexts{
	language: "en",

	ask: "{dealer} asks: can you be reached here when there is an alarm at {site}?",

	smsLink: "Please answer: {link}",
	smsCode: "Code: {code}.",
	smsStop: "Reply STOP to opt out.",

	mailSubject: "{dealer}: can you be reached here?",
	mailLink:    "Please answer on this page, with one press of a button:\n{link}",
	mailCode:    "If somebody of {dealer} asks you for a code, it is {code}.",
	mailLife:    "The page is open for 72 hours. If this is not for you, please say so there; nobody will write to you about it again.",
	mailFrom:    "This message comes from {dealer}, which watches over {site}.",

	voiceWho:   "Hello. This is an automatic call from {dealer}, which watches over {site}.",
	voiceCode:  "Your code is: {code}.",
	voiceAgain: "Once more, your code is: {code}.",
	voiceKeys: "If you can be reached at this number, press 1. If this is not for you, press 2. " +
		"To get no more of these calls, press 9.",

	replyConfirmed: "Thank you. {dealer} knows now that you can be reached here when there is an alarm at {site}.",
	replyAskCode:   "More than one company asks for you here. Please reply with the code of the message that you mean.",
	replyWrongCode: "This code is not right, or its time is over. Please look at the latest message, or ask the company that sent it.",
	replyStopped:   "You will get no more messages and calls from here. Reply START to get them again.",
	replyStarted:   "You will get messages and calls from here again. Reply STOP to opt out.",
	replyHelp:      "Alarm companies check from here whether you can be reached. Reply YES or your code to confirm, STOP to opt out.",

	callYes:   "Thank you. You can be reached here. Goodbye.",
	callNo:    "Thank you. We will not ask you again at this number. Goodbye.",
	callNever: "You will get no more of these calls. Goodbye.",
	callAgain: "If you can be reached at this number, press 1. If this is not for you, press 2. To get no more of these calls, press 9.",
	callOver:  "This question is not open any more. You need not do anything. Goodbye.",
}
