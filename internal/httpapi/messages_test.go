package httpapi_test

import (
	"fmt"
	"testing"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/testkit"
)

const messagesPath = "/ext/v1/messages"

// noMessages is the body of an empty list.
const noMessages = `{"data": {"messages": [], "next_after": null}}`

// TestListMessages sends John a text message, an e-mail and a call with a live key, and a text message with a test key.
func TestListMessages(t *testing.T) { testkit.Run(t, messageScenarios) }

func asking(as, method string) testkit.Scenario {
	return testkit.Scenario{
		Name: as + " sends by " + method, As: as, Method: "POST", Path: johnPath + "/validation", Body: `{"method": "` + method + `"}`,
		Status: 200, Want: sent(method),
	}
}

var messageScenarios = []testkit.Scenario{
	{
		Name: "a number that can be dialled", As: "all", Method: "PATCH", Path: johnPath, Body: `{"phone": "+1 202 555 0147"}`,
		Status: 200,
		Want:   `{"data": {"...": true}}`,
	},
	{Name: "no message was captured yet", As: "validations:read", Method: "GET", Path: messagesPath, Status: 200, Want: noMessages},
	asking("all", "sms"),
	asking("all", "email"),
	asking("test", "sms"),
	asking("all", "call"),
	{
		Name: "messages come as the person would receive them, the newest first", As: "validations:read", Method: "GET",
		Path: messagesPath, Status: 200,
		Want: `{"data": {"messages": [
			{"validation_id": "<any>", "method": "call", "to": "+12025550147", "extension": null, "subject": null, "text": "<any>", "link": null,
				"code": "<any>", "at": "<time>"},
			{"validation_id": "<any>", "method": "email", "to": "john.doe@example.com", "extension": null,
				"subject": "<any>", "text": "<any>", "link": "<any>", "code": "<any>", "at": "<time>"},
			{"validation_id": "<any>", "method": "sms", "to": "+12025550147", "extension": null, "subject": null, "text": "<any>", "link": "<any>",
				"code": "<any>", "at": "<time>"}], "next_after": null}}`,
	},
	{
		Name: "a test key gets the messages of the sandbox", As: "test", Method: "GET", Path: messagesPath, Status: 200,
		Want: `{"data": {"messages": [{"method": "sms", "to": "+1-555-0123", "...": true}], "next_after": null}}`,
	},
	{
		Name: "a page has a cursor of the next one", As: "all", Method: "GET", Path: messagesPath + "?limit=1", Status: 200,
		Want: `{"data": {"messages": [{"method": "call", "...": true}], "next_after": "WzNd"}}`,
	},
	{
		Name: "the next page begins after the cursor", As: "all", Method: "GET", Path: messagesPath + "?limit=1&after=WzNd",
		Status: 200,
		Want:   `{"data": {"messages": [{"method": "email", "...": true}], "next_after": "WzJd"}}`,
	},
	{
		Name: "the last page has no cursor", As: "all", Method: "GET", Path: messagesPath + "?limit=1&after=WzJd", Status: 200,
		Want: `{"data": {"messages": [{"method": "sms", "...": true}], "next_after": null}}`,
	},
	{Name: "nothing is after the oldest", As: "all", Method: "GET", Path: messagesPath + "?after=WzFd", Status: 200, Want: noMessages},
	{Name: "another dealer sees nothing", As: "other", Method: "GET", Path: messagesPath, Status: 200, Want: noMessages},
	{Name: "another dealer sees nothing after our cursor", As: "other", Method: "GET", Path: messagesPath + "?after=WzNd", Status: 200, Want: noMessages},
	{Name: "without the scope answers 403", As: "validations:write", Method: "GET", Path: messagesPath, Status: 403, Want: failure("permission_denied", "")},
	{Name: "a limit of 0 answers 400", As: "all", Method: "GET", Path: messagesPath + "?limit=0", Status: 400, Want: failure("invalid_request", "limit")},
	{Name: "a limit of words answers 400", As: "all", Method: "GET", Path: messagesPath + "?limit=all", Status: 400, Want: failure("invalid_request", "limit")},
	{Name: "a broken cursor answers 400", As: "all", Method: "GET", Path: messagesPath + "?after=x", Status: 400, Want: failure("invalid_request", "after")},
	{Name: "a cursor of another list answers 400", As: "all", Method: "GET", Path: messagesPath + "?after=WyJzaXRlXzkiLDFd", Status: 400, Want: failure("invalid_request", "after")},
	{Name: "erase John", As: "all", Method: "POST", Path: johnPath + "/erase", Status: 200, Want: `{"data": {"...": true}}`},
	{Name: "messages are erased with the person", As: "all", Method: "GET", Path: messagesPath, Status: 200, Want: noMessages},
}

// TestListMessagesShowsTheTextAndItsParts compares what the API shows with the text that was captured.
func TestListMessagesShowsTheTextAndItsParts(t *testing.T) {
	a := testkit.NewApp(t)
	a.Try(t, asking("all", "email"))
	m := a.Newest()
	a.Try(t, testkit.Scenario{As: "all", Method: "GET", Path: messagesPath, Status: 200, Want: fmt.Sprintf(`{"data": {"messages": [{
		"validation_id": %q, "subject": "Harbour Alarm: can we reach you here?", "text": %q,
		"link": "https://rollcall.example.org/c/%s", "code": %q, "...": true}],
		"next_after": null}}`, m.Validation, m.Text, m.Token, m.Code)})
}

// TestListMessagesOfAServerThatSends checks that only a test key reads messages on servers that capture only those of test keys.
func TestListMessagesOfAServerThatSends(t *testing.T) {
	for name, change := range map[string]func(*app.Options){
		"without a provider": func(o *app.Options) { o.Delivery = "" },
		"with a mail server": func(o *app.Options) {
			o.Delivery, o.SMTP = app.SMTP, app.SMTPOptions{URL: "smtp://127.0.0.1:1?tls=none", From: "alarms@example.org"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := testkit.NewApp(t, change)
			for _, s := range []testkit.Scenario{
				asking("test", "email"),
				{
					Name: "a test key reads it", As: "test", Method: "GET", Path: messagesPath, Status: 200,
					Want: `{"data": {"messages": [{"method": "email", "...": true}], "next_after": null}}`,
				},
				{
					Name: "a live key answers 403", As: "all", Method: "GET", Path: messagesPath, Status: 403,
					Want: `{"error": {"code": "permission_denied", "request_id": "<request_id>",
						"message": "this server captures only the messages of test keys; use a test key, or start the server with --delivery capture"}}`,
				},
				{
					Name: "before its parameters are read", As: "all", Method: "GET", Path: messagesPath + "?after=x", Status: 403,
					Want: failure("permission_denied", ""),
				},
			} {
				t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
			}
		})
	}
}
