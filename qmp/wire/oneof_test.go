package wire

import "testing"

func TestOneOf(t *testing.T) {
	tests := []struct {
		list, name string
		want       bool
	}{
		{"on,off,auto", "on", true},
		{"on,off,auto", "off", true},
		{"on,off,auto", "auto", true},
		{"on,off,auto", "aut", false},
		{"on,off,auto", "autos", false},
		{"on,off,auto", "of", false},
		{"on,off,auto", "on,off", false},
		{"on,off,auto", "", false},
		{"on", "on", true},
		{"", "", false},
		{"", "on", false},
	}
	for _, tt := range tests {
		if got := OneOf(tt.list, tt.name); got != tt.want {
			t.Errorf("OneOf(%q, %q) = %t", tt.list, tt.name, got)
		}
	}
}
