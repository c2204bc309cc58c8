// Package api is Rollcall's contract: openapi.yaml, which is written by hand, and the server's interface and the Go
// client that are generated from it. A change begins in openapi.yaml; then `go generate ./api` brings the rest along.
//
// A program that calls Rollcall makes a client with the address of the server and a [SecuritySource] that gives its key:
//
//	type key string
//
//	func (k key) BearerAuth(context.Context, api.OperationName) (api.BearerAuth, error) {
//		return api.BearerAuth{Token: string(k)}, nil
//	}
//
//	client, err := api.NewClient("https://rollcall.example.com", key(os.Getenv("ROLLCALL_API_KEY")))
//	if err != nil {
//		return err
//	}
//	answer, err := client.ListContacts(ctx, api.ListContactsParams{SiteID: "site_123abc"})
//	if err != nil {
//		return err // nothing came back, or something that is not in the contract
//	}
//	switch answer := answer.(type) {
//	case *api.ContactListAnswerHeaders:
//		fmt.Println(answer.Response.Data.TotalCount, answer.ETag.Value)
//	case *api.ListContactsNotFound:
//		return errors.New(answer.Error.Message)
//	default:
//		return fmt.Errorf("unexpected answer %T", answer)
//	}
//
// So err is for failures on the way, and every answer that the contract names, refusals too, is a type of its own. The
// client opens no spans and tries nothing twice; pass [WithClient] an HTTP client with the time limits that you want.
package api

//go:generate go tool ogen --target . --package api --config ogen.yaml --clean openapi.yaml
