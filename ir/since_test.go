package ir

import "testing"

func TestSpan(t *testing.T) {
	three := &Schema{Releases: []string{"7.2.0", "10.0.0", "10.2.0"}}
	tests := []struct {
		name         string
		schema       *Schema
		in           Presence
		stated       string
		since, until string
	}{
		{"in all", three, nil, "", "", ""},
		{"in all, stated", three, nil, "2.4", "2.4", ""},
		{"in all, stated too new", three, nil, "9.0", "", ""},
		{"new", three, Presence{"10.2.0"}, "", "10.2.0", ""},
		{"new, stated", three, Presence{"10.2.0"}, "10.1", "10.1", ""},
		{"new, stated too old", three, Presence{"10.2.0"}, "9.0", "10.2.0", ""},
		{"new, stated too new", three, Presence{"10.0.0", "10.2.0"}, "10.1", "10.0.0", ""},
		{"gone", three, Presence{"7.2.0"}, "", "", "10.0.0"},
		{"gone, stated", three, Presence{"7.2.0"}, "1.5", "1.5", "10.0.0"},
		{"in the middle", three, Presence{"10.0.0"}, "9.1.", "9.1", "10.2.0"},
		{"one release", &Schema{}, nil, "6.2", "6.2", ""},
		{"no version", &Schema{}, nil, "ever", "", ""},
		{"a version and more", &Schema{}, nil, "0.14 (see below)", "0.14", ""},
	}
	for _, test := range tests {
		since, until := test.schema.Span(test.in, test.stated)
		if since != test.since || until != test.until {
			t.Errorf("%s: since %q until %q, want %q and %q", test.name, since, until, test.since, test.until)
		}
	}
}

func TestReleaseSpan(t *testing.T) {
	s := &Schema{Releases: []string{"7.2.0", "10.0.0", "10.2.0"}}
	for _, test := range []struct {
		in   Presence
		want string
	}{
		{nil, ""},
		{Presence{"10.2.0"}, "since 10.2.0"},
		{Presence{"10.0.0", "10.2.0"}, "since 10.0.0"},
		{Presence{"10.0.0"}, "since 10.0.0, until 10.0.0, gone in 10.2.0"},
		{Presence{"7.2.0"}, "until 7.2.0, gone in 10.0.0"},
		{Presence{"7.2.0", "10.2.0"}, "only 7.2.0, 10.2.0"},
		{Presence{"6.2.0"}, "only 6.2.0"}, // not a release of the schema
	} {
		if got := s.ReleaseSpan(test.in); got != test.want {
			t.Errorf("%v: %q, want %q", test.in, got, test.want)
		}
	}
}

func TestSectionSince(t *testing.T) {
	for text, want := range map[string]string{
		"the node (since 9.1)":          "9.1",
		"size\n(Since 2.12.1), rounded": "2.12.1",
		"(since: 4.0)":                  "4.0",
		"since 4.0":                     "",
		"":                              "",
	} {
		if got := (&Section{Text: text}).Since(); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if (*Section)(nil).Since() != "" {
		t.Error("no section has a version")
	}
}
