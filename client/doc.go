// Package client calls Rollcall's API. It needs only the standard library.
//
//	c := client.New("https://rollcall.example.com", os.Getenv("ROLLCALL_API_KEY"))
//	made, err := c.Contacts.Create(ctx, client.SiteID("site_123abc"), client.NewContact{
//		FirstName: "Ann", LastName: "Lee", Type: "primary", Phone: "+1 202 555 0147",
//	})
//
// A site is named by its [SiteID], or by a [SiteReference]: your own account_reference_id. With a SiteID, a contact is named
// by its contact_id; with a SiteReference, by its external_contact_id.
//
// A refused request fails with an [*Error]. A request is retried up to three times after 429, 503 and lost connections, with
// the pause in Retry-After. Changes have an Idempotency-Key, so that a retry does not repeat them.
package client
