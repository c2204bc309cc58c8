package console

import "example.org/rollcall/internal/rollcall"

// keysTexts are the texts of the pages of API keys.
type keysTexts struct {
	Title, Intro, None, NoName, All          string
	Works, Expired, Revoked, Live, Test      string
	Created, LastUsed, NeverUsed, Expires    string
	NeverExpires                             string
	Allows, AllowsHint                       string
	Scopes                                   map[rollcall.Scope]string
	Add, AddIntro, AddButton, Name, NameHint string
	Expiry, Kind, TestHint, TestChoice       string
	Lives                                    map[int]string // by days
	Made, MadeIntro, MadeUse, SeeKey         string
	OldForm, MadeBefore                      string
	MadeBeforeTexts                          []string
	Revoke, RevokeText, Confirm              string
}

var keysEnglish = keysTexts{
	Title: "Keys", None: "There are no keys yet.", NoName: "Key without a name", All: "All keys",
	Intro: "A program acts for your company with a key, such as your monitoring software. Give each program a key of its own, so that you can revoke one without stopping the others.",
	Works: "Works", Expired: "Expired", Revoked: "Revoked", Live: "live key", Test: "test key",
	Created: "Made", LastUsed: "Last used", NeverUsed: "never", Expires: "Expires", NeverExpires: "never",
	Allows: "What it allows", AllowsHint: "Tick no more than the program needs. Changing does not include reading.",
	Scopes: map[rollcall.Scope]string{
		rollcall.ScopeSitesRead: "Read sites, and whether each is ready", rollcall.ScopeSitesWrite: "Add, change and remove sites",
		rollcall.ScopeContactsRead: "Read contacts and call lists", rollcall.ScopeContactsWrite: "Add, change, order and remove contacts",
		rollcall.ScopeValidationsRead:  "Read validations and captured messages",
		rollcall.ScopeValidationsWrite: "Send and cancel validations, and state that a contact can be reached",
		rollcall.ScopeEventsRead:       "Read the feed of events, which names nobody",
		rollcall.ScopeAuditRead:        "Read the audit, and lists as they were", rollcall.ScopePrivacyWrite: "Export or erase what is known of a person, and stop messages to them",
		rollcall.ScopeSettingsWrite: "Change settings and branding", rollcall.ScopeAll: "Everything, also what later versions add",
	},
	Add: "Make a key", AddIntro: "The key is shown once, on the next page. Have a safe place ready for it, such as the settings of the program.", AddButton: "Make the key",
	Name: "Name", NameHint: "Which program uses it, such as: monitoring software.",
	Expiry: "It works for", Lives: map[int]string{30: "30 days", 90: "90 days", 365: "a year", 0: "as long as nobody revokes it"},
	Kind: "For trying out", TestHint: "A test key works in a sandbox with sites and contacts of its own, and nothing that it sends reaches anybody.", TestChoice: "Make a test key",
	Made: "Your new key", MadeIntro: "Copy it now: it is not stored, and not shown again. Keep it like a password.",
	MadeUse: "Programs send it with each request, as:", SeeKey: "See the key and revoke it",
	OldForm:    "This form is too old. Nothing was made: look at what you chose, and press the button again.",
	MadeBefore: "This key was made before",
	MadeBeforeTexts: []string{
		"The form was sent twice, as when a page is loaded again. There is one key, which was shown once.",
		"If you did not keep it, revoke it and make another one.",
	},
	Revoke: "Revoke the key", RevokeText: "Programs with this key are refused at once. That can't be undone.", Confirm: "Yes, stop these programs",
}

var keysSpanish = keysTexts{
	Title: "Claves", None: "Todavía no hay claves.", NoName: "Clave sin nombre", All: "Todas las claves",
	Intro: "Con una clave, un programa actúa en nombre de su empresa, como su programa de central de alarmas. Dé a cada programa una clave propia, para poder revocar una sin parar a los demás.",
	Works: "Funciona", Expired: "Caducada", Revoked: "Revocada", Live: "clave real", Test: "clave de prueba",
	Created: "Creada", LastUsed: "Último uso", NeverUsed: "nunca", Expires: "Caduca", NeverExpires: "nunca",
	Allows: "Qué permite", AllowsHint: "No marque más de lo que el programa necesita. Cambiar no incluye leer.",
	Scopes: map[rollcall.Scope]string{
		rollcall.ScopeSitesRead: "Leer los sitios y si cada uno está listo", rollcall.ScopeSitesWrite: "Añadir, cambiar y quitar sitios",
		rollcall.ScopeContactsRead: "Leer contactos y listas de llamadas", rollcall.ScopeContactsWrite: "Añadir, cambiar, ordenar y quitar contactos",
		rollcall.ScopeValidationsRead:  "Leer validaciones y mensajes capturados",
		rollcall.ScopeValidationsWrite: "Enviar y cancelar validaciones, y declarar que se puede localizar a un contacto",
		rollcall.ScopeEventsRead:       "Leer los avisos de cambios, que no nombran a nadie",
		rollcall.ScopeAuditRead:        "Leer el registro y las listas como eran", rollcall.ScopePrivacyWrite: "Exportar o borrar lo que se sabe de una persona y detener sus mensajes",
		rollcall.ScopeSettingsWrite: "Cambiar los ajustes y la imagen", rollcall.ScopeAll: "Todo, también lo que añadan versiones futuras",
	},
	Add: "Crear una clave", AddIntro: "La clave se muestra una sola vez, en la página siguiente. Tenga listo un lugar seguro, como los ajustes del programa.", AddButton: "Crear la clave",
	Name: "Nombre", NameHint: "Qué programa la usa, por ejemplo: programa de la central.",
	Expiry: "Funciona durante", Lives: map[int]string{30: "30 días", 90: "90 días", 365: "un año", 0: "hasta que alguien la revoque"},
	Kind: "Para probar", TestHint: "Una clave de prueba trabaja en un entorno de pruebas con sitios y contactos propios, y nada de lo que envía llega a nadie.", TestChoice: "Crear una clave de prueba",
	Made: "Su nueva clave", MadeIntro: "Cópiela ahora: no se guarda ni se vuelve a mostrar. Guárdela como una contraseña.",
	MadeUse: "Los programas la envían con cada petición, así:", SeeKey: "Ver la clave y revocarla",
	OldForm:    "Este formulario es demasiado antiguo. No se ha creado nada: revise lo que eligió y pulse el botón de nuevo.",
	MadeBefore: "Esta clave ya se creó",
	MadeBeforeTexts: []string{
		"El formulario se envió dos veces, como cuando una página se carga de nuevo. Hay una sola clave, que se mostró una vez.",
		"Si no la guardó, revóquela y cree otra.",
	},
	Revoke: "Revocar la clave", RevokeText: "Los programas con esta clave se rechazan enseguida. No se puede deshacer.", Confirm: "Sí, parar esos programas",
}
