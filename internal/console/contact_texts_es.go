package console

import "example.org/rollcall/internal/rollcall"

var contactSpanish = contactTexts{
	Edit: "Cambiar este contacto o enviar una validación", BackTo: "Volver a",
	Deleted: "Este contacto se eliminó el %s. No está en la lista de llamadas.",
	Until:   "La eliminación se puede deshacer hasta el %s.",
	Undo:    "Deshacer la eliminación", AskManager: "Pida a un gestor de su empresa que la deshaga.",
	Facts: "Sobre este contacto", Type: "Tipo", Role: "Papel en el sitio", Phase: "Se le llama",
	Position: "Puesto en la lista de llamadas",
	Hours:    "Horario", Absences: "Ausente", From: "En la lista de llamadas desde", To: "En la lista de llamadas hasta",
	Language: "Idioma de los mensajes",
	Wanted:   "Quiere", Reference: "Su referencia", Created: "Añadido", Updated: "Último cambio",
	AnyTime: "a cualquier hora",
	Days: []string{
		"mon", "lun", "tue", "mar", "wed", "mié", "thu", "jue", "fri", "vie", "sat", "sáb", "sun", "dom",
		"every day", "todos los días", "all day", "todo el día", "the next day", "del día siguiente",
	},
	Phases: map[rollcall.Dispatch]string{
		rollcall.DispatchBefore: "antes de enviar a alguien", rollcall.DispatchAfter: "después de enviar a alguien",
		rollcall.DispatchBoth: "antes y después de enviar a alguien", rollcall.DispatchNever: "nunca en una alarma",
	},
	Languages: map[string]string{"en": "inglés", "es": "español", "fr": "francés"}, LikeTheSite: "el del sitio",
	TextMessages: "mensajes de texto", Emails: "correos", NoMessages: "ningún mensaje",
	Yes: "sí", No: "no", And: "y",

	Points:      "Teléfonos y correos",
	NeverProven: "Nunca se ha confirmado.", Proven: "Confirmado por última vez el %s, %s.",
	Ways: map[rollcall.Method]string{
		rollcall.SMS: "por mensaje de texto", rollcall.Email: "por correo", rollcall.Call: "por llamada",
		rollcall.Attestation: "según su personal",
	},

	Validations:      "Validaciones",
	NoValidations:    "Todavía nadie ha preguntado a este contacto. Envíe una validación en la página del sitio.",
	OlderValidations: "Validaciones anteriores",
	Asked: map[rollcall.Method]string{
		rollcall.SMS: "Mensaje de texto a %s", rollcall.Email: "Correo a %s", rollcall.Call: "Llamada a %s",
		rollcall.Attestation: "Declaración sobre %s",
	},
	Statuses: map[rollcall.ValidationStatus]string{
		rollcall.ValidationQueued: "Pendiente de envío", rollcall.ValidationSent: "Enviado, sin respuesta",
		rollcall.ValidationDelivered: "Entregado, sin respuesta", rollcall.ValidationConfirmed: "Confirmado",
		rollcall.ValidationDeclined: "Persona equivocada", rollcall.ValidationExpired: "Sin respuesta",
		rollcall.ValidationCanceled: "Cancelado",
		rollcall.ValidationFailing:  "Fallido",
	},
	Requested: "Solicitud de: %s.", CodeEntered: "Introdujo el código que leyó el contacto: %s.",
	Attested:  "Declaró que se puede localizar al contacto: %s.",
	TakenOver: "Adoptó la confirmación de otro contacto con el mismo número o dirección: %s.",
	Events: map[rollcall.EventKind]string{
		rollcall.EventAttemptFailed: "Todavía no se pudo enviar; se intentará de nuevo", rollcall.EventSent: "Enviado.",
		rollcall.EventDelivered: "Entregado.",
		rollcall.EventExpired:   "Sin respuesta a tiempo.", rollcall.EventCanceled: "Cancelado",
		rollcall.EventFailed:             "No se pudo entregar",
		rollcall.EventReplyNotUnderstood: "El contacto respondió otra cosa.",
	},
	Answers: map[rollcall.EventKind]string{
		rollcall.EventConfirmed: "El contacto confirmó", rollcall.EventDeclined: "Alguien dijo que es la persona equivocada,",
	},
	AnswerWays: map[rollcall.AnswerWay]string{
		rollcall.ByLink: "con el enlace.", rollcall.ByReply: "con un mensaje de texto.", rollcall.ByCode: "con el código.",
		rollcall.ByCall: "con una tecla en la llamada.", rollcall.ByAttestation: "a su personal.",
	},
	Cancels: map[string]string{
		"replaced": "la sustituyó una validación más nueva", "changed": "se cambió el teléfono o el correo",
		"deleted": "se eliminó el contacto",
		"asked":   "alguien lo canceló", "attested": "su personal declaró que se puede localizar al contacto",
		"opted_out": "la persona no quiere más mensajes", "preferences": "el contacto ya no quiere mensajes de texto",
		"suspended": "el sitio está suspendido",
	},
	Failures: map[string]string{
		"unknown_number": "no se puede localizar el número", "not_in_service": "el número no está en servicio",
		"number_not_in_service": "el número no está en servicio",
		"not_mobile":            "este número no recibe mensajes de texto; es mejor llamar",
		"opted_out":             "la persona no quiere mensajes", "blocked": "el teléfono o su red bloquea el mensaje",
		"filtered":    "la red tomó el texto por no deseado",
		"unreachable": "el teléfono estaba apagado o sin cobertura", "busy": "la línea estaba ocupada", "no_answer": "nadie contestó",
		"mailbox_full": "el buzón está lleno", "mailbox_disabled": "el buzón no acepta correo",
	},

	OptedOut: "Bajas de mensajes", NoOptOuts: "Ninguna: se pueden enviar mensajes.",
	OptOuts: map[rollcall.SuppressionReason]string{
		rollcall.ReasonStop:        "%s no recibe mensajes: desde allí se envió STOP el %s. Solo START, enviado desde allí, lo termina.",
		rollcall.ReasonUnsubscribe: "%s no recibe mensajes: la persona se dio de baja el %s. Pregúntele de otra manera.",
		rollcall.ReasonManual:      "%s no recibe mensajes: su empresa los detuvo el %s.",
	},

	Changes: "Cambios", NoChanges: "No se ha cambiado nada.", OlderChanges: "Cambios anteriores",
	Newest:   "Volver a lo más reciente",
	Operator: "El operador de este servidor", Person: "El contacto", Program: "Un programa", Somebody: "Alguien",
	Actions: map[string]string{
		"contact.created": "%s añadió este contacto.", "contact.deleted": "%s eliminó este contacto.",
		"contact.restored":     "%s deshizo la eliminación de este contacto.",
		"contact.opted_out":    "%s detuvo los mensajes a este contacto.",
		"contact.opted_in":     "%s volvió a permitir los mensajes a este contacto.",
		"contact.phone_reread": "Los teléfonos se leyeron de nuevo, porque cambió el país del sitio.",
		"numbers.revealed":     "%s descubrió los números.", "contact.erasure_begun": "%s empezó a borrar los datos de esta persona.",
		"contact.erased":   "%s borró los datos de esta persona.",
		"validation.stale": "Una confirmación quedó demasiado antigua.", "contact.removed": "El contacto se quitó definitivamente.",
	},
	OfPerson: map[string]string{
		"contact.opted_out": "El contacto pidió no recibir más mensajes.",
		"contact.opted_in":  "El contacto pidió recibir mensajes de nuevo.",
	},
	ChangedParts: "%s cambió %s.", OtherAction: "%s cambió este contacto.",
	Parts: map[string]string{
		"external_contact_id": "su referencia", "first_name": "el nombre", "last_name": "el apellido", "type": "el tipo",
		"role":     "el papel",
		"language": "el idioma", "notification_preferences.email": "si quiere correos",
		"notification_preferences.sms":  "si quiere mensajes de texto",
		"notification_preferences.push": "si quiere avisos en el móvil", "dispatch": "cuándo se le llama en una alarma",
		"availability": "el horario",
		"absences":     "las ausencias", "effective_at": "desde cuándo se le llama", "expires_at": "hasta cuándo se le llama",
		"phone": "el teléfono", "email": "el correo", "points.label": "la etiqueta", "points.extension": "la extensión",
	},
}
