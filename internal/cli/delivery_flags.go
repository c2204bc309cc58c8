package cli

import (
	"os"
	"strings"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
)

// deliveryFlags are the settings of the providers.
type deliveryFlags struct {
	Delivery string `help:"Providers, separated by commas: smtp (e-mail), twilio (text messages and calls), gateway (any service with an HTTP API). The first that supports a method sends it. Or capture, which stores messages and sends none. By default all that are set up; without any, validations get 503 delivery_not_configured. See docs/delivery.md." placeholder:"PROVIDERS" env:"ROLLCALL_DELIVERY"`

	SMTPURL     string `name:"smtp-url" help:"Mail server: smtp://USER:PASSWORD@HOST:587, which requires STARTTLS, or smtps://…:465. Append ?tls=none for no TLS. Percent-encode special characters in the password. Prefer --smtp-url-file: others on this machine can see flags." placeholder:"URL" env:"ROLLCALL_SMTP_URL"`
	SMTPURLFile string `name:"smtp-url-file" help:"File with the URL of the mail server." placeholder:"FILE" env:"ROLLCALL_SMTP_URL_FILE"`
	SMTPEHLO    string `name:"smtp-ehlo" help:"Host name for EHLO, such as rollcall.example.org. By default the machine's own." placeholder:"NAME" env:"ROLLCALL_SMTP_EHLO"`
	oauthFlags
	MailFrom string `help:"Sender address, such as alarms@example.org. It is shown with the dealer's name." placeholder:"ADDRESS" env:"ROLLCALL_MAIL_FROM"`

	twilioFlags  `group:"twilio"`
	gatewayFlags `group:"gateway"`
}

// oauthFlags are for a login to the mail server by access token instead of password.
type oauthFlags struct {
	SMTPOAuthTokenURL         string `name:"smtp-oauth-token-url" help:"Address of access tokens for login by XOAUTH2, as Microsoft 365 requires, such as https://login.microsoftonline.com/TENANT/oauth2/v2.0/token. --smtp-url then has a user and no password." placeholder:"URL" env:"ROLLCALL_SMTP_OAUTH_TOKEN_URL"`
	SMTPOAuthClientID         string `name:"smtp-oauth-client-id" help:"Client id for tokens." placeholder:"ID" env:"ROLLCALL_SMTP_OAUTH_CLIENT_ID"`
	SMTPOAuthClientSecret     string `name:"smtp-oauth-client-secret" help:"Client secret for tokens. Prefer --smtp-oauth-client-secret-file." placeholder:"SECRET" env:"ROLLCALL_SMTP_OAUTH_CLIENT_SECRET"`
	SMTPOAuthClientSecretFile string `name:"smtp-oauth-client-secret-file" help:"File with the client secret." placeholder:"FILE" env:"ROLLCALL_SMTP_OAUTH_CLIENT_SECRET_FILE"`
	SMTPOAuthScope            string `name:"smtp-oauth-scope" help:"Scope of the tokens, such as https://outlook.office365.com/.default." placeholder:"SCOPE" env:"ROLLCALL_SMTP_OAUTH_SCOPE"`
}

type twilioFlags struct {
	TwilioAccountSID          string `name:"twilio-account-sid" help:"Account SID." placeholder:"AC…" env:"ROLLCALL_TWILIO_ACCOUNT_SID"`
	TwilioAuthToken           string `help:"Auth token, which also signs Twilio's reports. Prefer --twilio-auth-token-file." placeholder:"TOKEN" env:"ROLLCALL_TWILIO_AUTH_TOKEN"`
	TwilioAuthTokenFile       string `help:"File with the auth token." placeholder:"FILE" env:"ROLLCALL_TWILIO_AUTH_TOKEN_FILE"`
	TwilioFrom                string `help:"Sender of messages and calls: a number such as +12025550100, or a name, for messages only." placeholder:"NUMBER" env:"ROLLCALL_TWILIO_FROM"`
	TwilioMessagingServiceSID string `name:"twilio-messaging-service-sid" help:"Messaging service to send from, instead of a number. Calls need --twilio-from." placeholder:"MG…" env:"ROLLCALL_TWILIO_MESSAGING_SERVICE_SID"`
	TwilioBaseURL             string `name:"twilio-base-url" help:"Base URL of Twilio's API, if not the usual one." placeholder:"URL" env:"ROLLCALL_TWILIO_BASE_URL"`
}

type gatewayFlags struct {
	GatewayURL            string   `name:"gateway-url" help:"URL to which each message is sent." placeholder:"URL" env:"ROLLCALL_GATEWAY_URL"`
	GatewayMethods        []string `help:"Methods of the gateway: sms, call or both, separated by commas." enum:"sms,call" default:"sms" placeholder:"METHODS" env:"ROLLCALL_GATEWAY_METHODS"`
	GatewayHTTPMethod     string   `name:"gateway-http-method" help:"HTTP method: POST, PUT or PATCH." default:"POST" placeholder:"METHOD" env:"ROLLCALL_GATEWAY_HTTP_METHOD"`
	GatewayContentType    string   `help:"Content-Type of the request." default:"application/json" placeholder:"TYPE" env:"ROLLCALL_GATEWAY_CONTENT_TYPE"`
	GatewayTemplate       string   `help:"Body of the request: a Go template with the fields To, Extension, Text, From, Language, Method, Dealer and Validation and the functions json and xml. Fields of a form are encoded automatically. By default a JSON object of all fields." placeholder:"TEXT" env:"ROLLCALL_GATEWAY_TEMPLATE"`
	GatewayTemplateFile   string   `help:"File with the template." placeholder:"FILE" env:"ROLLCALL_GATEWAY_TEMPLATE_FILE"`
	GatewayHeaders        []string `help:"Headers, separated by semicolons, such as \"X-Api-Key: {secret}\"; {secret} stands for the secret." sep:";" placeholder:"HEADERS" env:"ROLLCALL_GATEWAY_HEADERS"`
	GatewaySecret         string   `help:"Secret, sent as \"Authorization: Bearer SECRET\" unless a header holds it. Prefer --gateway-secret-file." placeholder:"SECRET" env:"ROLLCALL_GATEWAY_SECRET"`
	GatewaySecretFile     string   `help:"File with the secret." placeholder:"FILE" env:"ROLLCALL_GATEWAY_SECRET_FILE"`
	GatewayRef            string   `help:"Path of the message id in the JSON response, such as messages.0.id." placeholder:"PATH" env:"ROLLCALL_GATEWAY_REF"`
	GatewaySuccess        []int    `help:"Statuses, separated by commas, that mean accepted. By default every 2xx." placeholder:"STATUSES" env:"ROLLCALL_GATEWAY_SUCCESS"`
	GatewayNever          []int    `help:"Statuses, separated by commas, that mean that the number cannot be reached. After any other, the message is tried again." placeholder:"STATUSES" env:"ROLLCALL_GATEWAY_NEVER"`
	GatewayHookSecret     string   `help:"Secret of the gateway's reports to /hooks/gateway/, which are refused without it. Prefer --gateway-hook-secret-file." placeholder:"SECRET" env:"ROLLCALL_GATEWAY_HOOK_SECRET"`
	GatewayHookSecretFile string   `help:"File with the secret of the reports." placeholder:"FILE" env:"ROLLCALL_GATEWAY_HOOK_SECRET_FILE"`
	GatewayAnswersStop    bool     `help:"The gateway answers STOP, START and HELP itself; Rollcall then does not." env:"ROLLCALL_GATEWAY_ANSWERS_STOP"`
}

// delivery sets the options of the providers.
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

// textOrFile returns the text of a flag, or the content of the file that its --FLAG-file names, without final line breaks.
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
