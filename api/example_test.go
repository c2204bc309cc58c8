package api_test

import (
	"context"
	"errors"
	"fmt"

	"example.org/rollcall/api"
)

type key string

// BearerAuth implements api.SecuritySource.
func (k key) BearerAuth(context.Context, api.OperationName) (api.BearerAuth, error) {
	return api.BearerAuth{Token: string(k)}, nil
}

// count is what the documentation of the package shows; that it compiles is the test.
func count(ctx context.Context, url, apiKey string) error {
	client, err := api.NewClient(url, key(apiKey))
	if err != nil {
		return err
	}
	answer, err := client.ListContacts(ctx, api.ListContactsParams{SiteID: "site_123abc"})
	if err != nil {
		return err
	}
	switch answer := answer.(type) {
	case *api.ContactListAnswerHeaders:
		fmt.Println(answer.Response.Data.TotalCount, answer.ETag.Value)
	case *api.ListContactsNotFound:
		return errors.New(answer.Error.Message)
	default:
		return fmt.Errorf("unexpected answer %T", answer)
	}
	return nil
}

func ExampleNewClient() {
	if err := count(context.Background(), "http://[::1]:0", "rk_live_"); err == nil {
		fmt.Println("somebody answered")
	}
	// Output:
}
