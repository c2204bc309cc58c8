package smtp

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"example.org/rollcall/internal/delivery"
	"example.org/rollcall/internal/rollcall"
)

// OAuth are the settings for access tokens by client credentials (RFC 6749 4.4), as Microsoft 365 requires.
type OAuth struct {
	TokenURL     string // such as https://login.microsoftonline.com/TENANT/oauth2/v2.0/token
	ClientID     string
	ClientSecret string
	Scope        string // such as https://outlook.office365.com/.default; empty: none
}

const tokenTime = 10 * time.Second

// tokens returns a function that returns an access token and caches it until shortly before it expires.
func (o OAuth) tokens() (func() (string, error), error) {
	u, err := url.Parse(o.TokenURL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || o.ClientID == "" || o.ClientSecret == "" {
		return nil, errors.New("OAuth 2 needs the address of tokens, the client id and the client secret; set all of --smtp-oauth-token-url, --smtp-oauth-client-id and --smtp-oauth-client-secret-file")
	}
	config := clientcredentials.Config{ClientID: o.ClientID, ClientSecret: o.ClientSecret, TokenURL: o.TokenURL}
	if o.Scope != "" {
		config.Scopes = []string{o.Scope}
	}
	source := config.TokenSource(context.WithValue(context.Background(), oauth2.HTTPClient, &http.Client{Timeout: tokenTime}))
	return func() (string, error) {
		token, err := source.Token()
		if err != nil {
			return "", tokenRefused(err)
		}
		return token.AccessToken, nil
	}, nil
}

// tokenRefused returns the error for a missing token. It leaves out the text of err, which may hold the secret.
func tokenRefused(err error) *rollcall.DeliveryError {
	var answer *oauth2.RetrieveError
	if errors.As(err, &answer) && answer.Response.StatusCode/100 == 4 && answer.Response.StatusCode != http.StatusTooManyRequests {
		return delivery.Misconfigured("token_refused", "the token service does not accept the client id and secret of OAuth 2")
	}
	return &rollcall.DeliveryError{Code: "token_unreachable", Reason: "the token service cannot be reached, or its response is invalid"}
}
