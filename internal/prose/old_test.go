package prose

import "testing"

func TestParseReturns(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"plain", "something", "p something\n"},
		{"cases", "nothing on success\n         If @a is bad, that\n         is GenericError\n         Error if not",
			"p nothing on success\nitem\n  p If <member a> is bad, that is GenericError\nitem\n  p Error if not\n"},
		{"a case only", "If all is well, nothing", "p If all is well, nothing\n"},
		{"cases and more", "nothing\nIf bad, Error\n\nMore.", "p nothing If bad, Error\np More.\n"},
		{"a paragraph", "nothing\n\nIf bad, Error", "p nothing\np If bad, Error\n"},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := dump(ParseReturns(tt.text)); got != tt.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, tt.want)
			}
			if r := lost(tt.text, ParseReturns(tt.text)); r != 0 {
				t.Errorf("lost %q", r)
			}
		})
	}
}
