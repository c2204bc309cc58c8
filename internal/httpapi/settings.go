package httpapi

import (
	"net/http"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

func (s *server) getSettings(c *call) (answer, error) {
	set, err := s.service.Settings(c.context(), c.caller)
	return settingsAnswer(set), err
}

func (s *server) updateSettings(c *call) (answer, error) {
	var (
		in                rollcall.SettingsInput
		limits, rollCalls rollcall.Field[struct{}]
	)
	err := c.read(append(readOnly("updated_at", "warnings"),
		integer("stale_after_days", &in.StaleAfterDays),
		object("quiet_hours", &in.Quiet, func(q *rollcall.QuietInput) fields {
			return fields{text("start", &q.Start), text("end", &q.End), text("timezone", &q.Timezone)}
		}),
		textList("allowed_countries", &in.Countries),
		object("limits", &limits, func(*struct{}) fields {
			return fields{
				integer("per_number_minute", &in.NumberMinute), integer("per_number_day", &in.NumberDay),
				integer("per_site_hour", &in.SiteHour), integer("per_dealer_day", &in.DealerDay),
			}
		}),
		object("roll_calls", &rollCalls, func(*struct{}) fields {
			return append(readOnly("per_hour", "per_day"), integer("repeat_after_days", &in.RepeatAfter))
		}),
		text("notification_email", &in.Notification),
		boolean("mask_numbers", &in.MaskNumbers),
		object("readiness", &in.Readiness, func(r *rollcall.ReadinessRulesInput) fields {
			return fields{integer("min_people", &r.MinPeople), integer("min_numbers", &r.MinNumbers), boolean("premises_phone", &r.PremisesPhone)}
		}),
	))
	if err != nil {
		return answer{}, err
	}
	if limits.Null {
		null := rollcall.Null[int]() // the default
		in.NumberMinute, in.NumberDay, in.SiteHour, in.DealerDay = null, null, null, null
	}
	if rollCalls.Null {
		in.RepeatAfter = rollcall.Null[int]()
	}
	return change(c, func(caller service.Caller) (rollcall.Settings, error) {
		return s.service.UpdateSettings(c.context(), caller, in)
	}, settingsAnswer)
}

type settings struct {
	StaleAfterDays   int            `json:"stale_after_days"`
	QuietHours       *quietHours    `json:"quiet_hours"`
	AllowedCountries []string       `json:"allowed_countries"` // nil is null
	Limits           messageLimits  `json:"limits"`
	Readiness        readinessRules `json:"readiness"`
	RollCalls        rollCallLimits `json:"roll_calls"`
	Notification     *string        `json:"notification_email"`
	MaskNumbers      bool           `json:"mask_numbers"`
	UpdatedAt        timestamp      `json:"updated_at"`
	warned
}

type quietHours struct {
	Start    string  `json:"start"`
	End      string  `json:"end"`
	Timezone *string `json:"timezone"`
}

type readinessRules struct {
	MinPeople     int  `json:"min_people"`
	MinNumbers    int  `json:"min_numbers"`
	PremisesPhone bool `json:"premises_phone"`
}

type rollCallLimits struct {
	RepeatAfterDays *int `json:"repeat_after_days"`
	PerHour         int  `json:"per_hour"`
	PerDay          int  `json:"per_day"`
}

type messageLimits struct {
	PerNumberMinute int `json:"per_number_minute"`
	PerNumberDay    int `json:"per_number_day"`
	PerSiteHour     int `json:"per_site_hour"`
	PerDealerDay    int `json:"per_dealer_day"`
}

func settingsAnswer(set rollcall.Settings) answer {
	limits := set.Limits()
	out := settings{
		StaleAfterDays:   set.StaleAfterDays,
		AllowedCountries: set.CountryList(),
		Limits: messageLimits{
			PerNumberMinute: limits.NumberMinute, PerNumberDay: limits.NumberDay,
			PerSiteHour: limits.SiteHour, PerDealerDay: limits.DealerDay,
		},
		Readiness: readinessRules(set.Readiness),
		RollCalls: rollCallLimits{PerHour: set.RollCalls.Hour, PerDay: set.RollCalls.Day},
		UpdatedAt: timestamp(set.Updated), Notification: orNull(string(set.NotificationEmail)), MaskNumbers: set.MaskNumbers,
	}
	if days := set.RepeatAfterDays; days > 0 {
		out.RollCalls.RepeatAfterDays = &days
	}
	if start := set.Quiet.StartText(); start != "" {
		out.QuietHours = &quietHours{Start: start, End: set.Quiet.EndText(), Timezone: orNull(set.Quiet.Timezone)}
	}
	return answer{status: http.StatusOK, tag: set.ETag(), data: &out}
}
