package console

import "example.org/rollcall/internal/rollcall"

var spanish = texts{
	Language: "es",

	Product: "Rollcall", Skip: "Ir a la página", Menu: "Menú", Home: "Ir al inicio", SignOut: "Cerrar la sesión",
	RequestNumber: "Si pide ayuda, indique este número:",

	SignIn:       "Iniciar sesión",
	Lost:         "Entretanto se cerró su sesión. Iníciela de nuevo: lo que ha escrito se conserva media hora.",
	Email:        "Correo electrónico",
	Password:     "Contraseña",
	SignInButton: "Iniciar sesión",
	ForgotLink:   "¿Ha olvidado su contraseña?",

	SecondFactor: "Un paso más",
	Code:         "Código",
	CodeHint:     "Seis cifras de su aplicación de autenticación, o uno de sus códigos de recuperación.",
	CodeButton:   "Continuar",
	TooLate:      "Han pasado más de cinco minutos. Inicie la sesión de nuevo.",

	Forgot:       "¿Ha olvidado su contraseña?",
	ForgotIntro:  "Indique la dirección con la que inicia sesión. Recibirá un correo con un enlace para elegir otra contraseña.",
	ForgotButton: "Enviar el enlace",
	ForgotAsked: []string{
		"Si hay una cuenta con esta dirección, el correo está en camino. Su enlace funciona durante una hora.",
		"¿No llega en unos minutos? Mire en la carpeta de correo no deseado o pida a un propietario de su empresa que restablezca su contraseña.",
	},

	Welcome:      "Le damos la bienvenida a Rollcall",
	WelcomeIntro: "Elija una contraseña. Iniciará sesión con ella y con esta dirección:",
	ResetIntro:   "Elija otra contraseña para esta cuenta. Después se cerrarán sus demás sesiones:",
	NewPassword:  "Contraseña nueva",
	PasswordHint: "Al menos 12 caracteres. Varias palabras son fáciles de recordar y difíciles de adivinar.",
	SetPassword:  "Guardar la contraseña",
	OnceIntro:    "Este enlace inicia su sesión una vez:",
	WrongLink:    "Este enlace no funciona",
	WrongLinkTexts: []string{
		"Puede haber caducado, haberse usado ya o haber sido sustituido por otro. Busque un correo más reciente.",
		"Para recibir otro enlace, indique su dirección en la página siguiente o pídalo a un propietario de su empresa.",
	},

	Account:         "Su cuenta",
	SignedInAs:      "Ha iniciado sesión como",
	At:              "en",
	ChangePassword:  "Cambiar la contraseña",
	CurrentPassword: "Contraseña actual",
	NoPassword:      "Aún no tiene contraseña. Elija una para poder iniciar sesión de nuevo.",
	Sessions:        "Dónde tiene la sesión abierta",
	SessionsIntro:   "Cada una es un navegador. Cierre las que no conozca y cambie su contraseña.",
	ThisBrowser:     "Este navegador",
	Since:           "Abierta",
	LastUsed:        "usada por última vez",
	End:             "Cerrar esa sesión",
	EndOthers:       "Cerrar todas las demás sesiones",
	SessionsLink:    "Ver dónde tiene la sesión abierta",
	BackToAccount:   "Volver a su cuenta",
	Roles:           map[rollcall.Role]string{rollcall.RoleViewer: "lector", rollcall.RoleManager: "gestor", rollcall.RoleOwner: "propietario"},
	Resumed:         "Ha iniciado sesión de nuevo y aquí está lo que había escrito. Aún no se ha guardado nada: revíselo y pulse el botón otra vez.",
	Done: map[string]string{
		"signed_out":       "Ha cerrado la sesión.",
		"password_set":     "La contraseña está guardada. Inicie sesión con ella.",
		"password_changed": "La contraseña ha cambiado. Se han cerrado las demás sesiones.",
		"session_ended":    "Esa sesión está cerrada.",
		"sessions_ended":   "Se han cerrado todas las demás sesiones.",
	},

	NotFound:     "Esta página no existe",
	NotFoundText: "Puede haberse eliminado, o la dirección no es correcta.",
	Denied:       "No puede hacer esto",
	DeniedText:   "Su función no lo permite. Pídalo a un propietario de su empresa.",
	BadForm:      "No ha funcionado",
	BadFormText:  "No se ha cambiado nada. Vuelva a la página, cárguela de nuevo e inténtelo otra vez.",
	TooMany:      "Demasiados intentos",
	TooManyText:  "Demasiados intentos. Espere un minuto e inténtelo de nuevo.",
	Failed:       "Algo ha fallado por nuestra parte",
	FailedText:   "Inténtelo de nuevo en un momento. No se ha cambiado nada, o todo.",
	Insecure:     "Para iniciar sesión hace falta una conexión segura",
	InsecureTexts: []string{
		"A este servidor se llega sin TLS, de modo que otros podrían leer su contraseña por el camino. Así nadie puede iniciar sesión.",
		"Para quien lo administra: dé al servidor un certificado con --tls-cert y --tls-key, o ponga delante un proxy con TLS y su dirección https:// en --public-url. En la propia máquina del servidor funcionan http://127.0.0.1 y http://localhost.",
	},

	Problems: map[string]string{
		"password wrong":         "La dirección y la contraseña no corresponden. Inténtelo de nuevo o pida otra contraseña.",
		"password too_short":     "Use al menos 12 caracteres.",
		"password too_long":      "Use como máximo 200 caracteres.",
		"password easy_to_guess": "Es demasiado fácil de adivinar. Elija varias palabras que solo usted uniría.",
		"current wrong":          "Esta no es su contraseña. Inténtelo de nuevo.",
		"code wrong":             "Este código no es correcto o ya se ha usado. Espere al siguiente e inténtelo de nuevo.",
	},
}
