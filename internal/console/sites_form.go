package console

import (
	"strconv"
	"strings"

	"example.org/rollcall/internal/rollcall"
)

// siteFields returns the fields of the form for a site. Their names are those of the API.
func (v *visit) siteFields(s *rollcall.Site) []field {
	t := &v.t.Sites
	text := func(name, label, stored, hint string) field {
		return v.stored(stored, v.field(name, label, field{Type: "text", Autocomplete: "off", Value: v.value(name, stored), Hint: hint}))
	}
	name := text("name", t.Name, s.Name, "")
	name.Required = true
	stored := s.PremisesPhone.Value
	phone := v.kept(stored, v.number(stored), v.field("premises_phone", t.PremisesPhone, field{
		Type: "tel", Autocomplete: "off", Value: v.value("premises_phone", stored), Hint: t.PremisesHint,
	}))
	return []field{
		name,
		text("account_reference_id", t.Reference, s.Reference, t.ReferenceHint),
		text("account_number", t.AccountNumber, s.AccountNumber, ""),
		text("address.street", t.Street, s.Address.Street, ""),
		text("address.city", t.City, s.Address.City, ""),
		text("address.state", t.State, s.Address.State, ""),
		text("address.zip", t.Zip, s.Address.Zip, ""),
		text("address.country", t.Country, s.Address.Country, t.CountryHint),
		text("timezone", t.Timezone, s.Timezone, t.TimezoneHint),
		text("language", t.Language, s.Language, t.LanguageHint),
		phone,
	}
}

// siteInput returns what was typed into the fields of siteFields.
func (v *visit) siteInput() rollcall.SiteInput {
	return rollcall.SiteInput{
		Name: rollcall.Given(v.form.Get("name")), Reference: v.optional("account_reference_id"), AccountNumber: v.optional("account_number"),
		Timezone: v.optional("timezone"), Language: v.optional("language"), PremisesPhone: v.optional("premises_phone"),
		Address: rollcall.Given(rollcall.AddressInput{
			Street: v.optional("address.street"), City: v.optional("address.city"), State: v.optional("address.state"),
			Zip: v.optional("address.zip"), Country: v.optional("address.country"),
		}),
	}
}

// optional returns what was typed into a field, null if nothing was, and absent if the form has no such field.
func (v *visit) optional(name string) rollcall.Field[string] {
	if !v.form.Has(name) {
		return rollcall.Field[string]{}
	}
	if text := strings.TrimSpace(v.form.Get(name)); text != "" {
		return rollcall.Given(text)
	}
	return rollcall.Null[string]()
}

// ruleFields returns the further fields of a site that exists.
func (v *visit) ruleFields(s *rollcall.Site) []field {
	t := &v.t.Sites
	rules := &s.ReadinessRules
	number := func(name, label string, stored rollcall.Override[int]) field {
		text := ""
		if stored.Set {
			text = strconv.Itoa(stored.Value)
		}
		return v.stored(text, v.field(name, label, field{Type: "number", Value: v.value(name, text), Hint: t.RulesHint}))
	}
	premises := map[rollcall.Override[bool]]string{{Value: true, Set: true}: "true", {Set: true}: "false"}[rules.PremisesPhone]
	yesOrNo := map[string]string{"true": t.Yes, "false": t.No}
	exempt := v.field("readiness_rules.exempt_reason", t.Exempt, field{
		Type: "text", Autocomplete: "off", Value: v.value("readiness_rules.exempt_reason", rules.ExemptReason), Hint: t.ExemptHint,
	})
	return []field{
		v.choice("status", t.Status, string(s.Status), options(rollcall.SiteStatuses(), v.t.Words.SiteStatuses, v.value("status", string(s.Status)), "")),
		number("readiness_rules.min_people", t.MinPeople, rules.MinPeople),
		number("readiness_rules.min_numbers", t.MinNumbers, rules.MinNumbers),
		v.choice("readiness_rules.premises_phone", t.NeedPremises, premises,
			options([]string{"true", "false"}, yesOrNo, v.value("readiness_rules.premises_phone", premises), t.Default)),
		v.kept(rules.ExemptReason, v.freeText(rules.ExemptReason), exempt),
	}
}

// rulesInput adds what was typed into the fields of ruleFields: ValidationFailed for a number that is none.
func (v *visit) rulesInput(in *rollcall.SiteInput) error {
	var bad []rollcall.FieldError
	rules := rollcall.SiteReadinessRulesInput{
		MinPeople: v.whole("readiness_rules.min_people", &bad), MinNumbers: v.whole("readiness_rules.min_numbers", &bad),
		ExemptReason: v.optional("readiness_rules.exempt_reason"), PremisesPhone: v.yesOrNo("readiness_rules.premises_phone"),
	}
	in.Status, in.ReadinessRules = rollcall.Given(v.form.Get("status")), rollcall.Given(rules)
	return invalidFields(bad)
}

// whole returns the number that was typed into a field as optional does. It adds a text that is no number to bad.
func (v *visit) whole(name string, bad *[]rollcall.FieldError) rollcall.Field[int] {
	text := v.optional(name)
	if !text.Set || text.Null {
		return rollcall.Field[int]{Set: text.Set, Null: text.Null}
	}
	n, err := strconv.Atoi(text.Value)
	if err != nil {
		*bad = append(*bad, rollcall.FieldError{Field: name, Code: rollcall.CodeInvalid})
	}
	return rollcall.Given(n)
}

// yesOrNo returns the choice of a select with true and false as optional does.
func (v *visit) yesOrNo(name string) rollcall.Field[bool] {
	choice := v.optional(name)
	return rollcall.Field[bool]{Value: choice.Value == "true", Set: choice.Set, Null: choice.Null}
}

// invalidFields returns ValidationFailed for fields, and nil for none.
func invalidFields(bad []rollcall.FieldError) error {
	if bad == nil {
		return nil
	}
	return &rollcall.Error{Kind: rollcall.ValidationFailed, Details: bad}
}
