package httpapi

import (
	"context"
	"net/http"

	"example.org/rollcall/api"
	"example.org/rollcall/internal/rollcall"
)

// GetSettings implements getSettings.
func (s *server) GetSettings(ctx context.Context, p api.GetSettingsParams) (api.GetSettingsRes, error) {
	set, err := s.service.Settings(ctx, reader(ctx))
	switch {
	case err != nil:
		return nil, err
	case unchanged(p.IfNoneMatch, set.ETag()):
		return notModified(set.ETag()), nil
	}
	return settingsAnswer(set, nil)
}

// PatchSettings implements patchSettings.
func (s *server) PatchSettings(ctx context.Context, req api.PatchSettingsReq, _ api.PatchSettingsParams) (api.PatchSettingsRes, error) {
	var update *api.SettingsUpdate
	switch req := req.(type) {
	case *api.PatchSettingsApplicationJSON:
		update = (*api.SettingsUpdate)(req)
	case *api.PatchSettingsApplicationMergePatchJSON:
		update = (*api.SettingsUpdate)(req)
	}
	return settingsAnswer(s.service.UpdateSettings(ctx, caller(ctx, http.StatusOK), settingsInput(update)))
}

func settingsInput(u *api.SettingsUpdate) rollcall.SettingsInput {
	q, l := u.QuietHours, u.Limits
	in := rollcall.SettingsInput{
		StaleAfterDays: nullableInt(u.StaleAfterDays),
		Countries: rollcall.Field[[]string]{
			Value: u.AllowedCountries.Value, Set: u.AllowedCountries.Set, Null: u.AllowedCountries.Null,
		},
		Quiet: rollcall.Field[rollcall.QuietInput]{Set: q.Set, Null: q.Null, Value: rollcall.QuietInput{
			Start: nullable(q.Value.Start), End: nullable(q.Value.End), Timezone: nullable(q.Value.Timezone),
		}},
		NumberMinute: nullableInt(l.Value.PerNumberMinute),
		NumberDay:    nullableInt(l.Value.PerNumberDay),
		SiteHour:     nullableInt(l.Value.PerSiteHour),
		DealerDay:    nullableInt(l.Value.PerDealerDay),
	}
	if l.Null {
		usual := rollcall.Null[int]()
		in.NumberMinute, in.NumberDay, in.SiteHour, in.DealerDay = usual, usual, usual, usual
	}
	return in
}

func nullableInt(v api.OptNilInt) rollcall.Field[int] {
	return rollcall.Field[int]{Value: v.Value, Set: v.Set, Null: v.Null}
}

func settingsAnswer(set rollcall.Settings, err error) (*api.SettingsAnswerHeaders, error) {
	if err != nil {
		return nil, err
	}
	return &api.SettingsAnswerHeaders{
		ETag: api.NewOptString(quoted(set.ETag())), Response: api.SettingsAnswer{Data: settingsOut(&set)},
	}, nil
}

func settingsOut(s *rollcall.Settings) api.Settings {
	out := api.Settings{
		StaleAfterDays:   s.StaleAfterDays,
		AllowedCountries: s.CountryList(),
		Limits: api.MessageLimits{
			PerNumberMinute: s.Limits.NumberMinute, PerNumberDay: s.Limits.NumberDay,
			PerSiteHour: s.Limits.SiteHour, PerDealerDay: s.Limits.DealerDay,
		},
		UpdatedAt: timeOrNull(s.Updated),
	}
	if out.QuietHours.Null = s.Quiet.StartText() == ""; !out.QuietHours.Null {
		out.QuietHours.Value = api.QuietHoursOrNull{
			Start: s.Quiet.StartText(), End: s.Quiet.EndText(), Timezone: orNull(s.Quiet.Timezone),
		}
	}
	return out
}
