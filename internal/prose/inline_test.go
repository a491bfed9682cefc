package prose

import "testing"

func TestInlines(t *testing.T) {
	tests := []struct{ text, want string }{
		{"plain\ntext", "plain text"},
		{"``code *x*`` end", "<code code *x*> end"},
		{"``a`b`` and ``c``", "<code a`b> and <code c>"},
		{"``never closed", "``never closed"},
		{"`` not`` this", "`` not`` this"},
		{"*emph* and **strong**", "<em emph> and <strong strong>"},
		{"**Note:** x", "<strong Note:> x"},
		{"*see @x*", "<em see <member x>>"},
		{"*a **b** c*", "<em a **b** c>"},
		{"2 * 3 * 4, a*b*c, *.img and *.iso", "2 * 3 * 4, a*b*c, *.img and *.iso"},
		{"'*' and (*)", "'*' and (*)"},
		{"_one_ {x} #optional", "_one_ {x} #optional"},
		{"@name, (@a-b_c) @x: '@y'", "<member name>, (<member a-b_c>) <member x>: '<member y>'"},
		{"user@host @ 5 @@", "user@host @ 5 @@"},
		{"`BlockInfo` and `block-add`.", "<any BlockInfo> and <any block-add>."},
		{"a ` b", "a ` b"},
		{":qapi:cmd:`stop` :ref:`x`", "<qapi:cmd stop> <ref x>"},
		{":doc:`The Spec </interop/qmp-spec>`", "<doc /interop/qmp-spec|The Spec>"},
		{"a:b:c ::`x`", "a:b:c ::<any x>"},
		{"`text <http://x/y>`_ z", "<link text|http://x/y> z"},
		{"`elsewhere`_ z", "`elsewhere`_ z"},
		{":code:`a` :file:`/x` :frob:`c` d", "<code a> <code /x> :frob:`c` d"},
		{"|sub| [1]_ [a|b] x[0] |a b|", "|sub| [1]_ [a|b] x[0] |a b|"},
		{"see https://x.org/a_b(c). <http://y>", "see <link https://x.org/a_b(c)|https://x.org/a_b(c)>. <<link http://y|http://y>>"},
		{"(http://x/y) http:// x", "(<link http://x/y|http://x/y>) http:// x"},
		{`\*not\* '\n' a\ b \\`, `*not* '\n' ab \`},
		{`trailing \`, `trailing \`},
		{"é@x “*y*”", "é@x “<em y>”"},
		{"\xff*a*\xfe", "\xff*a*\xfe"},
	}
	for _, tt := range tests {
		if got := dumpInlines(parseInlines(tt.text, nil, new(problems))); got != tt.want {
			t.Errorf("%q:\n got %s\nwant %s", tt.text, got, tt.want)
		}
	}
}
