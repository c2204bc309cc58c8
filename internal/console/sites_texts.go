package console

// sitesTexts are the texts of the list of sites, and of the form for one.
type sitesTexts struct {
	Title, Search, Readiness, Reason, Any, Sort, ByName, BySince, Show string
	Since, None, NoneText, ShowAll, Add, AddIntro, AddButton           string

	Name, Reference, ReferenceHint, AccountNumber           string
	Street, City, State, Zip, Country, CountryHint          string
	Timezone, TimezoneHint, PremisesPhone, PremisesHint     string
	Status, Language, LanguageHint, Exempt, ExemptHint      string
	MinPeople, MinNumbers, NeedPremises, RulesHint, Default string
	Yes, No                                                 string
	Delete, DeleteText, DeleteContacts                      string
}

var sitesEnglish = sitesTexts{
	Title: "Sites", Search: "Search by name, address, account number or reference",
	Readiness: "Readiness", Reason: "Reason", Any: "any", Sort: "Order", ByName: "by name", BySince: "latest change first", Show: "Show",
	Since: "since", None: "No site matches.", NoneText: "Try fewer words, or show all sites.", ShowAll: "Show all sites",
	Add: "Add a site", AddIntro: "Only the name is required. You can add people to its call list on the next page.", AddButton: "Add the site",

	Name: "Name", Reference: "Your reference", ReferenceHint: "The number of the account in your own software.",
	AccountNumber: "Account number at the monitoring station",
	Street:        "Street", City: "City", State: "State or province", Zip: "Postal code",
	Country: "Country", CountryHint: "Two letters, such as US. Phones without a country code are read as numbers of this country.",
	Timezone: "Time zone", TimezoneHint: "Such as America/New_York. Hours of the people on the call list are in it.",
	PremisesPhone: "Phone of the premises", PremisesHint: "The phone at the site itself, not that of a person.",
	Status: "Status", Language: "Language of messages", LanguageHint: "Such as en or es.",
	Exempt: "Why nobody needs to be reachable", ExemptHint: "Leave this empty unless the site is an exception.",
	MinPeople: "People who must be reachable", MinNumbers: "Numbers that must be reachable", NeedPremises: "The premises need a phone",
	RulesHint: "Leave this empty to use your company's rule.", Default: "as your company's rule says",
	Yes: "yes", No: "no",
	Delete: "Remove the site", DeleteText: "It can't be brought back. What happened there stays in the audit.",
	DeleteContacts: "Also remove the people on its call list",
}

var sitesSpanish = sitesTexts{
	Title: "Sitios", Search: "Buscar por nombre, dirección, número de cuenta o referencia",
	Readiness: "Disponibilidad", Reason: "Motivo", Any: "cualquiera", Sort: "Orden", ByName: "por nombre", BySince: "último cambio primero", Show: "Mostrar",
	Since: "desde", None: "Ningún sitio coincide.", NoneText: "Pruebe con menos palabras o muestre todos los sitios.", ShowAll: "Mostrar todos los sitios",
	Add: "Añadir un sitio", AddIntro: "Solo el nombre es obligatorio. En la página siguiente puede añadir personas a su lista de llamadas.", AddButton: "Añadir el sitio",

	Name: "Nombre", Reference: "Su referencia", ReferenceHint: "El número de la cuenta en su propio programa.",
	AccountNumber: "Número de cuenta en la central de alarmas",
	Street:        "Calle", City: "Ciudad", State: "Estado o provincia", Zip: "Código postal",
	Country: "País", CountryHint: "Dos letras, como US. Los teléfonos sin prefijo de país se leen como números de este país.",
	Timezone: "Zona horaria", TimezoneHint: "Como America/New_York. En ella están los horarios de las personas de la lista de llamadas.",
	PremisesPhone: "Teléfono del local", PremisesHint: "El teléfono del propio sitio, no el de una persona.",
	Status: "Estado", Language: "Idioma de los mensajes", LanguageHint: "Como en o es.",
	Exempt: "Por qué no hace falta localizar a nadie", ExemptHint: "Déjelo vacío, salvo que el sitio sea una excepción.",
	MinPeople: "Personas que se deben poder localizar", MinNumbers: "Números que se deben poder localizar", NeedPremises: "El local necesita un teléfono",
	RulesHint: "Déjelo vacío para usar la regla de su empresa.", Default: "según la regla de su empresa",
	Yes: "sí", No: "no",
	Delete: "Quitar el sitio", DeleteText: "No se puede recuperar. Lo que ocurrió allí queda en el registro.",
	DeleteContacts: "Quitar también a las personas de su lista de llamadas",
}
