package console

import "example.org/rollcall/internal/rollcall"

// webhookTexts are the texts of the pages of webhooks. Words in braces stand for times and numbers.
type webhookTexts struct {
	Title, Of, Intro, None, All                   string
	Active, Disabled, Failing, FailingSince       string
	Reasons                                       map[string]string // why it is disabled, by Webhook.Reason
	Add, AddIntro, AddButton                      string
	URL, URLHint, Description, DescriptionHint    string
	TypesTitle, TypesHint, AllTypes               string
	Types                                         map[rollcall.EventType]string
	Made, Rotated, SecretIntro, See               string
	MadeBefore                                    string
	MadeBeforeTexts                               []string
	TooMany, Busy                                 string
	Created, OldSecret, PausedUntil               string
	Verify, VerifyText, VerifyMore, VerifyAPI     string
	Change, Try, TryText, Test                    string
	Rotate, RotateText, Stop, StopText, Enable    string
	EnableText, Delete, DeleteText, Confirm       string
	Log, LogText, Status, NoDeliveries, TestEvent string
	Statuses                                      map[rollcall.DeliveryStatus]string
	Errors                                        map[string]string
	Answered, Attempts, NextAttempt, Retry, Show  string
}

var webhooksEnglish = webhookTexts{
	Title: "Webhooks", Of: "Webhook", None: "There are no webhooks yet.", All: "All webhooks",
	Intro:  "A webhook tells a program of yours what happens, such as a phone that was confirmed. It names records and no people.",
	Active: "Sends events", Disabled: "Disabled", Failing: "Deliveries fail", FailingSince: "Nothing was delivered since {time}.",
	Reasons: map[string]string{
		"": "Somebody stopped it.", rollcall.WebhookGone: "The receiver answered 410: it wants no more events.",
		rollcall.WebhookFailing: "Nothing was delivered for five days.",
	},
	Add: "Make a webhook", AddIntro: "The next page shows its secret, once. Have a safe place ready for it.", AddButton: "Make the webhook",
	URL: "Address of the receiver", URLHint: "Such as https://example.org/rollcall. It must be reachable from the internet, unless the operator of this server allows your network.",
	Description: "Description", DescriptionHint: "What the receiver does with the events, for your colleagues.",
	TypesTitle: "Events", TypesHint: "Tick none to get all of them, also those that later versions add.", AllTypes: "all",
	Types: map[rollcall.EventType]string{
		"site.created": "A site was added", "site.updated": "A site was changed", "site.deleted": "A site was removed",
		"contact.created": "A contact was added", "contact.updated": "A contact was changed", "contact.deleted": "A contact was deleted",
		"contact.restored": "The deletion of a contact was undone", "contact.erased": "The data of a person was erased",
		"call_list.reordered": "The order of a call list was changed",
		"validation.sent":     "A message was sent", "validation.delivered": "A message was delivered", "validation.confirmed": "A contact confirmed",
		"validation.declined": "Somebody said that it is the wrong person", "validation.failed": "A message failed",
		"validation.expired": "A contact did not answer in time", "validation.canceled": "A validation was canceled",
		"point.stale": "A confirmation became too old", "point.opted_out": "A person wants no more messages", "point.opted_in": "A person wants messages again",
		"readiness.changed": "The readiness of a site changed", "roll_call.finished": "A roll call ended", "import.finished": "An import ended",
	},
	Made: "The secret of your new webhook", Rotated: "The new secret of the webhook", See: "See the webhook",
	SecretIntro: "Copy it now: it is not shown again. With it, your program checks that events come from this server.",
	MadeBefore:  "This was done before",
	MadeBeforeTexts: []string{
		"The form was sent twice, as when a page is loaded again. The secret was shown once.",
		"If you did not keep it, make another secret on the page of the webhook.",
	},
	TooMany: "Your company has 20 webhooks, which is the most. Delete one that you no longer need.",
	Busy:    "Other webhooks are being called just now. Wait a few seconds, and press the button again.",
	Created: "Made", OldSecret: "The secret before also signs until", PausedUntil: "Pauses after failures until",
	Verify: "How a receiver verifies an event", VerifyText: "Events are signed as Standard Webhooks says. In Python:",
	VerifyMore: "Other languages: libraries of Standard Webhooks", VerifyAPI: "The API of this server",
	Change: "Change the webhook", Try: "Try it", TryText: "Sends an event of the type webhook.test, once. The log shows what came back.", Test: "Send a test",
	Rotate: "Make another secret", RotateText: "Both secrets sign for 24 hours, so that you can replace it without a gap.",
	Stop: "Stop sending", StopText: "No events are sent until somebody lets it send again.", Enable: "Send events again",
	EnableText: "It then gets what it has missed, as far as events are kept.",
	Delete:     "Delete the webhook", DeleteText: "Its log is deleted, too. That can't be undone.", Confirm: "Yes, delete it",
	Log: "Deliveries", LogText: "The newest first. Times are in UTC.", Status: "Which", NoDeliveries: "Nothing was sent yet.", TestEvent: "A test",
	Statuses: map[rollcall.DeliveryStatus]string{
		rollcall.DeliveryPending: "On its way", rollcall.DeliveryDelivered: "Delivered", rollcall.DeliveryFailed: "Failed",
	},
	Errors: map[string]string{
		"address_refused": "The address is not one on the internet, and the operator does not allow it.", "host_unknown": "There is no host of this name.",
		"unreachable": "The receiver can't be reached.", "tls_failed": "The receiver has no valid certificate.", "timeout": "The receiver did not answer within 15 seconds.",
		"connection_lost": "The connection broke off.", "status": "The receiver did not take it.", "redirect": "The receiver sent a redirect, which is not followed.",
		"secret_lost": "The secret can't be read any more. Make another one.",
	},
	Answered: "It answered {status}.", Attempts: "Attempts: {count}, the last one {time}.", NextAttempt: "The next one: {time}.",
	Retry: "Send again", Show: "Show all deliveries",
}

var webhooksSpanish = webhookTexts{
	Title: "Webhooks", Of: "Webhook", None: "Todavía no hay webhooks.", All: "Todos los webhooks",
	Intro:  "Un webhook dice a un programa suyo qué pasa, por ejemplo que se confirmó un teléfono. Nombra registros, no personas.",
	Active: "Envía eventos", Disabled: "Desactivado", Failing: "Las entregas fallan", FailingSince: "No se entregó nada desde el {time}.",
	Reasons: map[string]string{
		"": "Alguien lo detuvo.", rollcall.WebhookGone: "El receptor respondió 410: no quiere más eventos.",
		rollcall.WebhookFailing: "No se entregó nada durante cinco días.",
	},
	Add: "Crear un webhook", AddIntro: "La página siguiente muestra su secreto una sola vez. Tenga listo un lugar seguro.", AddButton: "Crear el webhook",
	URL: "Dirección del receptor", URLHint: "Como https://example.org/rollcall. Debe ser accesible desde internet, salvo que el operador de este servidor permita su red.",
	Description: "Descripción", DescriptionHint: "Qué hace el receptor con los eventos, para sus compañeros.",
	TypesTitle: "Eventos", TypesHint: "No marque ninguno para recibirlos todos, también los que añadan versiones futuras.", AllTypes: "todos",
	Types: map[rollcall.EventType]string{
		"site.created": "Se añadió un sitio", "site.updated": "Se cambió un sitio", "site.deleted": "Se quitó un sitio",
		"contact.created": "Se añadió un contacto", "contact.updated": "Se cambió un contacto", "contact.deleted": "Se borró un contacto",
		"contact.restored": "Se deshizo el borrado de un contacto", "contact.erased": "Se borraron los datos de una persona",
		"call_list.reordered": "Se cambió el orden de una lista de llamadas",
		"validation.sent":     "Se envió un mensaje", "validation.delivered": "Se entregó un mensaje", "validation.confirmed": "Un contacto confirmó",
		"validation.declined": "Alguien dijo que es la persona equivocada", "validation.failed": "Falló un mensaje",
		"validation.expired": "Un contacto no respondió a tiempo", "validation.canceled": "Se canceló una validación",
		"point.stale": "Una confirmación es demasiado antigua", "point.opted_out": "Una persona no quiere más mensajes", "point.opted_in": "Una persona vuelve a querer mensajes",
		"readiness.changed": "Cambió si un sitio está listo", "roll_call.finished": "Terminó un pase de lista", "import.finished": "Terminó una importación",
	},
	Made: "El secreto de su nuevo webhook", Rotated: "El nuevo secreto del webhook", See: "Ver el webhook",
	SecretIntro: "Cópielo ahora: no se vuelve a mostrar. Con él, su programa comprueba que los eventos vienen de este servidor.",
	MadeBefore:  "Esto ya se hizo",
	MadeBeforeTexts: []string{
		"El formulario se envió dos veces, como cuando una página se carga de nuevo. El secreto se mostró una sola vez.",
		"Si no lo guardó, cree otro secreto en la página del webhook.",
	},
	TooMany: "Su empresa tiene 20 webhooks, que es el máximo. Borre uno que ya no necesite.",
	Busy:    "Ahora mismo se llama a otros webhooks. Espere unos segundos y pulse el botón de nuevo.",
	Created: "Creado", OldSecret: "El secreto anterior también firma hasta", PausedUntil: "En pausa tras fallos hasta",
	Verify: "Cómo verifica un receptor un evento", VerifyText: "Los eventos se firman como dice Standard Webhooks. En Python:",
	VerifyMore: "Otros lenguajes: bibliotecas de Standard Webhooks", VerifyAPI: "La API de este servidor",
	Change: "Cambiar el webhook", Try: "Probarlo", TryText: "Envía una vez un evento del tipo webhook.test. El registro muestra la respuesta.", Test: "Enviar una prueba",
	Rotate: "Crear otro secreto", RotateText: "Ambos secretos firman durante 24 horas, para que pueda cambiarlo sin interrupción.",
	Stop: "Dejar de enviar", StopText: "No se envían eventos hasta que alguien lo permita de nuevo.", Enable: "Volver a enviar eventos",
	EnableText: "Entonces recibe lo que se perdió, mientras se guarden los eventos.",
	Delete:     "Borrar el webhook", DeleteText: "También se borra su registro. No se puede deshacer.", Confirm: "Sí, borrarlo",
	Log: "Entregas", LogText: "Las más recientes primero. Las horas son UTC.", Status: "Cuáles", NoDeliveries: "Todavía no se ha enviado nada.", TestEvent: "Una prueba",
	Statuses: map[rollcall.DeliveryStatus]string{
		rollcall.DeliveryPending: "En camino", rollcall.DeliveryDelivered: "Entregado", rollcall.DeliveryFailed: "Falló",
	},
	Errors: map[string]string{
		"address_refused": "La dirección no es de internet y el operador no la permite.", "host_unknown": "No hay ningún servidor con ese nombre.",
		"unreachable": "No se puede alcanzar el receptor.", "tls_failed": "El receptor no tiene un certificado válido.", "timeout": "El receptor no respondió en 15 segundos.",
		"connection_lost": "Se cortó la conexión.", "status": "El receptor no lo aceptó.", "redirect": "El receptor envió una redirección, que no se sigue.",
		"secret_lost": "Ya no se puede leer el secreto. Cree otro.",
	},
	Answered: "Respondió {status}.", Attempts: "Intentos: {count}, el último el {time}.", NextAttempt: "El siguiente: {time}.",
	Retry: "Enviar de nuevo", Show: "Mostrar todas las entregas",
}
