package cli

import (
	"os"
	"strings"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
)

// deliveryFlags say how messages leave.
type deliveryFlags struct {
	Delivery string `help:"The providers that send messages to people, separated by commas: smtp (e-mail), twilio (text messages and calls) and gateway (any service with an HTTP API). The first that carries a method sends it. Or capture, which keeps messages in the database and sends nothing. By default all providers that are set up; if none is, validations are answered with 503 delivery_not_configured. docs/delivery.md shows how to set each up." placeholder:"PROVIDERS" env:"ROLLCALL_DELIVERY"`

	SMTPURL     string `name:"smtp-url" help:"The mail server: smtp://USER:PASSWORD@HOST:587, where STARTTLS is required, or smtps://…:465. Add ?tls=none to go without TLS. Percent-encode special characters in the password. Others on this machine can see flags: better use --smtp-url-file." placeholder:"URL" env:"ROLLCALL_SMTP_URL"`
	SMTPURLFile string `name:"smtp-url-file" help:"A file that holds the URL of the mail server." placeholder:"FILE" env:"ROLLCALL_SMTP_URL_FILE"`
	SMTPEHLO    string `name:"smtp-ehlo" help:"The name by which this machine greets the mail server (EHLO), such as rollcall.example.org; by default the machine's own name." placeholder:"NAME" env:"ROLLCALL_SMTP_EHLO"`
	oauthFlags
	MailFrom string `help:"The address that mail comes from, such as alarms@example.org. The dealer's name is shown with it." placeholder:"ADDRESS" env:"ROLLCALL_MAIL_FROM"`

	twilioFlags  `group:"twilio"`
	gatewayFlags `group:"gateway"`
}

// oauthFlags have the mail server's login by an access token instead of a password.
type oauthFlags struct {
	SMTPOAuthTokenURL         string `name:"smtp-oauth-token-url" help:"Log in to the mail server by XOAUTH2, as Microsoft 365 requires, with access tokens from this address, such as https://login.microsoftonline.com/TENANT/oauth2/v2.0/token. --smtp-url then has a user and no password." placeholder:"URL" env:"ROLLCALL_SMTP_OAUTH_TOKEN_URL"`
	SMTPOAuthClientID         string `name:"smtp-oauth-client-id" help:"The id of the client that asks for tokens." placeholder:"ID" env:"ROLLCALL_SMTP_OAUTH_CLIENT_ID"`
	SMTPOAuthClientSecret     string `name:"smtp-oauth-client-secret" help:"The secret of that client. Better use --smtp-oauth-client-secret-file." placeholder:"SECRET" env:"ROLLCALL_SMTP_OAUTH_CLIENT_SECRET"`
	SMTPOAuthClientSecretFile string `name:"smtp-oauth-client-secret-file" help:"A file that holds the secret of the client." placeholder:"FILE" env:"ROLLCALL_SMTP_OAUTH_CLIENT_SECRET_FILE"`
	SMTPOAuthScope            string `name:"smtp-oauth-scope" help:"The scope of the tokens, such as https://outlook.office365.com/.default." placeholder:"SCOPE" env:"ROLLCALL_SMTP_OAUTH_SCOPE"`
}

type twilioFlags struct {
	TwilioAccountSID          string `name:"twilio-account-sid" help:"The SID of the account at Twilio." placeholder:"AC…" env:"ROLLCALL_TWILIO_ACCOUNT_SID"`
	TwilioAuthToken           string `help:"The account's auth token, which also signs what Twilio reports. Better use --twilio-auth-token-file." placeholder:"TOKEN" env:"ROLLCALL_TWILIO_AUTH_TOKEN"`
	TwilioAuthTokenFile       string `help:"A file that holds the auth token." placeholder:"FILE" env:"ROLLCALL_TWILIO_AUTH_TOKEN_FILE"`
	TwilioFrom                string `help:"The number that messages and calls come from, such as +12025550100, or the name of a sender for messages alone." placeholder:"NUMBER" env:"ROLLCALL_TWILIO_FROM"`
	TwilioMessagingServiceSID string `name:"twilio-messaging-service-sid" help:"The messaging service that messages come from, instead of a number. Calls need --twilio-from." placeholder:"MG…" env:"ROLLCALL_TWILIO_MESSAGING_SERVICE_SID"`
	TwilioBaseURL             string `name:"twilio-base-url" help:"The address of Twilio's API, if not its usual one." placeholder:"URL" env:"ROLLCALL_TWILIO_BASE_URL"`
}

type gatewayFlags struct {
	GatewayURL            string   `name:"gateway-url" help:"Where each message is sent by HTTP." placeholder:"URL" env:"ROLLCALL_GATEWAY_URL"`
	GatewayMethods        []string `help:"What the gateway carries: sms, call or both, separated by commas." enum:"sms,call" default:"sms" placeholder:"METHODS" env:"ROLLCALL_GATEWAY_METHODS"`
	GatewayHTTPMethod     string   `name:"gateway-http-method" help:"POST, PUT or PATCH." default:"POST" placeholder:"METHOD" env:"ROLLCALL_GATEWAY_HTTP_METHOD"`
	GatewayContentType    string   `help:"The type of the body that is sent." default:"application/json" placeholder:"TYPE" env:"ROLLCALL_GATEWAY_CONTENT_TYPE"`
	GatewayTemplate       string   `help:"The body that is sent, as a Go template with the fields To, Text, From, Language, Method, Dealer and Validation and the functions json and xml. Fields of a form are encoded automatically. By default a JSON object with all fields." placeholder:"TEXT" env:"ROLLCALL_GATEWAY_TEMPLATE"`
	GatewayTemplateFile   string   `help:"A file that holds the template." placeholder:"FILE" env:"ROLLCALL_GATEWAY_TEMPLATE_FILE"`
	GatewayHeaders        []string `help:"Headers to send, such as \"X-Api-Key: {secret}\", separated by semicolons; {secret} stands for the secret." sep:";" placeholder:"HEADERS" env:"ROLLCALL_GATEWAY_HEADERS"`
	GatewaySecret         string   `help:"The secret of the gateway, sent as \"Authorization: Bearer SECRET\" unless a header holds it. Better use --gateway-secret-file." placeholder:"SECRET" env:"ROLLCALL_GATEWAY_SECRET"`
	GatewaySecretFile     string   `help:"A file that holds the gateway's secret." placeholder:"FILE" env:"ROLLCALL_GATEWAY_SECRET_FILE"`
	GatewayRef            string   `help:"The path of the gateway's message id in its JSON answer, such as messages.0.id." placeholder:"PATH" env:"ROLLCALL_GATEWAY_REF"`
	GatewaySuccess        []int    `help:"The HTTP statuses that mean that the gateway accepted a message, separated by commas. By default every 2xx." placeholder:"STATUSES" env:"ROLLCALL_GATEWAY_SUCCESS"`
	GatewayNever          []int    `help:"The HTTP statuses that mean that a number cannot be reached, separated by commas. After any other, the message is tried again." placeholder:"STATUSES" env:"ROLLCALL_GATEWAY_NEVER"`
	GatewayHookSecret     string   `help:"The secret that the gateway sends with its reports to /hooks/gateway/. Without it no report is accepted. Better use --gateway-hook-secret-file." placeholder:"SECRET" env:"ROLLCALL_GATEWAY_HOOK_SECRET"`
	GatewayHookSecretFile string   `help:"A file that holds the secret of the gateway's reports." placeholder:"FILE" env:"ROLLCALL_GATEWAY_HOOK_SECRET_FILE"`
	GatewayAnswersStop    bool     `help:"The gateway itself answers STOP, START and HELP, so that Rollcall sends no second answer." env:"ROLLCALL_GATEWAY_ANSWERS_STOP"`
}

// delivery puts what the flags say into the options.
func (f deliveryFlags) delivery(o *app.Options) (err error) {
	o.Delivery = f.Delivery
	o.SMTP.From, o.SMTP.Hello = f.MailFrom, f.SMTPEHLO
	o.SMTP.OAuth.TokenURL, o.SMTP.OAuth.ClientID, o.SMTP.OAuth.Scope = f.SMTPOAuthTokenURL, f.SMTPOAuthClientID, f.SMTPOAuthScope
	t := f.twilioFlags
	o.Twilio = app.TwilioOptions{
		AccountSID: t.TwilioAccountSID, From: t.TwilioFrom, MessagingServiceSID: t.TwilioMessagingServiceSID, BaseURL: t.TwilioBaseURL,
	}
	g := f.gatewayFlags
	o.Gateway.URL, o.Gateway.HTTPMethod, o.Gateway.ContentType = g.GatewayURL, g.GatewayHTTPMethod, g.GatewayContentType
	o.Gateway.Headers, o.Gateway.Ref, o.Gateway.AnswersStop = g.GatewayHeaders, g.GatewayRef, g.GatewayAnswersStop
	o.Gateway.Success, o.Gateway.Never = g.GatewaySuccess, g.GatewayNever
	for _, m := range g.GatewayMethods {
		o.Gateway.Methods = append(o.Gateway.Methods, rollcall.Method(m))
	}
	for _, s := range []struct {
		to         *string
		flag       string
		text, file string
	}{
		{&o.SMTP.URL, "smtp-url", f.SMTPURL, f.SMTPURLFile},
		{&o.SMTP.OAuth.ClientSecret, "smtp-oauth-client-secret", f.SMTPOAuthClientSecret, f.SMTPOAuthClientSecretFile},
		{&o.Twilio.AuthToken, "twilio-auth-token", t.TwilioAuthToken, t.TwilioAuthTokenFile},
		{&o.Gateway.Template, "gateway-template", g.GatewayTemplate, g.GatewayTemplateFile},
		{&o.Gateway.Secret, "gateway-secret", g.GatewaySecret, g.GatewaySecretFile},
		{&o.Gateway.HookSecret, "gateway-hook-secret", g.GatewayHookSecret, g.GatewayHookSecretFile},
	} {
		if *s.to, err = textOrFile(s.flag, s.text, s.file); err != nil {
			return err
		}
	}
	return nil
}

// textOrFile returns the text of a flag, or what is in the file of the flag beside it, without the end of its last line.
func textOrFile(flag, text, file string) (string, error) {
	switch {
	case text != "" && file != "":
		variable := "ROLLCALL_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
		return "", wrongUsage("set --%s or --%s-file, not both (they may come from %s and %s_FILE)", flag, flag, variable, variable)
	case file == "":
		return text, nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return "", fileError("--"+flag+"-file", err)
	}
	found := strings.TrimRight(string(content), "\r\n")
	if found == "" {
		return "", wrongUsage("--%s-file %s is empty", flag, file)
	}
	return found, nil
}
