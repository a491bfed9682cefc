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
