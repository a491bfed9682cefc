package prose

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

// FuzzParse checks that no text makes the parser fail, run on, or lose a word.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"text *emph* ``code`` `Ref` @member :a:b:`c` http://x.y/",
		"- a\n\n  1. b\n     c\n- d::\n\n    e",
		".. note:: x\n   y\n\n.. qmp-example::\n   :title: t\n   :annotated:\n\n   u::\n\n    -> {\n    <- }",
		"= H\n\nT\n===\n\n***\nX\n***\n\n| a\n| b\n\n:f: g\n\nterm\n  def",
		"===  ===\na  b\n===  ===\n\n+--+\n|x |\n+--+", ".. table:: x\n   :widths: 1\n\n   == ==\n   == ==",
		"\\* \\a \\", "::", "|", "..", "-", "*", "`", "``", "1.", "(a)",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, blocks := range [][]Block{Parse(text), ParseReturns(text), {ParseExample(text)}} {
			if r := lost(text, blocks); r != 0 && !hasLayout(text) {
				t.Fatalf("%q lost %q:\n%s", text, r, dump(blocks))
			}
		}
	})
}

// hasLayout reports whether a text may have an option that is about layout, whose name and value
// do not reach the blocks.
func hasLayout(text string) bool {
	return slices.ContainsFunc(slices.Concat(codeLayout, tableLayout, otherLayout), func(name string) bool {
		return strings.Contains(text, ":"+name+":")
	})
}

// layout are words that only say how things look and do not reach the blocks. A space in their
// place keeps the bytes around them from joining to a character.
var layout = strings.NewReplacer("qmp-example", " ", "title", " ", "annotated", " ",
	".. table::", " ", ":widths: auto", " ", "code-block", " ", "code", " ", "sourcecode", " ", "parsed-literal", " ")

// lost returns a letter or digit that is more often in the text than in the
// blocks, or 0.
func lost(text string, blocks []Block) rune {
	count := make(map[rune]int)
	for _, r := range plain(blocks) {
		count[r]++
	}
	for _, r := range layout.Replace(text) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			if count[r]--; count[r] < 0 {
				return r
			}
		}
	}
	return 0
}
