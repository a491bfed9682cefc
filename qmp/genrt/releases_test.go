package genrt_test

import (
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/qmp/genrt"
)

const lampTable = `1.0.0 1.1.0 2.0.0
6 {"name":"lamp","meta-type":"command","arg-type":"0","ret-type":"0"}
1 {"name":"candle","meta-type":"command","arg-type":"0","ret-type":"0"}
7 {"name":"0","meta-type":"object","members":[]}
`

func TestReleaseFeatures(t *testing.T) {
	tests := []struct {
		release, commands, want string
	}{
		{"1.0.0", "candle", ""},
		{"1.0", "candle", ""},
		{"1", "lamp", ""}, // 1.1.0
		{"2", "lamp", ""},
		{"2.0.0", "lamp", ""},
		{"2.", "", "1.0.0, 1.1.0, 2.0.0"},
		{"10", "", `no release "10"`},
		{"", "", "no release"},
	}
	for _, test := range tests {
		f, err := genrt.ReleaseFeatures(lampTable, test.release)
		switch {
		case err != nil && (test.want == "" || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%q: %v", test.release, err)
		case err == nil && test.want != "":
			t.Errorf("%q: no error", test.release)
		case err == nil && strings.Join(f.Commands(), " ") != test.commands:
			t.Errorf("%q: %q, want %s", test.release, f.Commands(), test.commands)
		}
	}
}
