package dialect

import (
	"slices"
	"testing"
)

func TestParse(t *testing.T) {
	tests := []struct {
		text string
		want string // empty: refused
	}{
		{"1.0", "1.0"},
		{"1.0.1", "1.0"},
		{"2.12", "2.12"},
		{"v2.12.1", "2.12"},
		{"2.3.50", "2.4"},   // on the way to 2.4
		{"2.12.50", "3.0"},  // there is no 2.13
		{"2.13", "2.12"},    // nor a dialect of its own
		{"10.2.50", "10.2"}, // the newest there is
		{"12.0", "10.2"},
		{"0.15", ""},
		{"2", ""},
		{"", ""},
		{"2.x", ""},
		{"2.1.2.3", ""},
		{"-1.2", ""},
		{"1.300", ""},
	}
	for _, test := range tests {
		got, err := Parse(test.text)
		switch {
		case test.want == "" && err == nil:
			t.Errorf("%q is taken for %s", test.text, got)
		case test.want != "" && (err != nil || got.String() != test.want):
			t.Errorf("%q: got %s (%v), want %s", test.text, got, err, test.want)
		}
	}
}

func TestOrder(t *testing.T) {
	if !slices.IsSorted(releases) {
		t.Errorf("releases are not in order: %v", releases)
	}
	if r := Of(2, 9); !r.Before(2, 10) || r.Before(2, 9) || !r.Within(r, r) || r.Within(Of(2, 10), Current) {
		t.Errorf("%s does not stand between its neighbours", r)
	}
}
