package rollcall

import (
	"strings"
	"testing"
)

func TestReadinessRulesInput(t *testing.T) {
	t.Parallel()
	stored := ReadinessRules{MinPeople: 3, MinNumbers: 4, PremisesPhone: true}
	for _, tt := range []struct {
		name string
		in   ReadinessRulesInput
		want ReadinessRules
		bad  string // fields, in order
	}{
		{"nothing given", ReadinessRulesInput{}, stored, ""},
		{"everything", ReadinessRulesInput{MinPeople: Given(0), MinNumbers: Given(20), PremisesPhone: Given(false)}, ReadinessRules{0, 20, false}, ""},
		{"null is the default", ReadinessRulesInput{MinPeople: Null[int](), MinNumbers: Null[int](), PremisesPhone: Null[bool]()}, ReadinessRules{2, 2, false}, ""},
		{"out of bounds", ReadinessRulesInput{MinPeople: Given(-1), MinNumbers: Given(21)}, stored, "readiness.min_people readiness.min_numbers"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := stored
			var bad fieldErrors
			tt.in.apply(&got, &bad)
			if got != tt.want || fieldNames(bad) != tt.bad {
				t.Errorf("apply = %+v, refused %q; want %+v, %q", got, fieldNames(bad), tt.want, tt.bad)
			}
		})
	}
}

func TestSiteReadinessRulesInput(t *testing.T) {
	t.Parallel()
	stored := SiteReadinessRules{MinPeople: Override[int]{3, true}, PremisesPhone: Override[bool]{true, true}, ExemptReason: "under construction"}
	dealer := ReadinessRules{MinPeople: 5, MinNumbers: 6}
	for _, tt := range []struct {
		name  string
		in    SiteReadinessRulesInput
		want  SiteReadinessRules
		rules ReadinessRules // that apply then
		bad   string         // fields, in order
	}{
		{"nothing given", SiteReadinessRulesInput{}, stored, ReadinessRules{3, 6, true}, ""},
		{"everything", SiteReadinessRulesInput{MinPeople: Given(0), MinNumbers: Given(1), PremisesPhone: Given(false), ExemptReason: Given(" closed ")},
			SiteReadinessRules{Override[int]{0, true}, Override[int]{1, true}, Override[bool]{false, true}, "closed"}, ReadinessRules{0, 1, false}, ""},
		{"null is the rule of the dealer", SiteReadinessRulesInput{MinPeople: Null[int](), MinNumbers: Null[int](), PremisesPhone: Null[bool](), ExemptReason: Null[string]()},
			SiteReadinessRules{}, ReadinessRules{5, 6, false}, ""},
		{"an empty reason is none", SiteReadinessRulesInput{ExemptReason: Given("")},
			SiteReadinessRules{MinPeople: stored.MinPeople, PremisesPhone: stored.PremisesPhone}, ReadinessRules{3, 6, true}, ""},
		{"out of bounds", SiteReadinessRulesInput{MinPeople: Given(21), MinNumbers: Given(-1), ExemptReason: Given(strings.Repeat("é", 201))}, stored, ReadinessRules{3, 6, true},
			"readiness_rules.min_people readiness_rules.min_numbers readiness_rules.exempt_reason"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := stored
			var bad fieldErrors
			tt.in.apply(&got, &bad)
			if got != tt.want || fieldNames(bad) != tt.bad || got.Over(dealer) != tt.rules {
				t.Errorf("apply = %+v, refused %q, rules %+v; want %+v, %q, %+v", got, fieldNames(bad), got.Over(dealer), tt.want, tt.bad, tt.rules)
			}
		})
	}
}

// fieldNames returns the fields of the errors, separated by spaces.
func fieldNames(bad fieldErrors) string {
	names := make([]string, len(bad))
	for i, e := range bad {
		names[i] = e.Field
	}
	return strings.Join(names, " ")
}
