package httpapi

import (
	"net/http"
	"net/url"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// rollCallQuery are the parameters of listRollCalls.
var rollCallQuery = []string{"after", "limit"}

// itemQuery are the parameters of listRollCallItems.
var itemQuery = []string{"status", "after", "limit"}

func (c *call) rollCallID() rollcall.RollCallID {
	return rollcall.RollCallID(c.r.PathValue("roll_call_id"))
}

func (s *server) createRollCall(c *call) (answer, error) {
	var in rollcall.RollCallInput
	var filter rollcall.Field[struct{}]
	err := c.read(fields{
		object("filter", &filter, func(*struct{}) fields {
			return fields{
				boolean("all", &in.All), textList("site_ids", &in.SiteIDs), textList("account_reference_ids", &in.References),
				textList("readiness", &in.Readiness), textList("statuses", &in.Statuses), integer("older_than_days", &in.OlderThan),
			}
		}),
		textList("methods", &in.Methods), text("message", &in.Message), integer("per_hour", &in.PerHour), text("starts_at", &in.Starts),
		boolean("dry_run", &in.DryRun),
	})
	if err != nil {
		return answer{}, err
	}
	return change(c, func(caller service.Caller) (service.RollCallReport, error) {
		return s.service.CreateRollCall(c.context(), caller, in)
	}, func(made service.RollCallReport) answer {
		if made.Preview != nil {
			return answer{status: http.StatusOK, data: previewOut(&made)}
		}
		return answer{status: http.StatusCreated, location: c.r.URL.Path + "/" + url.PathEscape(string(made.ID)), data: rollCallPointer(&made)}
	})
}

func (s *server) getRollCall(c *call) (answer, error) {
	found, err := s.service.RollCall(c.context(), c.caller, c.rollCallID())
	return answer{status: http.StatusOK, data: rollCallPointer(&found)}, err
}

func (s *server) listRollCalls(c *call) (answer, error) {
	p := c.params()
	q := service.RollCallQuery{After: p.text("after"), Limit: p.count("limit")}
	if p.err != nil {
		return answer{}, p.err
	}
	found, next, err := s.service.RollCalls(c.context(), c.caller, q)
	return answer{status: http.StatusOK, data: &rollCallList{RollCalls: mapped(found, rollCallOut), NextAfter: orNull(next)}}, err
}

func (s *server) listRollCallItems(c *call) (answer, error) {
	p := c.params()
	q := service.ItemQuery{Status: p.text("status"), After: p.text("after"), Limit: p.count("limit")}
	if p.err != nil {
		return answer{}, p.err
	}
	found, next, err := s.service.RollCallItems(c.context(), c.caller, c.rollCallID(), q)
	return answer{status: http.StatusOK, data: &itemList{Items: mapped(found, itemOut), NextAfter: orNull(next)}}, err
}

// stepRollCall returns the handler of a step.
func (s *server) stepRollCall(step service.RollCallStep) func(*call) (answer, error) {
	return func(c *call) (answer, error) {
		return change(c, func(caller service.Caller) (service.RollCallReport, error) {
			return s.service.StepRollCall(c.context(), caller, c.rollCallID(), step)
		}, func(after service.RollCallReport) answer {
			return answer{status: http.StatusOK, data: rollCallPointer(&after)}
		})
	}
}

type rollCallList struct {
	RollCalls []rollCall `json:"roll_calls"`
	NextAfter *string    `json:"next_after"`
	warned
}

type rollCall struct {
	RollCallID rollcall.RollCallID     `json:"roll_call_id"`
	Status     rollcall.RollCallStatus `json:"status"`
	Filter     rollCallFilter          `json:"filter"`
	Methods    []rollcall.Method       `json:"methods"`
	Message    *string                 `json:"message"`
	PerHour    int                     `json:"per_hour"`
	Repeated   bool                    `json:"repeated"`
	Counts     map[string]int          `json:"counts"`
	CreatedAt  timestamp               `json:"created_at"`
	StartsAt   timestamp               `json:"starts_at"`
	StartedAt  timestamp               `json:"started_at"`
	FinishedAt timestamp               `json:"finished_at"`
	EndsAbout  timestamp               `json:"ends_about"`
	warned
}

type rollCallFilter struct {
	All                 bool                       `json:"all"`
	SiteIDs             []rollcall.SiteID          `json:"site_ids"`
	AccountReferenceIDs []string                   `json:"account_reference_ids"`
	Readiness           []rollcall.ReadinessStatus `json:"readiness"`
	Statuses            []rollcall.PointStatus     `json:"statuses"`
	OlderThanDays       *int                       `json:"older_than_days"`
}

func rollCallPointer(r *service.RollCallReport) *rollCall {
	out := rollCallOut(r)
	return &out
}

func rollCallOut(r *service.RollCallReport) rollCall {
	return rollCall{
		RollCallID: r.ID, Status: r.Shown(), Filter: rollCallFilterOut(&r.Filter), Methods: r.Methods, Message: orNull(r.Text), PerHour: r.PerHour,
		Repeated: r.Repeated, Counts: itemCounts(&r.Counts), CreatedAt: timestamp(r.Created), StartsAt: timestamp(r.Starts),
		StartedAt: timestamp(r.Started), FinishedAt: timestamp(r.Finished), EndsAbout: timestamp(r.EndsAbout),
	}
}

func rollCallFilterOut(f *rollcall.RollCallFilter) rollCallFilter {
	out := rollCallFilter{
		All: f.All, SiteIDs: mapped(f.Sites, same), AccountReferenceIDs: mapped(f.References, same), Readiness: mapped(f.Readiness, same),
		Statuses: mapped(f.Statuses, same),
	}
	if f.OlderThan > 0 {
		out.OlderThanDays = &f.OlderThan
	}
	return out
}

func same[T any](value *T) T { return *value }

// itemCounts returns the count of every status, and their sum.
func itemCounts(c *rollcall.RollCallCounts) map[string]int {
	counts := map[string]int{"targeted": c.Targeted()}
	for _, status := range rollcall.ItemStatuses() {
		counts[string(status)] = c.Items[status]
	}
	return counts
}

type preview struct {
	DryRun    bool           `json:"dry_run"`
	Points    int            `json:"points"`
	People    int            `json:"people"`
	Sites     int            `json:"sites"`
	Messages  int            `json:"messages"`
	Skipped   []skipped      `json:"skipped"`
	Waiting   []skipped      `json:"waiting"`
	Counts    map[string]int `json:"counts"`
	PerHour   int            `json:"per_hour"`
	Seconds   int            `json:"seconds"`
	EndsAbout timestamp      `json:"ends_about"`
	warned
}

type skipped struct {
	Reason  rollcall.ItemReason `json:"reason"`
	Message string              `json:"message"`
	Points  int                 `json:"points"`
}

func previewOut(r *service.RollCallReport) *preview {
	p := r.Preview
	return &preview{
		DryRun: true, Points: r.Counts.Targeted(), People: p.People, Sites: p.Sites, Messages: p.Messages, Counts: itemCounts(&r.Counts),
		PerHour: r.PerHour, Seconds: int(p.Takes / time.Second), EndsAbout: timestamp(r.EndsAbout),
		Skipped: mapped(p.SkippedReasons(), func(reason *rollcall.ItemReason) skipped {
			return skipped{*reason, rollcall.ItemReasons()[*reason], p.Skipped[*reason]}
		}),
		Waiting: waitingOut(p),
	}
}

// waitingOut returns how many contact points wait for something that somebody has to change.
func waitingOut(p *service.RollCallPreview) []skipped {
	if p.Country == 0 {
		return []skipped{}
	}
	return []skipped{{"country_not_allowed", "the country of the phone is not allowed; add it to allowed_countries in the settings", p.Country}}
}

type itemList struct {
	Items     []rollCallItem `json:"items"`
	NextAfter *string        `json:"next_after"`
	warned
}

type rollCallItem struct {
	SiteID       rollcall.SiteID        `json:"site_id"`
	ContactID    rollcall.ContactID     `json:"contact_id"`
	PointID      rollcall.PointID       `json:"point_id"`
	Kind         rollcall.PointKind     `json:"kind"`
	Status       rollcall.ItemStatus    `json:"status"`
	Reason       *rollcall.ItemReason   `json:"reason"`
	Message      *string                `json:"message"`
	ValidationID *rollcall.ValidationID `json:"validation_id"`
	WaitsUntil   timestamp              `json:"waits_until"`
	AskedAt      timestamp              `json:"asked_at"`
	EndedAt      timestamp              `json:"ended_at"`
}

func itemOut(i *rollcall.RollCallItem) rollCallItem {
	return rollCallItem{
		SiteID: i.Site, ContactID: i.Contact, PointID: i.Point, Kind: i.Kind, Status: i.Status, Reason: orNull(i.Reason),
		Message: orNull(rollcall.ItemReasons()[i.Reason]), ValidationID: orNull(i.Validation), WaitsUntil: timestamp(i.NotBefore),
		AskedAt: timestamp(i.Asked), EndedAt: timestamp(i.Ended),
	}
}
