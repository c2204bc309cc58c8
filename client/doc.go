// Package client calls Rollcall's API. It needs the standard library alone.
//
//	c := client.New("https://rollcall.example.com", os.Getenv("ROLLCALL_API_KEY"))
//	made, err := c.Contacts.Create(ctx, client.SiteID("site_123abc"), client.NewContact{
//		FirstName: "Ann", LastName: "Lee", Type: "primary", Phone: "+1 202 555 0147",
//	})
//
// A site is named by [SiteID] or by [SiteReference], your own account_reference_id. Contacts of a site that is named by
// reference are named by their external_contact_id, others by their contact_id.
//
// A refused request is an [*Error]. A request that met 429, 503 or a lost connection is sent again, up to three times, after
// the time in Retry-After. Changes carry an Idempotency-Key, so that they happen once however often they are sent.
package client
