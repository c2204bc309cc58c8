package console

import "example.org/rollcall/internal/rollcall"

// words are the texts for values that several pages show.
type words struct {
	Readiness     map[rollcall.ReadinessStatus]string
	Reasons       map[rollcall.ReasonCode]string // as counted over sites
	PointStates   map[rollcall.PointStatus]string
	NotInService  string // instead of the state of a phone
	Kinds         map[rollcall.PointKind]string
	Labels        map[rollcall.PointLabel]string
	Methods       map[rollcall.Method]string
	Types         map[rollcall.ContactType]string
	ContactRoles  map[rollcall.ContactRole]string
	SiteStatuses  map[rollcall.SiteStatus]string
	Extension     string // before the digits
	Months        []string
	Back, More    string // links
	Save, Cancel  string
	Optional      string // after the label of a field
	NothingChosen string
	StoredNow     string // with the value that somebody else saved
}

var wordsEnglish = words{
	Readiness: map[rollcall.ReadinessStatus]string{
		rollcall.Ready: "Ready", rollcall.AtRisk: "At risk", rollcall.NotReady: "Not ready", rollcall.Exempt: "Exempt",
	},
	Reasons: map[rollcall.ReasonCode]string{
		rollcall.ReasonUnconfirmed: "a phone was never confirmed", rollcall.ReasonStale: "a phone was confirmed too long ago",
		rollcall.ReasonUndeliverable: "messages to a phone fail", rollcall.ReasonNoContacts: "nobody is on the call list",
		rollcall.ReasonTooFewPeople: "too few people can be called", rollcall.ReasonTooFewNumbers: "too few numbers can be called",
		rollcall.ReasonNoPremisesPhone: "the premises have no phone that can be called", rollcall.ReasonInactive: "the site is not active",
		rollcall.ReasonExempt: "somebody exempted the site",
	},
	PointStates: map[rollcall.PointStatus]string{
		rollcall.PointUnconfirmed: "Never confirmed", rollcall.PointPending: "Waiting for an answer", rollcall.PointConfirmed: "Confirmed",
		rollcall.PointStale: "Confirmed too long ago", rollcall.PointUndeliverable: "Messages fail",
		rollcall.PointOptedOut: "Wants no messages", rollcall.PointDeclined: "Wrong person",
	},
	NotInService: "Not in service",
	Kinds:        map[rollcall.PointKind]string{rollcall.PhonePoint: "phone", rollcall.EmailPoint: "e-mail"},
	Labels:       map[rollcall.PointLabel]string{"mobile": "mobile", "home": "home", "work": "work", "other": "other"},
	Methods:      map[rollcall.Method]string{rollcall.SMS: "text message", rollcall.Email: "e-mail", rollcall.Call: "call"},
	Types: map[rollcall.ContactType]string{
		"primary": "primary", "emergency": "emergency", "secondary": "secondary", "technician": "technician", "billing": "billing",
	},
	ContactRoles: map[rollcall.ContactRole]string{
		"owner": "owner", "manager": "manager", "employee": "employee", "resident": "resident", "technician": "technician",
	},
	SiteStatuses: map[rollcall.SiteStatus]string{"active": "active", "inactive": "not active", "suspended": "suspended"},
	Extension:    "ext.",
	Months:       []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
	Back:         "Back", More: "Next page",
	Save: "Save", Cancel: "Cancel",
	Optional:      "(optional)",
	NothingChosen: "not given",
	StoredNow:     "Stored now: %s",
}

var wordsSpanish = words{
	Readiness: map[rollcall.ReadinessStatus]string{
		rollcall.Ready: "Listo", rollcall.AtRisk: "En riesgo", rollcall.NotReady: "No listo", rollcall.Exempt: "Exento",
	},
	Reasons: map[rollcall.ReasonCode]string{
		rollcall.ReasonUnconfirmed: "un teléfono nunca se confirmó", rollcall.ReasonStale: "un teléfono se confirmó hace demasiado tiempo",
		rollcall.ReasonUndeliverable: "los mensajes a un teléfono fallan", rollcall.ReasonNoContacts: "no hay nadie en la lista de llamadas",
		rollcall.ReasonTooFewPeople: "se puede llamar a muy pocas personas", rollcall.ReasonTooFewNumbers: "se puede llamar a muy pocos números",
		rollcall.ReasonNoPremisesPhone: "el local no tiene un teléfono al que llamar", rollcall.ReasonInactive: "el sitio no está activo",
		rollcall.ReasonExempt: "alguien eximió el sitio",
	},
	PointStates: map[rollcall.PointStatus]string{
		rollcall.PointUnconfirmed: "Nunca confirmado", rollcall.PointPending: "A la espera de respuesta", rollcall.PointConfirmed: "Confirmado",
		rollcall.PointStale: "Confirmado hace demasiado", rollcall.PointUndeliverable: "Los mensajes fallan",
		rollcall.PointOptedOut: "No quiere mensajes", rollcall.PointDeclined: "Persona equivocada",
	},
	NotInService: "Fuera de servicio",
	Kinds:        map[rollcall.PointKind]string{rollcall.PhonePoint: "teléfono", rollcall.EmailPoint: "correo"},
	Labels:       map[rollcall.PointLabel]string{"mobile": "móvil", "home": "casa", "work": "trabajo", "other": "otro"},
	Methods:      map[rollcall.Method]string{rollcall.SMS: "mensaje de texto", rollcall.Email: "correo", rollcall.Call: "llamada"},
	Types: map[rollcall.ContactType]string{
		"primary": "principal", "emergency": "emergencia", "secondary": "secundario", "technician": "técnico", "billing": "facturación",
	},
	ContactRoles: map[rollcall.ContactRole]string{
		"owner": "propietario", "manager": "encargado", "employee": "empleado", "resident": "residente", "technician": "técnico",
	},
	SiteStatuses: map[rollcall.SiteStatus]string{"active": "activo", "inactive": "no activo", "suspended": "suspendido"},
	Extension:    "ext.",
	Months:       []string{"ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"},
	Back:         "Volver", More: "Página siguiente",
	Save: "Guardar", Cancel: "Cancelar",
	Optional:      "(opcional)",
	NothingChosen: "sin indicar",
	StoredNow:     "Guardado ahora: %s",
}
