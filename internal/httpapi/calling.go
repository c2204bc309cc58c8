package httpapi

import (
	"example.org/rollcall/internal/rollcall"
)

// callingFields returns the fields of a contact that say when it is called.
func callingFields(in *rollcall.CallingInput) fields {
	return fields{
		integer("position", &in.Position),
		text("dispatch", &in.Dispatch),
		objects("availability", &in.Availability, func(h *rollcall.HoursInput) fields {
			return fields{textList("days", &h.Days), text("from", &h.From), text("to", &h.To)}
		}),
		objects("absences", &in.Absences, func(a *rollcall.AbsenceInput) fields {
			return fields{text("from", &a.From), text("to", &a.To), text("note", &a.Note)}
		}),
		text("effective_at", &in.Effective),
		text("expires_at", &in.Expires),
	}
}

// calling is the part of a contact that says when it is called.
type calling struct {
	Position          int                `json:"position"`
	Dispatch          *rollcall.Dispatch `json:"dispatch"`
	EffectiveDispatch rollcall.Dispatch  `json:"effective_dispatch"`
	Availability      []hours            `json:"availability"`
	Absences          []absence          `json:"absences"`
	EffectiveAt       exactTime          `json:"effective_at"`
	ExpiresAt         exactTime          `json:"expires_at"`
}

type hours struct {
	Days []string `json:"days"`
	From string   `json:"from"`
	To   string   `json:"to"`
}

type absence struct {
	From exactTime `json:"from"`
	To   exactTime `json:"to"`
	Note *string   `json:"note"`
}

func callingOut(c *rollcall.Contact) calling {
	return calling{
		Position:          c.Position,
		Dispatch:          orNull(c.Dispatch),
		EffectiveDispatch: c.EffectiveDispatch(),
		Availability: mapped(c.Availability, func(h *rollcall.Hours) hours {
			return hours{Days: h.Days.Names(), From: h.FromText(), To: h.ToText()}
		}),
		Absences: mapped(c.Absences, func(a *rollcall.Absence) absence {
			return absence{From: exactTime(a.From), To: exactTime(a.To), Note: orNull(a.Note)}
		}),
		EffectiveAt: exactTime(c.Effective),
		ExpiresAt:   exactTime(c.Expires),
	}
}
