package docstyle

import (
	"math/rand/v2"
	"regexp"
	"slices"
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
		"9. First": 0, "  0. First": 0, "10. First": 1, "a. First": 1,
	} {
		c.Next(text)
		if got := len(c.Joints()); got != want {
			t.Errorf("%q has %d joints, want %d", text, got, want)
		}
	}
}

// TestJointsAtRandom compares joints with the expression of QEMU's compiler in lines
// that are made of what matters to it.
func TestJointsAtRandom(t *testing.T) {
	sentence := regexp.MustCompile(`\be\.g\. [A-Z0-9(]|^ *\d\. [A-Z0-9(]|([.!?]) [A-Z0-9(]`)
	pieces := []string{"e.g", ".", ".", "!", "?", " ", " ", "A", "7", "(", "e", "_", "x", "-", "é", "e.g. A", "1. B"}
	r := rand.New(rand.NewPCG(1, 2))
	found := 0
	for range 20_000 {
		text := ""
		for range r.IntN(9) {
			text += pieces[r.IntN(len(pieces))]
		}
		var want []Joint
		for _, m := range sentence.FindAllStringSubmatchIndex(text, -1) {
			if m[2] >= 0 {
				want = append(want, Joint{m[2], m[1]})
			}
		}
		found += len(want)
		var c Checker
		c.text = text
		if got := c.Joints(); !slices.Equal(got, want) {
			t.Errorf("joints of %q are %v, want %v", text, got, want)
		}
	}
	if found < 1000 {
		t.Errorf("only %d joints in all lines", found)
	}
}
