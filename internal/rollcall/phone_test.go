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
		{strings.Repeat("1", 65), codeTooLong},
		{"", codeInvalid},
		{"unknown", codeInvalid},
		{"+-()", codeInvalid},
		{"२०२", ""},
		{"202\n555", codeInvalid},
		{"202\x00", codeInvalid},
		{"\u202a+12025550123\u202c", codeInvalid},
		{"202\xff", codeInvalid},
	} {
		if got := checkPhone(tt.in); got.code != tt.code {
			t.Errorf("checkPhone(%q) = %q, want %q", tt.in, got.code, tt.code)
		}
	}
}

func TestPhoneAdviceIsGood(t *testing.T) {
	_, example, _ := strings.Cut(notDialable, "such as ")
	if _, ok := phone.Read(example, ""); !ok {
		t.Errorf("%q cannot be dialled", example)
	}
}
