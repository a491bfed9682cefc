package prose

import (
	"fmt"
	"testing"
)

// TestExamples checks which paragraphs go with the example below them.
func TestExamples(t *testing.T) {
	const example = "\n\n.. qmp-example::\n\n    -> { \"execute\": \"stop\" }\n"
	for _, test := range []struct{ text, title, rest string }{
		{"For instance:" + example, "[{For instance:}]", "[]"},
		{"Example:" + example, "[]", "[]"},
		{"It stops." + example, "[]", "[{[{It stops.}]}]"},
		{"See:\n\nMore." + example, "[]", "[{[{See:}]} {[{More.}]}]"},
	} {
		rest, examples := Examples(Parse(test.text))
		if len(examples) != 1 || fmt.Sprint(examples[0].Title) != test.title || fmt.Sprint(rest) != test.rest {
			t.Errorf("%q: examples %v, rest %v", test.text, examples, rest)
		}
	}
}

// TestWithoutColon checks that no text ends with the announcement of what does not
// follow it.
func TestWithoutColon(t *testing.T) {
	const titled = "\n\n.. qmp-example::\n    :title: Stop\n\n    -> { \"execute\": \"stop\" }\n"
	for _, test := range []struct{ text, rest string }{
		{"It stops the machine, as in:" + titled, "[{[{It stops the machine, as in.}]}]"},
		{"Example:" + titled, "[]"},
		{"See *this*:" + titled, "[{[{See } {[{this}]} {.}]}]"},
		{"It stops." + titled, "[{[{It stops.}]}]"},
	} {
		rest, _ := Examples(Parse(test.text))
		if fmt.Sprint(rest) != test.rest {
			t.Errorf("%q: rest %v, want %s", test.text, rest, test.rest)
		}
	}
	for text, want := range map[string]string{
		"One.\n\nArguments:": "[{[{One.}]}]", "Arguments:": "[]", "The rest is:": "[{[{The rest is.}]}]",
		"See:\n\n- one": "[{[{See:}]} {false [{ [{[{one}]}]}]}]", "": "[]",
	} {
		if got := fmt.Sprint(WithoutColon(Parse(text))); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
