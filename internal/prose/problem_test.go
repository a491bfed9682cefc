package prose

import (
	"fmt"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	tests := []struct {
		name string
		text string
		want string // "line:column+length message", one a line
	}{
		{"nothing wrong", "Text *em* ``code`` `X` :ref:`y`.\n\n.. note:: x", ""},
		{"not markup", "`old quote' *.img 2 * 3 [a|b] ** x `` y, *-softmmu, 5*6, _x_, [1], a|b|c", ""},
		{"unknown directive", "Text.\n\n.. frob:: x\n   :y: z", `2:0+11 unknown directive ".. frob::"`},
		{"one colon", ".. note: x", `0:0+10 a directive has two colons: ".. note::"`},
		{"comment", "a\n\n.. some words", `2:0+13 not a directive: comments, targets and footnotes are not understood`},
		{"unknown option", "- a\n\n  .. qmp-example::\n     :frob: z\n\n     x", `3:12+0 ".. qmp-example::" has no option ":frob:"`},
		{"option given twice", ".. qmp-example::\n   :title: a\n   :title:\n   b\n\n   x", `2:10+0 the option ":title:" is given twice`},
		{"layout given twice", ".. code:: c\n   :name: a\n   :name: b\n\n   x", `2:10+0 the option ":name:" is given twice`},
		{"value of a flag", ".. qmp-example::\n   :annotated: z\n\n   x", `1:15+1 ":annotated:" takes no value`},
		{"argument that is none", ".. qmp-example:: x\n\n   y", `0:0+18 ".. qmp-example::" takes no argument: its title is an option, ":title:"`},
		{"no content", ".. note::\n\nafter", `0:0+9 ".. note::" has no content`},
		{"no title", ".. admonition::\n\n   text", `0:0+15 ".. admonition::" needs a title and content`},
		{"no code", ".. code-block:: c\n", `0:0+17 ".. code-block::" has no content`},
		{"no table", ".. table:: x\n\n   y", `0:0+12 ".. table::" has no table`},
		{"table not closed", "==  ==\na   b\n", `0:0+6 the table is not closed`},
		{"table with text in a gap", "==  ==\na   b\nab cd\n==  ==\n", `2:0+5 text of a cell extends past its column`},
		{"table with other borders", "==  ==\na   b\n===  =\nc   d\n==  ==\n", `2:0+6 the border does not match the first one of the table`},
		{"span that does not match", "==  ==\na   b\n-  --\n==  ==\n", `1:0+5 the columns that a cell spans do not match those of the table`},
		{"ragged grid", "+--+\n|a|\n+--+", `1:0+3 the line does not fit the grid of the table`},
		{"too many columns", strings.Repeat("== ", 100) + "==\na\n" + strings.Repeat("== ", 100) + "==\n", "0:0+302 the table has more than 100 columns"},
		{"too many columns in a grid", strings.Repeat("+-", 101) + "+\n|" + strings.Repeat("a ", 100) + "a|\n" + strings.Repeat("+-", 101) + "+\n", "0:0+203 the table has more than 100 columns"},
		{"open grid", "+--+\n|a |", `0:0+4 the table is not closed`},
		{"literal text", "one\n  two ``x y\n", "1:6+2 \"``\" starts markup that does not end"},
		{"emphasis", "one\ntwo *x y **z", "1:4+1 \"*\" starts markup that does not end\n1:9+2 \"**\" starts markup that does not end"},
		{"name", "one `x", "0:4+1 \"`\" starts markup that does not end"},
		{"role", "*see :frob:`x` there*", `0:5+9 unknown role ":frob:"`},
		{"target", "see `x`_ and [1]_ and |y|.", "0:4+4 there is no target of that name\n" +
			"0:13+4 [1]_ is not defined here\n0:22+3 |y| is not defined here"},
		{"in a title", ".. admonition:: A\n   ``b\n\n   c", "1:3+2 \"``\" starts markup that does not end"},
		{"in a table", "== ==\na  ``b\n== ==\n", "1:3+2 \"``\" starts markup that does not end"},
		{"in a member", "text\n    ``b", "1:4+2 \"``\" starts markup that does not end"},
		{"in a term and a field", ":``a: x\n\n``b\n  c", "0:1+2 \"``\" starts markup that does not end\n2:0+2 \"``\" starts markup that does not end"},
		{"too deep", strings.Repeat("- ", 30) + "end", "0:50+13 nested more than 24 levels deep"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, p := range Check(tt.text) {
				got = append(got, fmt.Sprintf("%d:%d+%d %s", p.Line, p.Column, p.Length, p.Msg))
			}
			if g := strings.Join(got, "\n"); g != tt.want {
				t.Errorf("got\n%s\nwant\n%s", g, tt.want)
			}
			if r := lost(tt.text, Parse(tt.text)); r != 0 {
				t.Errorf("lost %q:\n%s", r, dump(Parse(tt.text)))
			}
		})
	}
}
