package schemafmt_test

import (
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/schemafmt"
	"github.com/qapi-go/qapi-go/parser"
)

// TestSource checks what layouts become.
func TestSource(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"blank", " \n\n", ""},
		{"one line", "{'command':'stop'}", "{ 'command': 'stop' }\n"},
		{"spaces", "{  'command' :'add',\n     'data'  : {'a':'str',\n 'b' : [ 'Node' ]}}\n",
			"{ 'command': 'add',\n  'data': { 'a': 'str',\n            'b': ['Node'] } }\n"},
		{"the author breaks lines", "{ 'command': 'a', 'data': 'B',\n  'returns': 'C' }\n", "{ 'command': 'a', 'data': 'B',\n  'returns': 'C' }\n"},
		{"a bracket that ends its line", "{ 'struct': 'Node',\n  'data': {\n      'a': 'str',\n      'b': { 'type': 'int',\n   'if': 'X' }\n  } }\n",
			"{ 'struct': 'Node',\n  'data': {\n    'a': 'str',\n    'b': { 'type': 'int',\n           'if': 'X' }\n  } }\n"},
		{"at the top", "{\n 'enum': 'E',\n 'data': [\n 'a', 'b'\n]\n}\n", "{\n  'enum': 'E',\n  'data': [\n    'a', 'b'\n  ]\n}\n"},
		{"below its bracket", "{ 'event': 'E',\n  'data': { 'a': 'str',\n   'b': 'int'\n} }\n", "{ 'event': 'E',\n  'data': { 'a': 'str',\n            'b': 'int'\n          } }\n"},
		{"a pragma", "{ 'pragma': {\n        'command-name-exceptions': [\n  'a_b' ] } }\n", "{ 'pragma': {\n    'command-name-exceptions': [\n      'a_b' ] } }\n"},
		{"lists", "{ 'enum': 'E', 'data': ['a'], 'features': ['b'], 'if': {'all': ['C']} }\n{ 'command': 'c', 'returns': [ 'E' ], 'data': {'data': [ 'E' ]} }\n" +
			"{ 'pragma': {'returns-whitelist': ['c']} }\n",
			"{ 'enum': 'E', 'data': [ 'a' ], 'features': [ 'b' ], 'if': { 'all': [ 'C' ] } }\n{ 'command': 'c', 'returns': ['E'], 'data': { 'data': ['E'] } }\n" +
				"{ 'pragma': { 'returns-whitelist': [ 'c' ] } }\n"},
		{"nothing inside", "{ 'struct': 'A', 'data': {} }\n{ 'enum': 'E', 'data': [\n] }\n", "{ 'struct': 'A', 'data': { } }\n{ 'enum': 'E', 'data': [ ] }\n"},
		{"around colons and commas", "{ 'enum'\n:\n'E'\n,\n'data'\n: [ 'a'\n, 'b' ] }\n", "{ 'enum': 'E',\n  'data': [ 'a', 'b' ] }\n"},
		{"a long line", "{ 'command': 'add', 'data': { 'first-argument': 'str', 'second-argument': 'str', 'third-argument': 'str' } }\n",
			"{ 'command': 'add',\n  'data': { 'first-argument': 'str', 'second-argument': 'str',\n            'third-argument': 'str' } }\n"},
		{"80 columns", "{ 'command': 'add', 'data': { 'first-argument': 'str', 'second-arg': 'number' } }\n{ 'command': 'add', 'data': { 'first-argument': 'str', 'second-arg': 'int64' } }\n",
			"{ 'command': 'add',\n  'data': { 'first-argument': 'str', 'second-arg': 'number' } }\n{ 'command': 'add', 'data': { 'first-argument': 'str', 'second-arg': 'int64' } }\n"},
		{"comments", "# one  \n  # two\n\n\n\n{ 'enum': 'E', # three\n # four\n\n  # five\n'data': [ 'a'  # six\n, 'b' ] # seven\n}\n   # eight\n{ 'command': 'c' }   # nine\n",
			"# one\n  # two\n\n{ 'enum': 'E', # three\n  # four\n\n  # five\n  'data': [ 'a' # six\n            , 'b' ] # seven\n}\n   # eight\n{ 'command': 'c' } # nine\n"},
		{"documentation", "##\n# @stop:\n#\n#     Stop  \n\n\n  # it.\n##\n\n\n{ 'command': 'stop' }", "##\n# @stop:\n#\n#     Stop\n\n\n  # it.\n##\n\n{ 'command': 'stop' }\n"},
		{"several on a line", "{ 'command': 'a' } { 'command': 'b' }##\n# text\n##\n", "{ 'command': 'a' }\n{ 'command': 'b' } ##\n# text\n##\n"},
		{"line ends", "{ 'command': 'a',\r\n  'data': 'B' }\r{ 'command': 'b' }\r\n", "{ 'command': 'a',\n  'data': 'B' }\n{ 'command': 'b' }\n"},
		{"old commas", "{ 'type': 'A', 'data': {'a': 'str'\n'b': 'int',} }\n", "{ 'type': 'A', 'data': { 'a': 'str'\n                         'b': 'int', } }\n"},
		{"old escapes", `{ 'enum': 'E', 'data': [ 'a\'#{', "b" ] }`, `{ 'enum': 'E', 'data': [ 'a\'#{', "b" ] }` + "\n"},
		{"the words of other dialects", "{ 'command': 'a', 'gen':false }\n{ 'command': 'b', 'gen': 'no'\n}\n", "{ 'command': 'a', 'gen': false }\n{ 'command': 'b', 'gen': 'no'\n}\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := schemafmt.Source(test.in)
			if got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
			if again := schemafmt.Source(got); again != got {
				t.Errorf("once more it is\n%s", again)
			}
		})
	}
}

// TestDeep checks that depth does not multiply the size of a file.
func TestDeep(t *testing.T) {
	const depth, lines = 900, 10_000
	in := "{ 'a': " + strings.Repeat("[", depth) + strings.Repeat("'b',\n", lines) + "'b'" + strings.Repeat("]", depth) + " }\n"
	got := schemafmt.Source(in)
	if len(got) > 30*len(in) || !isValid(got) || schemafmt.Source(got) != got {
		t.Errorf("%d bytes become %d", len(in), len(got))
	}
}

// FuzzSource checks that a layout is final and has no syntax errors, and that
// nothing but white space changes, if there were no syntax errors.
func FuzzSource(f *testing.F) {
	for _, text := range []string{
		"{ 'command': 'a',\n 'data': {'b': [ 'C' ]} } # d\n##\n# e\n\n##\n",
		"{ 'a': { 'b': [\n'c', [ {} ] ]\n} # d\n, 'e': 'f", "]}{[: '\n", "## a\n{##\n}", "{'a'\r\n:'\\'b' \u00a0 c}",
		"{ 'command': 'aaaaaaaaaaaaaaaaaaaaaaaa', 'data': { 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb': 'c', 'dddddddddddddddddd': 'e', 'f': { 'g': 'h' } } }",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := schemafmt.Source(text)
		if !isValid(text) {
			return
		}
		if !isValid(got) {
			t.Errorf("%q becomes %q, which has syntax errors", text, got)
		}
		if again := schemafmt.Source(got); again != got {
			t.Errorf("%q becomes %q, and that %q", text, got, again)
		}
		if !slices.Equal(strings.Fields(solid(got)), strings.Fields(solid(text))) {
			t.Errorf("%q becomes %q", text, got)
		}
	})
}

// isValid reports whether a text has no syntax errors.
func isValid(text string) bool {
	errs := new(diag.List)
	parser.Syntax(token.NewFileSet(), "s.json", text, 0, errs)
	return !errs.HasErrors()
}

// solid returns a text without white space.
func solid(text string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\n\v\f\r\u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000", r) || 0x2000 <= r && r <= 0x200a || 0x1c <= r && r <= 0x1f {
			return -1
		}
		return r
	}, text)
}
