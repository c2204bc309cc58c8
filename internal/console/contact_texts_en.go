package console

import "example.org/rollcall/internal/rollcall"

var contactEnglish = contactTexts{
	Edit: "Change this contact, or send a validation", BackTo: "Back to",
	Deleted: "This contact was deleted on %s. They are not on the call list.", Until: "The deletion can be undone until %s.",
	Undo: "Undo the deletion", AskManager: "Ask a manager at your company to undo it.",
	Facts: "About this contact", Type: "Type", Role: "Role at the site", Phase: "Called", Position: "Place in the call list",
	Hours: "Hours", Absences: "Away", From: "On the call list from", To: "On the call list until", Language: "Language of messages",
	Wanted: "Wants", Reference: "Your reference", Created: "Added", Updated: "Last changed",
	AnyTime: "at any time",
	Days: []string{
		"mon", "Mon", "tue", "Tue", "wed", "Wed", "thu", "Thu", "fri", "Fri", "sat", "Sat", "sun", "Sun",
		"every day", "every day", "all day", "all day", "the next day", "the next day",
	},
	Phases: map[rollcall.Dispatch]string{
		rollcall.DispatchBefore: "before anybody is dispatched", rollcall.DispatchAfter: "after somebody was dispatched",
		rollcall.DispatchBoth: "before and after somebody is dispatched", rollcall.DispatchNever: "never in an alarm",
	},
	Languages: map[string]string{"en": "English", "es": "Spanish", "fr": "French"}, LikeTheSite: "that of the site",
	TextMessages: "text messages", Emails: "e-mails", NoMessages: "no messages",
	Yes: "yes", No: "no", And: "and",

	Points:      "Phones and e-mails",
	NeverProven: "It was never confirmed.", Proven: "Last confirmed %s, %s.",
	Ways: map[rollcall.Method]string{
		rollcall.SMS: "by text message", rollcall.Email: "by e-mail", rollcall.Call: "by a call",
		rollcall.Attestation: "on the word of your staff",
	},

	Validations: "Validations", NoValidations: "Nobody has asked this contact yet. Send a validation on the page of the site.",
	OlderValidations: "Older validations",
	Asked: map[rollcall.Method]string{
		rollcall.SMS: "Text message to %s", rollcall.Email: "E-mail to %s", rollcall.Call: "Call to %s",
		rollcall.Attestation: "Statement about %s",
	},
	Statuses: map[rollcall.ValidationStatus]string{
		rollcall.ValidationQueued: "Waiting to be sent", rollcall.ValidationSent: "Sent, no answer yet",
		rollcall.ValidationDelivered: "Delivered, no answer yet", rollcall.ValidationConfirmed: "Confirmed",
		rollcall.ValidationDeclined: "Wrong person", rollcall.ValidationExpired: "No answer", rollcall.ValidationCanceled: "Canceled",
		rollcall.ValidationFailing: "Failed",
	},
	Requested: "%s asked for it.", CodeEntered: "%s entered the code that the contact read out.",
	Attested:  "%s stated that the contact can be reached.",
	TakenOver: "%s took over the confirmation of another contact with the same number or address.",
	Events: map[rollcall.EventKind]string{
		rollcall.EventAttemptFailed: "It could not be sent yet, and will be tried again", rollcall.EventSent: "Sent.",
		rollcall.EventDelivered: "Delivered.",
		rollcall.EventExpired:   "No answer in time.", rollcall.EventCanceled: "Canceled",
		rollcall.EventFailed:             "It could not be delivered",
		rollcall.EventReplyNotUnderstood: "The contact replied something else.",
	},
	Answers: map[rollcall.EventKind]string{
		rollcall.EventConfirmed: "The contact confirmed", rollcall.EventDeclined: "Somebody said that this is the wrong person,",
	},
	AnswerWays: map[rollcall.AnswerWay]string{
		rollcall.ByLink: "by the link.", rollcall.ByReply: "by a text message.", rollcall.ByCode: "by the code.",
		rollcall.ByCall:        "by pressing a key in the call.",
		rollcall.ByAttestation: "to your staff.",
	},
	Cancels: map[string]string{
		"replaced": "a newer validation replaced it", "changed": "the phone or e-mail was changed",
		"deleted": "the contact was deleted",
		"asked":   "somebody canceled it", "attested": "your staff stated that the contact can be reached",
		"opted_out": "the person wants no more messages", "preferences": "the contact wants no text messages any more",
		"suspended": "the site is suspended",
	},
	Failures: map[string]string{
		"unknown_number": "the number cannot be reached", "not_in_service": "the number is not in service",
		"number_not_in_service": "the number is not in service",
		"not_mobile":            "this number can't receive text messages; call it instead",
		"opted_out":             "the person opted out", "blocked": "the phone or its network blocks the message",
		"filtered":    "the network took the text for unwanted",
		"unreachable": "the phone was off or out of reach", "busy": "the line was busy", "no_answer": "nobody answered",
		"mailbox_full": "the mailbox is full", "mailbox_disabled": "the mailbox accepts no mail",
	},

	OptedOut: "Opt-outs", NoOptOuts: "None: messages may be sent.",
	OptOuts: map[rollcall.SuppressionReason]string{
		rollcall.ReasonStop:        "%s gets no messages: STOP was sent from it on %s. Only START, sent from it, ends this.",
		rollcall.ReasonUnsubscribe: "%s gets no messages: the person unsubscribed on %s. Ask them in another way.",
		rollcall.ReasonManual:      "%s gets no messages: your company stopped them on %s.",
	},

	Changes: "Changes", NoChanges: "Nothing was changed.", OlderChanges: "Older changes", Newest: "Back to the newest",
	Operator: "The operator of this server", Person: "The contact", Program: "A program", Somebody: "Somebody",
	Actions: map[string]string{
		"contact.created": "%s added this contact.", "contact.deleted": "%s deleted this contact.",
		"contact.restored":  "%s undid the deletion of this contact.",
		"contact.opted_out": "%s stopped messages to this contact.", "contact.opted_in": "%s allowed messages to this contact again.",
		"contact.phone_reread": "The phones were read again, because the country of the site changed.",
		"numbers.revealed":     "%s revealed the numbers.", "contact.erasure_begun": "%s began to erase the data of this person.", "contact.erased": "%s erased the data of this person.",
		"validation.stale": "A confirmation became too old.", "contact.removed": "The contact was removed for good.",
	},
	OfPerson: map[string]string{
		"contact.opted_out": "The contact asked for no more messages.", "contact.opted_in": "The contact asked for messages again.",
	},
	ChangedParts: "%s changed %s.", OtherAction: "%s changed this contact.",
	Parts: map[string]string{
		"external_contact_id": "your reference", "first_name": "the first name", "last_name": "the last name",
		"type": "the type", "role": "the role",
		"language": "the language", "notification_preferences.email": "whether they want e-mails",
		"notification_preferences.sms":  "whether they want text messages",
		"notification_preferences.push": "whether they want push messages", "dispatch": "when in an alarm they are called",
		"availability": "the hours",
		"absences":     "the absences", "effective_at": "from when they are called", "expires_at": "until when they are called",
		"phone": "the phone", "email": "the e-mail", "points.label": "the label", "points.extension": "the extension",
	},
}
