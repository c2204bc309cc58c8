package client_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"example.org/rollcall/client"
)

func Example() {
	c := client.New(os.Getenv("ROLLCALL_URL"), os.Getenv("ROLLCALL_API_KEY"))
	for contact, err := range c.Contacts.All(context.Background(), client.SiteID("site_123abc"), client.ContactQuery{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(contact.FirstName, contact.LastName, contact.Phone)
	}
}
