package rollcall

import (
	"strings"
	"testing"

	"example.org/rollcall/internal/rollcall/phone"
)

func TestCheckPhone(t *testing.T) {
	for _, tt := range []struct{ in, code string }{
		{"+1-555-0123", ""},
		{"+1 202 555 0123", ""},
		{"(202) 555-0123 ext. 5", ""},
		{"0", ""},
		{"٢٠٢٥٥٥٠١٢٣", ""},
		{"２０２", ""},
		{strings.Repeat("1", 64), ""},
		{strings.Repeat("é", 63) + "1", ""},
		{strings.Repeat("1", 65), CodeTooLong},
		{"", CodeInvalid},
		{"unknown", CodeInvalid},
		{"+-()", CodeInvalid},
		{"२०२", ""},
		{"202\n555", CodeInvalid},
		{"202\x00", CodeInvalid},
		{"\u202a+12025550123\u202c", ""},
		{"\u200e\u2066+12025550123\u2069", ""},
		{"\u202e\u202c", CodeInvalid},
		{"202\u202e555", CodeInvalid},
		{"202\xff", CodeInvalid},
	} {
		if got := checkPhone(tt.in); codeOf(got) != tt.code {
			t.Errorf("checkPhone(%q) = %q, want %q", tt.in, codeOf(got), tt.code)
		}
	}
}

func TestPhoneAdviceNamesANumberThatCanBeDialled(t *testing.T) {
	seen := map[string]phone.Cause{}
	for _, cause := range phone.Causes() {
		text := PhoneAdvice(cause)
		_, example, _ := strings.Cut(text, "such as ")
		example, _, _ = strings.Cut(example, ",")
		if number, _, odd := phone.Read(example, ""); number == "" || odd != "" {
			t.Errorf("PhoneAdvice(%q) names %q, which cannot be dialled", cause, example)
		}
		if before, ok := seen[text]; ok {
			t.Errorf("PhoneAdvice(%q) and PhoneAdvice(%q) are equal", cause, before)
		}
		seen[text] = cause
		if strings.Contains(text, "cannot be dialled") {
			t.Errorf("PhoneAdvice(%q) says that the phone cannot be dialled, but a demo server sends to it", cause)
		}
	}
}
