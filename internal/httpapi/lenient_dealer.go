package httpapi

import (
	"example.org/rollcall/api"
	"example.org/rollcall/internal/rollcall"
)

// settingsFields are those of a dealer's settings.
func settingsFields() []field {
	limits := make([]field, 0, 4)
	for _, name := range []string{"per_number_minute", "per_number_day", "per_site_hour", "per_dealer_day"} {
		limits = append(limits, field{name: name, want: "integer"})
	}
	return []field{
		{name: "stale_after_days", want: "integer"},
		{name: "allowed_countries", want: "array"},
		{"quiet_hours", "object", texts("start", "end", "timezone")},
		{"limits", "object", limits},
	}
}

// checkDealerBody is checkBody for what a dealer sets for itself.
func checkDealerBody(operation string, body map[string]any) error {
	switch operation {
	case api.PatchSettingsOperation:
		if err := checkTypes("", body, settingsFields()); err != nil {
			return err
		}
		in := settingsFromJSON(body)
		return in.Check()
	case api.PutBrandingOperation:
		fields := append(texts("display_name", "welcome"), field{"logo", "object", texts("media_type", "data")})
		if err := checkTypes("", body, fields); err != nil {
			return err
		}
		in := brandingFromJSON(body)
		return in.Check()
	case api.CreateSuppressionOperation:
		if err := checkTypes("", body, texts("point", "value")); err != nil {
			return err
		}
		in := rollcall.SuppressionInput{Point: text(body, "point"), Value: text(body, "value")}
		return in.Check()
	}
	return nil
}

func settingsFromJSON(o map[string]any) rollcall.SettingsInput {
	l := value[map[string]any](o, "limits")
	in := rollcall.SettingsInput{
		StaleAfterDays: whole(o, "stale_after_days"),
		NumberMinute:   whole(l.Value, "per_number_minute"),
		NumberDay:      whole(l.Value, "per_number_day"),
		SiteHour:       whole(l.Value, "per_site_hour"),
		DealerDay:      whole(l.Value, "per_dealer_day"),
	}
	countries := value[[]any](o, "allowed_countries")
	in.Countries.Set, in.Countries.Null = countries.Set, countries.Null
	for _, country := range countries.Value {
		in.Countries.Value = append(in.Countries.Value, country.(string))
	}
	q := value[map[string]any](o, "quiet_hours")
	in.Quiet.Set, in.Quiet.Null = q.Set, q.Null
	in.Quiet.Value = rollcall.QuietInput{
		Start: text(q.Value, "start"), End: text(q.Value, "end"), Timezone: text(q.Value, "timezone"),
	}
	return in
}

// whole returns a field that checkTypes knows to be a whole number.
func whole(object map[string]any, name string) rollcall.Field[int] {
	v := value[float64](object, name)
	return rollcall.Field[int]{Value: int(v.Value), Set: v.Set, Null: v.Null}
}

func brandingFromJSON(o map[string]any) rollcall.BrandingInput {
	in := rollcall.BrandingInput{DisplayName: text(o, "display_name"), Welcome: text(o, "welcome")}
	logo := value[map[string]any](o, "logo")
	in.Logo.Set, in.Logo.Null = logo.Set, logo.Null
	in.Logo.Value = rollcall.LogoInput{MediaType: text(logo.Value, "media_type"), Data: text(logo.Value, "data")}
	return in
}
