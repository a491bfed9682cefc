package wire_test

import (
	"testing"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// oneWord is an alternate whose only branch makes it a struct of one word, which an interface value
// holds itself.
type oneWord struct {
	Str *string
}

func (*oneWord) WireAlternate() {}

// TestStructValues checks that structs that are no pointers are encoded, and not decoded into, even
// when their plans are known from encoding.
func TestStructValues(t *testing.T) {
	text := "x"
	tests := []struct {
		name  string
		value any
		want  string
	}{
		{"struct", Small{}, ""},
		{"alternate", NodeRef{Reference: &text}, `"x"`},
		{"one word", oneWord{&text}, `"x"`},
		{"no word", Empty{}, "{}"},
		{"pointer", &oneWord{&text}, `"x"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for range 2 {
				got, err := wire.MarshalJSON(test.value)
				if err != nil || test.want != "" && string(got) != test.want {
					t.Errorf("MarshalJSON: %s, %v", got, err)
				}
				again, err := wire.Append(nil, test.value, wire.Tolerant)
				if err != nil || string(again) != string(got) {
					t.Errorf("Append: %s, %v; want %s", again, err, got)
				}
				if test.name == "pointer" {
					continue
				}
				if err := wire.Decode(got, test.value, wire.Tolerant); err == nil {
					t.Error("decoded into a value")
				}
			}
		})
	}
}
