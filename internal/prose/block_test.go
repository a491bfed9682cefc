package prose

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	tests := []struct {
		name string
		text string
		want string
	}{
		{"empty", "", ""},
		{"blank lines only", "\n  \n\t\n", ""},
		{"paragraphs", "One\ntwo.\n\n\nThree.", "p One two.\np Three.\n"},
		{"indentation below the first line", "first line\n    second\n\n    new paragraph", "p first line second\np new paragraph\n"},
		{"first paragraph indented further", "first line\n      second\n  third\n\n  other", "p first line second third\np other\n"},
		{"first paragraph indented further than the rest", "first line\n      second\n      third\n\n  other", "p first line second third\np other\n"},
		{"common indentation", "    first\n    second\n", "p first second\n"},
		{"tabs are blanks", "first\n\tsecond", "p first second\n"},

		{"bullets", "- one\n- two\n  more\n\n- three", "item\n  p one\nitem\n  p two more\nitem\n  p three\n"},
		{"bullets of two kinds", "- one\n\n* two", "item\n  p one\nitem\n  p two\n"},
		{"bullets behind a tag", "- 'a' first\n      - 'b' second", "item\n  p 'a' first\nitem\n  p 'b' second\n"},
		{"list in a tagged section", "\n    - one\n      more\n    - two", "item\n  p one more\nitem\n  p two\n"},
		{"bullets below a paragraph that announces them", "Either:\n- one\n- two\n\nafter",
			"p Either:\nitem\n  p one\nitem\n  p two\np after\n"},
		{"a dash at the start of a line", "one\n- two", "p one - two\n"},
		{"nested list", "- one\n\n  * inner\n  * inner two\n\n- two",
			"item\n  p one\n  item\n    p inner\n  item\n    p inner two\nitem\n  p two\n"},
		{"list ended by a paragraph", "* one\n* two\n\nafter", "item\n  p one\nitem\n  p two\np after\n"},
		{"list item that is not indented further", "- one\ntwo\n- three", "item\n  p one two\nitem\n  p three\n"},
		{"numbers", "1. one\n2. two\n   more\n10. ten", "item 1.\n  p one\nitem 2.\n  p two more\nitem 10.\n  p ten\n"},
		{"numbers in brackets", "1) one\n2) two\n\n(a) x\n(b) y",
			"item 1)\n  p one\nitem 2)\n  p two\nitem (a)\n  p x\nitem (b)\n  p y\n"},
		{"automatic numbers", "#. one\n#. two", "item 1.\n  p one\nitem 2.\n  p two\n"},
		{"an initial is no number", "A. Person wrote\nthis", "p A. Person wrote this\n"},
		{"a year is no number", "In QEMU\n\n2015. It was", "p In QEMU\np 2015. It was\n"},
		{"item with paragraphs", "1. one\n\n   two\n\n2. three", "item 1.\n  p one\n  p two\nitem 2.\n  p three\n"},
		{"item that starts below its bullet", "-\n  one\n- two", "item\n  p one\nitem\n  p two\n"},

		{"literal block", "Text::\n\n   a\n     b\n\n   c\n\nafter", "p Text:\nliteral \"a\\n  b\\n\\nc\"\np after\n"},
		{"literal block, colons apart", "Text ::\n\n   a", "p Text\nliteral \"a\"\n"},
		{"literal block, colons on their own line", "Text\n::\n\n   a\n\n::\n\n   b", "p Text\nliteral \"a\"\nliteral \"b\"\n"},
		{"colons without a block", "default is fec0::", "p default is fec0::\n"},
		{"colons without a block, more below", "ends in::\n\nafter", "p ends in::\np after\n"},
		{"literal block keeps markup", "::\n\n   *a* `b` .. note:: c", "literal \"*a* `b` .. note:: c\"\n"},
		{"literal block in a member", "looks like::\n\n        5|   *\n        4|\n\n    more text",
			"p looks like:\nliteral \"5|   *\\n4|\"\np more text\n"},
		{"line block", "Text\n| one\n|   two\n|\n| three", "p Text\n|one\n|__two\n|\n|three\n"},
		{"line block with continuations", "| one *x*\n  more\n| two", "|one <em x> more\n|two\n"},
		{"quote", "Text\n\n    quoted\n\nafter", "p Text\nquote\n  p quoted\np after\n"},

		{"bullets below a paragraph that does not", "error if\n- one\n- two", "p error if\nitem\n  p one\nitem\n  p two\n"},
		{"members without colons", "@a      one\n@b-c    two\n        more\n\nafter", "term <member a>\n  p one\nterm <member b-c>\n  p two more\np after\n"},
		{"choices", "defaults to `x'\n`x' to do x\n`y' to do\ny\n\n`z' alone", "p defaults to `x'\nitem\n  p `x' to do x\nitem\n  p `y' to do y\np `z' alone\n"},
		{"choices in quotation marks", "auth 'none'\n'none' if not\n'x' uses\n  x", "p auth 'none'\nitem\n  p 'none' if not\nitem\n  p 'x' uses x\n"},
		{"words in quotation marks", "one of\n'a', 'b',\n'c' and 'd'", "p one of 'a', 'b', 'c' and 'd'\n"},
		{"choices behind a tag", "`x' to do x\n     `y' to do y", "item\n  p `x' to do x\nitem\n  p `y' to do y\n"},
		{"definitions", "head\n\nterm\n  meaning\n\n  more\nother\n  meaning",
			"p head\nterm term\n  p meaning\n  p more\nterm other\n  p meaning\n"},
		{"long line with an indented one below", "This is a line that is too long for a term, as it stands here\n    and goes on\nthere",
			"p This is a line that is too long for a term, as it stands here and goes on there\n"},
		{"announced", "One of:\n - a\n - b\nafter", "p One of:\nitem\n  p a\nitem\n  p b\np after\n"},
		{"indented list below a paragraph", "Two lines\nof text\n  - a\n  - b", "p Two lines of text\nitem\n  p a\nitem\n  p b\n"},
		{"indented list", "Text\n\n 1) a\n\n 2) b", "p Text\nitem 1)\n  p a\nitem 2)\n  p b\n"},
		{"blank lines in a literal", "a::\n\n\n   b\n\n\n   c", "p a:\nliteral \"b\\n\\n\\nc\"\n"},
		{"fields", ":one: first\n:two: second\n   line", "term one\n  p first\nterm two\n  p second line\n"},
		{"a role is no field", ":doc:`/x` y", "p <doc /x> y\n"},

		{"note", ".. note:: one\n   two\n\n   three\n\nafter", "note \n  p one two\n  p three\np after\n"},
		{"note below", ".. note::\n\n   one", "note \n  p one\n"},
		{"note with a list", ".. caution:: one:\n\n   - a\n   - b", "caution \n  p one:\n  item\n    p a\n  item\n    p b\n"},
		{"note right below text", "text\n.. note:: one", "p text\nnote \n  p one\n"},
		{"admonition", ".. admonition:: Some\n   *Title*\n\n   text", "admonition Some <em Title>\n  p text\n"},
		{"admonition with list", ".. admonition:: Notes\n\n - a\n - b\n\nafter",
			"admonition Notes\n  item\n    p a\n  item\n    p b\np after\n"},
		{"code block", ".. code-block:: json\n\n   {\n     1 }", "literal json\"{\\n  1 }\"\n"},
		{"table directive", ".. table:: A *title*\n   :widths: auto\n\n   ===  ===\n   a    b\n   ===  ===\n   1    2\n   ===  ===",
			"table A <em title>\nhead (1 p a) (1 p b)\nrow (1 p 1) (1 p 2)\n"},
		{"simple table", "===  ===\na    b\n===  ===\n1    2\n\n3    4\n===  ===\n\nafter",
			"table \nhead (1 p a) (1 p b)\nrow (1 p 1) (1 p 2)\nrow (1 p 3) (1 p 4)\np after\n"},
		{"simple table without head", "==  ===\na   b\n==  ===\n\nafter", "table \nrow (1 p a) (1 p b)\np after\n"},
		{"rows of several lines", "==  ===\na   b\n    *c*\n\n    - d\n\ne   long text\n==  ===",
			"table \nrow (1 p a) (1 p b <em c>/item/  p d)\nrow (1 p e) (1 p long text)\n"},
		{"cells that span columns", "==  ==  ==\nab      c\n------  --\na   b   c\n==  ==  ==\né   ü   ß\n==  ==  ==",
			"table \nhead (2 p ab) (1 p c)\nhead (1 p a) (1 p b) (1 p c)\nrow (1 p é) (1 p ü) (1 p ß)\n"},
		{"text over the end of a column", "==  ==\nabc d\n==  ==", "literal \"==  ==\\nabc d\\n==  ==\"\n"},
		{"table that is not closed", "==  ==\na   b\n\nafter", "literal \"==  ==\\na   b\"\np after\n"},
		{"grid table", "+---+---+\n| a | b |\n+---+---+", "table \nrow (1 p a) (1 p b)\n"},
		{"grid table with head", "+---+---+\n| a | é |\n+===+===+\n| - c   |\n| - d   |\n+---+---+\n| 1 | 2 |\n|   |   |\n|   | 3 |\n+---+---+",
			"table \nhead (1 p a) (1 p é)\nrow (2 item/  p c/item/  p d)\nrow (1 p 1) (1 p 2/p 3)\n"},
		{"grid table with a ragged line", "+---+\n| a |\n| b\n+---+", "literal \"+---+\\n| a |\\n| b\\n+---+\"\n"},
		{"code block with options", ".. code-block:: c\n   :linenos:\n   :caption: A *b*\n\n   x", "p A <em b>\nliteral c\"x\"\n"},

		{"example", ".. qmp-example::\n\n    -> { \"a\":\n         1 }\n    <- { }",
			"example  annotated=false\n  client|-> { \"a\":\n  more|     1 }\n  server|<- { }\n"},
		{"example with title", ".. qmp-example::\n   :title: Use\n     `x`\n\n   -> 1",
			"example Use <any x> annotated=false\n  client|-> 1\n"},
		{"annotated example", ".. qmp-example::\n   :annotated:\n\n   Do *it*::\n\n    -> { }\n    ... later ...\n    <- { }\n\n   Done",
			"example  annotated=true\n  p Do <em it>:\n  client|-> { }\n  elision|... later ...\n  server|<- { }\n  p Done\n"},
		{"messages in prose", "Example:\n-> { \"a\": [\n\n  1 ] }\n<- x\n\nafter",
			"p Example:\nexample  annotated=false\n  client|-> { \"a\": [\n  text|\n  more|  1 ] }\n  server|<- x\np after\n"},

		{"old headings", "= One *x*", "h1 One <em x>\n"},
		{"old subheading", "== Two\n\ntext", "h2 Two\np text\n"},
		{"overlined", "*****\nTitle\n*****\n\ntext", "h1 Title\np text\n"},
		{"underlined", "Title\n=====\ntext", "h2 Title\np text\n"},
		{"underline that is short", "A longer title\n-----\n", "h3 A longer title\n"},
		{"not an underline", "Title of this\n--", "p Title of this --\n"},
		{"transition", "a\n\n----\n\nb", "p a\nliteral \"----\"\np b\n"},

		{"unknown directive", ".. frob:: x\n   :y: z\n\n   body\n\nafter", "literal \".. frob:: x\\n   :y: z\\n\\n   body\"\np after\n"},
		{"unknown option", ".. qmp-example::\n   :frob: z\n\n   -> 1", "literal \".. qmp-example::\\n   :frob: z\\n\\n   -> 1\"\n"},
		{"misspelt directive", ".. note: x", "literal \".. note: x\"\n"},
		{"comment", "..\n   x", "literal \"..\\n   x\"\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := dump(Parse(tt.text)); got != tt.want {
				t.Errorf("Parse(%q)\n got:\n%s\nwant:\n%s", tt.text, got, tt.want)
			}
		})
	}
}

func TestDepth(t *testing.T) {
	blocks := Parse(strings.Repeat("- ", 10000) + "end")
	depth := 0
	for len(blocks) == 1 {
		l, ok := blocks[0].(List)
		if !ok {
			break
		}
		depth++
		blocks = l.Items[0].Blocks
	}
	l, ok := blocks[0].(Literal)
	if !ok || !strings.HasSuffix(l.Text, "- end") {
		t.Fatalf("below %d lists: %T, want the rest as Literal", depth, blocks[0])
	}
	if depth != maxDepth+1 {
		t.Errorf("nested %d deep, want %d", depth, maxDepth+1)
	}
}

func TestParseExample(t *testing.T) {
	tests := []struct {
		name string
		text string
		want string
	}{
		{"titles between messages", "\n1. First\n\n-> { \"execute\":\n     \"x\" }\n<- { \"return\": {\n       \"a\": [\n   1\n]\n   }\n}\n\n2. Second\n-> {}",
			"text|1. First\ntext|\nclient|-> { \"execute\":\nmore|     \"x\" }\nserver|<- { \"return\": {\nmore|       \"a\": [\nmore|   1\nmore|]\n" +
				"more|   }\nmore|}\ntext|\ntext|2. Second\nclient|-> {}\n"},
		{"indented", "    -> a\n       b\n    <- c", "client|-> a\nmore|   b\nserver|<- c\n"},
		{"behind its tag", "-> a\n            <- b", "client|-> a\nserver|<- b\n"},
		{"elisions", "-> [\n   1,\n   ...\n   2 ]\n... much later ...\n<- {}",
			"client|-> [\nmore|   1,\nelision|   ...\nmore|   2 ]\nelision|... much later ...\nserver|<- {}\n"},
		{"brackets in strings", "<- \"{\\\"\"\nnext", "server|<- \"{\\\"\"\ntext|next\n"},
		{"not messages at all", "# virsh foo\n  bar", "text|# virsh foo\ntext|  bar\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := dump(ParseExample(tt.text).Blocks); got != tt.want {
				t.Errorf("ParseExample(%q)\n got:\n%s\nwant:\n%s", tt.text, got, tt.want)
			}
		})
	}
}
