package docstyle

import (
	"regexp"
	"testing"
)

// TestLines compares what is read by hand with the expressions of QEMU's compiler.
func TestLines(t *testing.T) {
	literal := regexp.MustCompile(`^ *(\.\. +qmp-example)?:: *$`)
	url := regexp.MustCompile(`^ *(https?|ftp)://[^ ]*$`)
	for _, text := range []string{
		"", "::", "  ::  ", ":::", "a::", "a ::", ".. qmp-example::", "  ..   qmp-example::", "..qmp-example::", ".. qmp-example::x",
		".. qmp-example ::", ".. qmp-example:: ", ".. note::", ".. ::", "qmp-example::", ":: ::",
		"http://x", " https://x/y?z", "ftp://", "ftp://a b", "http:/x", "see http://x", "httpss://x", "https://a://b", "://", "http://x ",
	} {
		if got, want := opensLiteral(text), literal.MatchString(text); got != want {
			t.Errorf("opensLiteral(%q) = %v, want %v", text, got, want)
		}
		if got, want := isURL(text), url.MatchString(text); got != want {
			t.Errorf("isURL(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestJoints(t *testing.T) {
	var c Checker
	for text, want := range map[string]int{
		"One.  Two.": 0, "One. Two! Three": 2, "e.g. This": 0, "1. First": 0, "so. it": 0,
	} {
		c.Next(text)
		if got := len(c.Joints()); got != want {
			t.Errorf("%q has %d joints, want %d", text, got, want)
		}
	}
}
