package console

// auditTexts are the texts of the page of the audit. In sentences, words in braces stand for who did it and what it is about.
type auditTexts struct {
	Title, Site, Contact, Kind, From, To string
	Kinds                                map[string]string
	WhichSite, None, NoneHere, ShowAll   string
	TimesIn                              string            // before a time zone
	Actions                              map[string]string // sentences
	ByContact                            map[string]string // sentences for what the contact did
	OtherAction                          string
	Nothing, NoContact, NoSite           string            // instead of parts and names
	Parts                                map[string]string // by the field of the audit, except those of contacts
}

var auditEnglish = auditTexts{
	Title: "Audit", Site: "Site, by name, address, reference or id", Contact: "Contact", Kind: "Kind of change", From: "From", To: "To",
	Kinds: map[string]string{
		"contacts": "contacts and call lists", "sites": "sites and readiness", "validations": "validations", "opt_outs": "opt-outs",
		"access": "people and keys", "settings": "settings", "batches": "roll calls and imports",
	},
	WhichSite: "Which of these sites?", None: "Nothing was changed.", NoneHere: "Nothing among the latest changes. Look further back.",
	ShowAll: "Show all changes", TimesIn: "Times are in the time zone",
	Actions: map[string]string{
		"contact.created": "{who} added {contact} at {site}.", "contact.updated": "{who} changed {parts} of {contact} at {site}.",
		"contact.deleted": "{who} deleted {contact} at {site}.", "contact.restored": "{who} undid the deletion of {contact} at {site}.",
		"contact.phone_reread":  "The phones of {contact} at {site} were read again, because the country of the site changed.",
		"contact.erasure_begun": "{who} began to erase the data of a person at {site}.", "contact.erased": "{who} erased the data of a person at {site}.",
		"contact.removed": "A deleted contact at {site} was removed for good.", "call_list.reordered": "{who} changed the order of the call list of {site}.",
		"site.created": "{who} added the site {site}.", "site.updated": "{who} changed {parts} of the site {site}.", "site.deleted": "{who} removed the site {site}.",
		"readiness.changed":    "The readiness of {site} changed: {status}.",
		"validation.requested": "{who} asked for a validation of {contact} at {site}.", "validation.sent": "A message went to {contact} at {site}.",
		"validation.delivered": "A message reached {contact} at {site}.", "validation.confirmed": "{contact} at {site} confirmed.",
		"validation.declined": "Somebody said that {contact} at {site} is the wrong person.", "validation.failed": "A message to {contact} at {site} failed.",
		"validation.expired": "{contact} at {site} did not answer in time.", "validation.canceled": "A validation of {contact} at {site} was canceled.",
		"validation.attested": "{who} stated that {contact} at {site} can be reached.", "validation.stale": "A confirmation of {contact} at {site} became too old.",
		"contact.opted_out": "{who} stopped messages to {contact} at {site}.", "contact.opted_in": "{who} allowed messages to {contact} at {site} again.",
		"suppression.created": "{who} stopped messages ({point}).", "suppression.deleted": "{who} allowed messages again ({point}).",
		"user.created": "{who} added {user} as {role}.", "user.role_changed": "{who} gave {user} the role {role}.",
		"user.disabled": "{who} disabled {user}.", "user.enabled": "{who} let {user} sign in again.", "user.reset": "{who} sent {user} a link to set a password.",
		"user.password_changed": "{user} changed their password.", "user.second_factor_on": "{user} turned their second factor on.",
		"user.second_factor_off": "{user} turned their second factor off.",
		"key.created":            "{who} made the key {key}.", "key.revoked": "{who} revoked the key {key}.",
		"settings.updated": "{who} changed settings: {parts}.", "branding.updated": "{who} changed the branding: {parts}.",
		"dealer.created": "{who} added the company.", "dealer.updated": "{who} changed {parts} of the company.",
		"dealer.suspended": "{who} suspended the company.", "dealer.resumed": "{who} ended the suspension of the company.",
		"webhook.created": "{who} added the webhook {webhook}.", "webhook.updated": "{who} changed {parts} of the webhook {webhook}.",
		"webhook.rotated": "{who} gave the webhook {webhook} another secret.", "webhook.disabled": "{who} disabled the webhook {webhook}, because deliveries failed.",
		"webhook.deleted":   "{who} removed the webhook {webhook}.",
		"roll_call.created": "{who} planned a roll call.", "roll_call.started": "A roll call began.", "roll_call.paused": "{who} paused a roll call.",
		"roll_call.resumed": "{who} resumed a roll call.", "roll_call.canceled": "{who} canceled a roll call.",
		"roll_call.retried": "{who} had a roll call ask again those who failed.", "roll_call.finished": "A roll call ended.",
		"import.finished": "An import ended.",
	},
	ByContact: map[string]string{
		"contact.opted_out": "{contact} at {site} asked for no more messages.", "contact.opted_in": "{contact} at {site} asked for messages again.",
		"contact.updated": "{contact} at {site} changed {parts}.",
	},
	OtherAction: "{who}: {action}.", Nothing: "other things", NoContact: "a contact who is no longer here", NoSite: "a site that is no longer here",
	Parts: map[string]string{
		"account_reference_id": "the reference", "account_number": "the account number", "name": "the name", "address.street": "the street", "address.city": "the city",
		"address.state": "the state", "address.zip": "the postal code", "address.country": "the country", "timezone": "the time zone", "language": "the language",
		"status": "the status", "premises_phone": "the phone of the premises", "readiness_rules.min_people": "the people needed",
		"readiness_rules.min_numbers": "the numbers needed", "readiness_rules.premises_phone": "whether the premises need a phone",
		"readiness_rules.exempt_reason": "why nobody needs to be reachable", "country": "the country", "phone": "the phone",
		"stale_after_days": "how long a confirmation counts", "quiet_hours": "the quiet hours", "quiet_hours.timezone": "the time zone of quiet hours",
		"allowed_countries": "the countries", "limits.per_number_minute": "the limit for a number in a minute", "limits.per_number_day": "the limit for a number in a day",
		"limits.per_site_hour": "the limit for a site in an hour", "limits.per_dealer_day": "the limit for the company in a day",
		"ceiling.allowed_countries": "the countries allowed at most", "ceiling.per_number_minute": "the highest limit for a number in a minute",
		"ceiling.per_number_day": "the highest limit for a number in a day", "ceiling.per_site_hour": "the highest limit for a site in an hour",
		"ceiling.per_dealer_day": "the highest limit for the company in a day", "ceiling.max_sites": "the most sites", "ceiling.max_contacts": "the most contacts",
		"ceiling.max_keys": "the most keys", "ceiling.max_idempotency_records": "the most changes with an Idempotency-Key",
		"readiness.min_people": "the people that a site needs", "readiness.min_numbers": "the numbers that a site needs",
		"readiness.premises_phone": "whether sites need a phone of the premises", "display_name": "the name that contacts see", "welcome": "the first words", "logo": "the logo",
		"notification_email":           "the address for notices",
		"roll_calls.repeat_after_days": "when roll calls are repeated", "ceiling.roll_call_per_hour": "the most messages of roll calls in an hour",
		"ceiling.roll_call_per_day": "the most messages of roll calls in a day", "url": "the address", "types": "the events", "description": "the description",
	},
}

var auditSpanish = auditTexts{
	Title: "Registro", Site: "Sitio, por nombre, dirección, referencia o id", Contact: "Contacto", Kind: "Tipo de cambio", From: "Desde", To: "Hasta",
	Kinds: map[string]string{
		"contacts": "contactos y listas de llamadas", "sites": "sitios y disponibilidad", "validations": "validaciones", "opt_outs": "bajas de mensajes",
		"access": "personas y claves", "settings": "ajustes", "batches": "pases de lista e importaciones",
	},
	WhichSite: "¿Cuál de estos sitios?", None: "No se ha cambiado nada.", NoneHere: "Nada entre los últimos cambios. Mire más atrás.",
	ShowAll: "Mostrar todos los cambios", TimesIn: "Las horas están en la zona horaria",
	Actions: map[string]string{
		"contact.created": "{who} añadió a {contact} en {site}.", "contact.updated": "{who} cambió {parts} de {contact} en {site}.",
		"contact.deleted": "{who} eliminó a {contact} en {site}.", "contact.restored": "{who} deshizo la eliminación de {contact} en {site}.",
		"contact.phone_reread":  "Los teléfonos de {contact} en {site} se leyeron de nuevo, porque cambió el país del sitio.",
		"contact.erasure_begun": "{who} empezó a borrar los datos de una persona en {site}.", "contact.erased": "{who} borró los datos de una persona en {site}.",
		"contact.removed": "Un contacto eliminado de {site} se quitó definitivamente.", "call_list.reordered": "{who} cambió el orden de la lista de llamadas de {site}.",
		"site.created": "{who} añadió el sitio {site}.", "site.updated": "{who} cambió {parts} del sitio {site}.", "site.deleted": "{who} quitó el sitio {site}.",
		"readiness.changed":    "Cambió la disponibilidad de {site}: {status}.",
		"validation.requested": "{who} pidió una validación de {contact} en {site}.", "validation.sent": "Salió un mensaje para {contact} en {site}.",
		"validation.delivered": "Un mensaje llegó a {contact} en {site}.", "validation.confirmed": "{contact} en {site} confirmó.",
		"validation.declined": "Alguien dijo que {contact} en {site} es la persona equivocada.", "validation.failed": "Falló un mensaje a {contact} en {site}.",
		"validation.expired": "{contact} en {site} no respondió a tiempo.", "validation.canceled": "Se canceló una validación de {contact} en {site}.",
		"validation.attested": "{who} declaró que se puede localizar a {contact} en {site}.", "validation.stale": "Una confirmación de {contact} en {site} quedó demasiado antigua.",
		"contact.opted_out": "{who} detuvo los mensajes a {contact} en {site}.", "contact.opted_in": "{who} volvió a permitir los mensajes a {contact} en {site}.",
		"suppression.created": "{who} detuvo los mensajes ({point}).", "suppression.deleted": "{who} volvió a permitir los mensajes ({point}).",
		"user.created": "{who} añadió a {user} como {role}.", "user.role_changed": "{who} dio a {user} el papel de {role}.",
		"user.disabled": "{who} desactivó a {user}.", "user.enabled": "{who} permitió a {user} iniciar sesión de nuevo.", "user.reset": "{who} envió a {user} un enlace para elegir una contraseña.",
		"user.password_changed": "{user} cambió su contraseña.", "user.second_factor_on": "{user} activó su segundo factor.",
		"user.second_factor_off": "{user} desactivó su segundo factor.",
		"key.created":            "{who} creó la clave {key}.", "key.revoked": "{who} revocó la clave {key}.",
		"settings.updated": "{who} cambió los ajustes: {parts}.", "branding.updated": "{who} cambió la imagen: {parts}.",
		"dealer.created": "{who} añadió la empresa.", "dealer.updated": "{who} cambió {parts} de la empresa.",
		"dealer.suspended": "{who} suspendió la empresa.", "dealer.resumed": "{who} terminó la suspensión de la empresa.",
		"webhook.created": "{who} añadió el webhook {webhook}.", "webhook.updated": "{who} cambió {parts} del webhook {webhook}.",
		"webhook.rotated": "{who} dio otro secreto al webhook {webhook}.", "webhook.disabled": "{who} desactivó el webhook {webhook}, porque fallaban las entregas.",
		"webhook.deleted":   "{who} quitó el webhook {webhook}.",
		"roll_call.created": "{who} planificó un pase de lista.", "roll_call.started": "Empezó un pase de lista.", "roll_call.paused": "{who} pausó un pase de lista.",
		"roll_call.resumed": "{who} reanudó un pase de lista.", "roll_call.canceled": "{who} canceló un pase de lista.",
		"roll_call.retried": "{who} hizo que un pase de lista volviera a preguntar a los que fallaron.", "roll_call.finished": "Terminó un pase de lista.",
		"import.finished": "Terminó una importación.",
	},
	ByContact: map[string]string{
		"contact.opted_out": "{contact} en {site} pidió no recibir más mensajes.", "contact.opted_in": "{contact} en {site} volvió a pedir mensajes.",
		"contact.updated": "{contact} en {site} cambió {parts}.",
	},
	OtherAction: "{who}: {action}.", Nothing: "otras cosas", NoContact: "un contacto que ya no está", NoSite: "un sitio que ya no está",
	Parts: map[string]string{
		"account_reference_id": "la referencia", "account_number": "el número de cuenta", "name": "el nombre", "address.street": "la calle", "address.city": "la ciudad",
		"address.state": "el estado", "address.zip": "el código postal", "address.country": "el país", "timezone": "la zona horaria", "language": "el idioma",
		"status": "la situación", "premises_phone": "el teléfono del local", "readiness_rules.min_people": "las personas necesarias",
		"readiness_rules.min_numbers": "los números necesarios", "readiness_rules.premises_phone": "si el local necesita un teléfono",
		"readiness_rules.exempt_reason": "por qué no hace falta localizar a nadie", "country": "el país", "phone": "el teléfono",
		"stale_after_days": "cuánto vale una confirmación", "quiet_hours": "el horario de silencio", "quiet_hours.timezone": "la zona del horario de silencio",
		"allowed_countries": "los países", "limits.per_number_minute": "el límite por número y minuto", "limits.per_number_day": "el límite por número y día",
		"limits.per_site_hour": "el límite por sitio y hora", "limits.per_dealer_day": "el límite de la empresa por día",
		"ceiling.allowed_countries": "los países permitidos", "ceiling.per_number_minute": "el límite máximo por número y minuto",
		"ceiling.per_number_day": "el límite máximo por número y día", "ceiling.per_site_hour": "el límite máximo por sitio y hora",
		"ceiling.per_dealer_day": "el límite máximo de la empresa por día", "ceiling.max_sites": "el máximo de sitios", "ceiling.max_contacts": "el máximo de contactos",
		"ceiling.max_keys": "el máximo de claves", "ceiling.max_idempotency_records": "el máximo de cambios con Idempotency-Key",
		"readiness.min_people": "las personas que necesita un sitio", "readiness.min_numbers": "los números que necesita un sitio",
		"readiness.premises_phone": "si los sitios necesitan un teléfono del local", "display_name": "el nombre que ven los contactos", "welcome": "las primeras palabras", "logo": "el logotipo",
		"notification_email":           "el correo para los avisos",
		"roll_calls.repeat_after_days": "cuándo se repiten los pases de lista", "ceiling.roll_call_per_hour": "el máximo de mensajes de pases de lista por hora",
		"ceiling.roll_call_per_day": "el máximo de mensajes de pases de lista por día", "url": "la dirección", "types": "los eventos", "description": "la descripción",
	},
}
