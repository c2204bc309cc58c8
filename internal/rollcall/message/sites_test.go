package message

import "testing"

func TestNamesOfSites(t *testing.T) {
	for _, c := range []struct {
		language string
		names    []string
		total    int
		want     string
	}{
		{"en", []string{"Pier 9", "The mill"}, 2, "Pier 9 and The mill"},
		{"en", []string{"Pier 9", "The mill", "Cedar school"}, 3, "Pier 9, The mill and Cedar school"},
		{"en", []string{"Pier 9", "The mill", "Cedar school"}, 30, "Pier 9, The mill, Cedar school and 27 more"},
		{"es", []string{"Muelle 9", "El molino"}, 2, "Muelle 9 y El molino"},
		{"es", []string{"A", "B", "C"}, 5, "A, B, C y 2 más"},
		{"fr", []string{"Quai 9", "Le moulin"}, 2, "Quai 9 et Le moulin"},
		{"fr", []string{"A", "B", "C"}, 5, "A, B, C et 2 de plus"},
	} {
		if got := In(c.language).Sites(c.names, c.total); got != c.want {
			t.Errorf("Sites(%q, %d) in %s = %q, want %q", c.names, c.total, c.language, got, c.want)
		}
	}
}
