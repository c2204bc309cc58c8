package console

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// webhooksPage is the data of webhooks.html.
type webhooksPage struct {
	shell
	Webhooks []webhookRow
	Add      string // path
}

// webhookRow is one webhook in the list, and what its page says of it.
type webhookRow struct {
	Path, URL, Description string
	Badge                  badge
	Trouble                string // why it is disabled, or since when deliveries fail; empty: none
}

// webhooks shows the webhooks, the oldest first. There are few.
func (v *visit) webhooks() error {
	found, err := v.service.Webhooks(v.r.Context(), v.caller())
	if err != nil {
		return err
	}
	p := webhooksPage{shell: v.shell(v.t.Webhooks.Title), Add: addWebhookPath}
	p.Tabs = v.settingsTabs()
	for i := range found {
		p.Webhooks = append(p.Webhooks, v.webhookRow(&found[i]))
	}
	return v.show("webhooks", p)
}

// webhookPath returns the path of the page of a webhook.
func webhookPath(id rollcall.WebhookID) string {
	return webhooksPath + "/" + url.PathEscape(string(id))
}

func (v *visit) webhookRow(w *rollcall.Webhook) webhookRow {
	t := &v.t.Webhooks
	row := webhookRow{Path: webhookPath(w.ID), URL: w.URL, Description: w.Description, Badge: newBadge("good", t.Active)}
	switch {
	case w.Status == rollcall.WebhookDisabled:
		row.Badge, row.Trouble = newBadge("bad", t.Disabled), t.Reasons[w.Reason]
	case !w.Failing.IsZero():
		row.Badge, row.Trouble = newBadge("warn", t.Failing), replaced(t.FailingSince, "time", v.t.moment(w.Failing, time.UTC))
	}
	return row
}

// addWebhookPage is the data of add_webhook.html.
type addWebhookPage struct {
	shell
	Key      string // of the form
	Form     webhookForm
	Webhooks string // path
}

// webhookForm is the fields of a webhook.
type webhookForm struct {
	URL, Description field
	Types            checks
}

// webhookForm returns the fields with what is stored, unless something was typed.
func (v *visit) webhookForm(w *rollcall.Webhook) webhookForm {
	t := &v.t.Webhooks
	var f webhookForm
	f.URL = v.field("url", t.URL, field{Type: "url", Autocomplete: "off", Value: v.value("url", w.URL), Hint: t.URLHint, Required: true})
	f.Description = v.field("description", t.Description, field{Type: "text", Autocomplete: "off", Value: v.value("description", w.Description), Hint: t.DescriptionHint})
	stored := map[rollcall.EventType]bool{}
	for _, name := range w.Types {
		stored[name] = true
	}
	var types []option
	for _, name := range rollcall.EventTypes() {
		types = append(types, option{string(name), t.Types[name], stored[name]})
	}
	f.Types = v.checks("types", t.TypesTitle, t.TypesHint, types)
	return f
}

// webhookInput returns what was typed into the fields of webhookForm.
func (v *visit) webhookInput() rollcall.WebhookInput {
	return rollcall.WebhookInput{
		URL: rollcall.Given(strings.TrimSpace(v.form.Get("url"))), Description: v.optional("description"), Types: rollcall.Given(v.form["types"]),
	}
}

func (v *visit) addWebhook() error {
	return v.show("add_webhook", addWebhookPage{
		shell: v.shell(v.t.Webhooks.Add), Key: v.value("key", newFormKey()), Form: v.webhookForm(&rollcall.Webhook{}), Webhooks: webhooksPath,
	})
}

// postAddWebhook makes a webhook and shows its secret, this once, in the response to the form. Sending the form again, as reloading
// the page does, makes no second webhook.
func (v *visit) postAddWebhook() error {
	made, err := v.service.CreateWebhook(v.r.Context(), v.onceWebhook("add webhook"), v.webhookInput())
	if err != nil {
		return v.refusedWebhook(err, (*visit).addWebhook)
	}
	return v.showSecret(v.t.Webhooks.Made, &made)
}

// onceWebhook is once for a change that makes a secret. Its stored response leads to the page of the webhook.
func (v *visit) onceWebhook(operation string) service.Caller {
	return v.onceAt(func(made any) string {
		w, _ := made.(service.NewWebhook)
		return webhookPath(w.ID)
	}, v.form.Get("key"), operation, v.params["webhook_id"])
}

// webhookSecretPage is the data of webhook_secret.html.
type webhookSecretPage struct {
	shell
	URL, Secret       string
	Webhook, Webhooks string // paths
	Verify            string // an example
}

// showSecret shows a secret that was just made.
func (v *visit) showSecret(heading string, made *service.NewWebhook) error {
	return v.show("webhook_secret", webhookSecretPage{
		shell: v.shell(heading), URL: made.URL, Secret: made.Signing, Webhook: webhookPath(made.ID), Webhooks: webhooksPath, Verify: verifyExample,
	})
}

// refusedWebhook says that a secret was shown before, or that there are too many webhooks, or shows the page with what is wrong.
func (v *visit) refusedWebhook(err error, page func(*visit) error) error {
	t := &v.t.Webhooks
	switch {
	case doneBefore(err):
		v.status = http.StatusConflict
		return v.show("notice", noticePage{shell: v.shell(t.MadeBefore), Texts: t.MadeBeforeTexts, Link: madeAt(err, webhooksPath), LinkText: t.See})
	case rollcall.KindOf(err) == rollcall.QuotaReached:
		v.status, v.alert, v.filled = http.StatusConflict, t.TooMany, v.form
		return page(v)
	}
	return v.again(err, page)
}

// verifyExample is how a receiver verifies a message.
const verifyExample = `# pip install flask standardwebhooks
hook = Webhook(os.environ["WEBHOOK_SECRET"])

@app.post("/rollcall")
def rollcall():
    try:
        event = hook.verify(request.get_data(), dict(request.headers))
    except WebhookVerificationError:
        return "", 401
    queue(event["event_id"], event)  # yours
    return "", 204`
