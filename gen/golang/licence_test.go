package golang

import "testing"

func TestIsLicence(t *testing.T) {
	for text, want := range map[string]bool{
		"MIT": true, "GPL-2.0-or-later": true, "MIT OR (Apache-2.0 AND BSD-3-Clause)": true, "LicenseRef-x:y+": true,
		"": false, " ": false, " MIT": false, "MIT ": false, "MIT\n": false, "MIT; rm": false, "*/": false, "é": false,
	} {
		if got := IsLicence(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
