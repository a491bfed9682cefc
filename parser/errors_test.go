package parser

import (
	"bytes"
	"go/token"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/qapi-go/qapi-go/diag"
)

// errorTests are invalid inputs with their errors, as "line:col: message" in source order.
var errorTests = []struct {
	name, src string
	want      []string
}{
	{"empty file", "", nil},
	{"comments only", "# nothing\n   # here\n", nil},
	{"no final newline", "{ 'command': 'go' }", nil},
	{"carriage returns", "{ 'command': 'go' }\r\n{ 'command' 'stop' }\r\n", []string{"2:13: expected ':'"}},
	{"several errors", "{ 'command' 'a' }\n{ 'command': 'b' }\n{ 'command': 'c', }\n", []string{
		"1:13: expected ':'", "3:19: expected string",
	}},
	{"unclosed object", "{ 'struct': 'A',\n  'data': { 'a': 'int'\n{ 'enum': 'B', 'data': [ 'b' 'c' ] }\n", []string{
		"3:1: expected ',' or '}'", "3:30: expected ',' or ']'",
	}},
	{"an item that is indented more is part of the broken one", "{ 'struct': 'A',\n  'data': { 'a': 'int'\n  { 'enum': 'B' 'c' }\n{ 'enum': 'C' 'd' }\n", []string{
		"3:3: expected ',' or '}'", "4:15: expected ',' or '}'",
	}},
	{"an item that is indented as the broken one follows it", "  { 'struct': 'A',\n  'data': { 'a': 'int'\n  { 'enum': 'B' 'c' }\n", []string{
		"3:3: expected ',' or '}'", "3:17: expected ',' or '}'",
	}},
	{"the same with tabs", "\t{ 'struct': 'A',\n\t'data': { 'a': 'int'\n\t{ 'enum': 'B' 'c' }\n", []string{
		"3:2: expected ',' or '}'", "3:16: expected ',' or '}'",
	}},
	{"first bracket missing", "'struct': 'A', 'data': { 'a': 'int' } }\n{ 'command' 'b' }\n", []string{
		"1:1: top-level expression must be an object", "2:13: expected ':'",
	}},
	{"first bracket of an object missing", "{ 'struct': 'A', 'data': 'a': 'int' } }\n{ 'command' 'b' }\n", []string{
		"1:29: expected ',' or '}'", "2:13: expected ':'",
	}},
	{"last bracket too early", "{ 'struct' 'A' }, 'data': { 'a': 'int' } }\n{ 'command' 'b' }\n", []string{
		"1:12: expected ':'", "2:13: expected ':'",
	}},
	{"unclosed at the end", "{ 'enum': 'A', 'data': [ 'a',\n", []string{"1:30: expected '{', '[', string, or boolean"}},
	{"closed by the wrong bracket", "{ 'enum': 'A', 'data': [ 'a' } }\n{ 'command': 'B' }", []string{
		"1:30: expected ',' or ']'", "2:14: name of command must not use uppercase or '_'",
	}},
	{"stray bracket", "}\n{ 'command': 'a' }\n", []string{"1:1: expected '{', '[', string, or boolean"}},
	{"stray bracket before an item", "}{ 'struct' 'A' }\n{ 'command' }\n", []string{"1:1: expected '{', '[', string, or boolean", "2:13: expected ':'"}},
	{"prose", "This is not a schema.\nNot at all.\n{ 'command' }\n", []string{"1:1: stray 'This'", "3:13: expected ':'"}},
	{"stray character inside", "{ 'command': \"a\" }\n{ 'command': 12 }\n", []string{"1:14: stray '\"a\"'", "2:14: stray '12'"}},
	{"prefix of a word", "{ 'command': 'a', 'boxed': truely }\n", []string{"1:32: stray 'ly'"}},
	{"unterminated string", "{ 'command': 'a }\n{ 'event': 'b' }\n", []string{
		"1:14: missing terminating \"'\"", "2:12: name of event must not use lowercase or '-'",
	}},
	{"escapes", `{ 'command': 'a\\b', 'x\n': true }`, []string{`1:24: unknown escape \n`}},
	{"character in string", "{ 'command': 'caf\u00e9' }", []string{"1:18: funny character in string"}},
	{"control character", "{ 'command': 'a\tb' }", []string{"1:16: funny character in string"}},
	{"duplicate key", "{ 'enum': 'Aa', 'data': [], 'enum': 'Bb' }", []string{"1:29: duplicate key 'enum'"}},
	{"duplicate key before a syntax error", "{ 'struct': 'A', 'data': { 'a': 'b', 'a': 'c' 'd' } }", []string{
		"1:38: duplicate key 'a'", "1:47: expected ',' or '}'",
	}},
	{"not an object", "'command'\n[ 'enum' ]\ntrue\n", []string{
		"1:1: top-level expression must be an object", "2:1: top-level expression must be an object",
		"3:1: top-level expression must be an object",
	}},
	{"structural characters as strings", "'{' 'command' ':' 'a' '}'", []string{
		"1:1: top-level expression must be an object", "1:5: top-level expression must be an object",
		"1:15: top-level expression must be an object", "1:19: top-level expression must be an object",
		"1:23: top-level expression must be an object",
	}},
	{"comment in expression", "{ 'command': # why\n  'a' }\n", nil},
	{"documentation in expression", "{ 'command':\n##\n# text\n##\n 'a' }\n", []string{"2:1: expected '{', '[', string, or boolean"}},
	{"two on a line", "{ 'command': 'a' } { 'command': 'b' 'c' } { 'command': 'd' }\n", []string{"1:37: expected ',' or '}'"}},
	{"two broken on a line", "{ 'command': 'b' 'c' } { 'command' 'd' }\n", []string{"1:18: expected ',' or '}'", "1:36: expected ':'"}},
	{"byte-order mark", "\ufeff{ 'command': 'A' }", []string{
		"1:1: file starts with a byte-order mark", "1:15: name of command must not use uppercase or '_'",
	}},
	{"invalid UTF-8", "{ 'command':\n '\xff' }", []string{"2:3: can't read schema file 'root.json': Is not text (invalid UTF-8)"}},
	{"NUL byte", "\x7fELF\x00\x00", []string{"1:5: can't read schema file 'root.json': Is not text (NUL byte)"}},
	{"wide spaces", "{\u00a0'command':\u2003'a'\f}\v", nil},

	{"misspelt kind", "{ 'comand': 'a' }", []string{
		"1:3: expression must have exactly one key 'enum', 'struct', 'union', 'alternate', 'command', 'event'",
	}},
	{"two kinds", "{ 'event': 'A', 'command': 'b' }", []string{
		"1:17: expression must have exactly one key 'enum', 'struct', 'union', 'alternate', 'command', 'event'",
	}},
	{"empty object", "{}", []string{
		"1:1: expression must have exactly one key 'enum', 'struct', 'union', 'alternate', 'command', 'event'",
	}},
	{"misspelt key is one mistake", "{ 'struct': 'Aa', 'dta': {} }", []string{"1:1: struct misses key 'data'"}},
	{"several mistakes in one definition", "{ 'struct': 'Aa', 'data': { 'B': 'int', 'c': [], '*d': true, 'u': 'str', 'e': { 'type': 'x', 'if': 'y' } }, 'base': [] }", []string{
		"1:29: name of 'data' member 'B' must not use uppercase or '_'",
		"1:46: 'data' member 'c': array type must contain single type name",
		"1:56: 'data' member '*d' should be a type name or array",
		"1:62: 'data' member 'u' uses reserved name",
		"1:100: 'if' condition 'y' of 'data' member 'e' is not a valid identifier",
		"1:117: 'base' should be a type name",
	}},
	{"names", "{ 'enum': 'Aa', 'data': [ '1st', '', '_a', 'q-a', 'x-1', '__org.x_b', '__org_', '-a', 'a.b' ] }", []string{
		"1:34: 'data' member '' has an invalid name", "1:38: 'data' member '_a' has an invalid name",
		"1:44: 'data' member 'q-a' has an invalid name", "1:71: 'data' member '__org_' has an invalid name",
		"1:81: 'data' member '-a' has an invalid name", "1:87: 'data' member 'a.b' has an invalid name",
	}},
	{"type names", "{ 'struct': 'lower', 'data': {} }\n{ 'struct': 'UPPER', 'data': {} }\n{ 'struct': 'ThingList', 'data': {} }\n{ 'struct': '__org.x_Fine', 'data': {} }", []string{
		"1:13: name of struct must use CamelCase", "2:13: name of struct must use CamelCase",
		"3:13: struct name should not end in 'List'",
	}},
	{"pragma holds for what stands before", "{ 'command': 'a_b' }\n{ 'pragma': { 'command-name-exceptions': [ 'a_b' ] } }\n", nil},
	{"later pragma replaces", "{ 'pragma': { 'command-name-exceptions': [ 'a_b' ] } }\n{ 'command': 'a_b' }\n{ 'pragma': { 'command-name-exceptions': [] } }\n", []string{
		"2:14: name of command must not use uppercase or '_'",
	}},
	{"pragmas", "{ 'pragma': { 'doc-required': 'yes', 'doc-requird': true, 'member-name-exceptions': [ true ] } }\n{ 'pragma': [] }\n{ 'pragma': {}, 'x': 'y' }", []string{
		"1:31: pragma 'doc-required' must be boolean", "1:38: unknown pragma 'doc-requird'",
		"1:87: pragma member-name-exceptions must be a list of strings",
		"2:13: value of 'pragma' must be an object", "3:17: invalid 'pragma' directive",
	}},
	{"conditions", "{ 'command': 'a', 'if': { 'all': [ 'A', { 'not': { 'any': [] } }, 'b' ] } }\n{ 'command': 'b', 'if': {} }\n{ 'command': 'c', 'if': { 'al': [] } }", []string{
		"1:59: 'if' condition [] of command is useless", "1:67: 'if' condition 'b' of command is not a valid identifier",
		"2:25: 'if' condition of command has conflicting keys", "3:27: 'if' condition of command has unknown key 'al'",
	}},
	{"flags", "{ 'command': 'a', 'gen': true, 'boxed': 'x', 'allow-oob': true, 'coroutine': true }", []string{
		"1:26: flag 'gen' may only use false value", "1:41: 'boxed': true requires 'data'",
		"1:41: flag 'boxed' may only use true value", "1:78: flags 'allow-oob' and 'coroutine' are incompatible",
	}},
	{"features", "{ 'command': 'a', 'features': 'b' }\n{ 'command': 'c', 'features': [ 'd', true, { 'if': 'E' }, { 'name': 'F' } ] }", []string{
		"1:31: 'features' must be an array", "2:38: 'features' member requires a string name",
		"2:44: 'features' member misses key 'name'", "2:69: name of 'features' member 'F' must not use uppercase or '_'",
	}},
	{"alternate", "{ 'alternate': 'Aa', 'data': {} }\n{ 'alternate': 'Bb', 'data': 'c' }\n{ 'alternate': 'Cc', 'data': { 'd': [ 'int' ], 'e': [ 'a', 'b' ] } }", []string{
		"1:30: 'data' must not be empty", "2:30: 'data' must be an object",
		"3:53: 'data' member 'e': array type must contain single type name",
	}},
	{"union", "{ 'union': 'Aa', 'base': [], 'discriminator': true, 'data': { 'a': [ 'B' ] } }", []string{
		"1:26: 'base' should be an object or type name", "1:47: 'discriminator' requires a string name",
		"1:68: 'data' member 'a' should be a type name",
	}},
	{"enum", "{ 'enum': 'Aa', 'data': {}, 'prefix': true }", []string{
		"1:25: 'data' must be an array", "1:39: 'prefix' must be a string",
	}},
	{"too deep", "{ 'command': " + strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth) + " }\n{ 'command': 'A' }\n", []string{
		"1:1013: nesting is deeper than 1000 levels", "2:14: name of command must not use uppercase or '_'",
	}},
	{"just deep enough", "{ 'command': 'a', 'x': " + strings.Repeat("[", MaxDepth-1) + strings.Repeat("]", MaxDepth-1) + " }", []string{
		"1:19: command has unknown key 'x'",
	}},

	{"comment for another", "##\n# @a:\n##\n{ 'command': 'b' }\n", []string{"2:4: documentation comment is for 'a'"}},
	{"comment without definition", "##\n# @a:\n##\n\n##\n# Text.\n##\n", []string{"2:4: documentation for 'a' is not followed by the definition"}},
	{"comment before a broken definition", "##\n# @a:\n##\n{ 'command' 'a' }\n", []string{"4:13: expected ':'"}},
	{"free-form before a definition", "##\n# Text.\n##\n{ 'command': 'b' }\n", []string{"1:1: definition documentation required"}},
	{"doc required", "{ 'pragma': { 'doc-required': true } }\n{ 'command': 'b' }\n", []string{"2:14: documentation comment required"}},
	{"opener", "## Text\n# more\n##\n{ 'command': 'b' }\n", []string{"1:3: junk after '##' at start of documentation comment"}},
	{"no closer", "##\n# @b:\n# Text.\n{ 'command': 'b' }\n{ 'command' }", []string{
		"4:1: documentation comment must end with '##'", "5:13: expected ':'",
	}},
	{"no space after #", "##\n# @b:\n#Text.\n##\n{ 'command': 'b' }\n", []string{"3:1: missing space after #"}},
	{"line without # inside", "##\n# @b:\n\n# Text.\n  ##\n{ 'command': 'b' }\n", nil},
	{"missing colon", "##\n# @b\n##\n{ 'command': 'b' }\n", []string{"2:3: line should end with ':'"}},
	{"empty sections", "##\n# @b:\n#\n# @c:\n#\n# Features:\n# @d:\n#\n# Returns:\n#\n# Since:\n##\n{ 'command': 'b', 'returns': 'str' }\n", []string{
		"4:4: text required after '@c:'", "7:4: text required after '@d:'",
		"9:3: text required after 'Returns:'", "11:3: text required after 'Since:'",
	}},
	{"doubled sections", "##\n# @b:\n#\n# Since: 1\n#\n# Since: 2\n#\n# Features:\n# @f: g\n#\n# Features:\n# @h: i\n##\n{ 'command': 'b' }\n", []string{
		"6:3: duplicated 'Since' section", "11:3: duplicated 'Features:' line",
	}},
	{"sections of commands", "##\n# @Aa:\n#\n# Returns: x\n#\n# Errors: y\n##\n{ 'enum': 'Aa', 'data': [] }\n", []string{
		"4:3: 'Returns' section is only valid for commands", "6:3: 'Errors' section is only valid for commands",
	}},
	{"returns nothing", "##\n# @a:\n#\n# Returns: x\n##\n{ 'command': 'a' }\n", []string{
		"4:3: 'Returns' section, but command doesn't return anything",
	}},
	{"returns nothing, old rules", "##\n# @a:\n#\n# Returns: x\n#\n# Example:\n#\n# y\n##\n{ 'command': 'a' }\n", nil},
	{"de-indent", "##\n# @a:\n#\n# @b: c\n#     d\n#   e\n##\n{ 'command': 'a' }\n", []string{
		"6:3: unexpected de-indent (expected at least 4 spaces)",
	}},
	{"late member", "##\n# @a:\n#\n# Since: 1\n#\n# @b: c\n##\n{ 'command': 'a' }\n", []string{
		"6:3: description of '@b:' follows a section",
	}},
	{"long line", "##\n# " + strings.Repeat("x", 69) + "\n##\n##\n# https://" + strings.Repeat("x", 69) + "\n##\n", []string{
		"2:3: documentation line longer than 70 characters",
	}},
	{"one space", "##\n# One. Two, e.g. Three.  Four\n# 1. Five\n#\n# ::\n#\n#   Six. Seven\n##\n", []string{
		"2:6: Use two spaces between sentences",
	}},
}

func TestErrors(t *testing.T) {
	for _, test := range errorTests {
		t.Run(test.name, func(t *testing.T) {
			got := loadText(fstest.MapFS{"root.json": {Data: []byte(test.src)}})
			want := strings.Join(test.want, "\n")
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// loadText loads root.json and returns its diagnostics as "line:col: message", preceded by the
// file name if that is another one.
func loadText(fsys fstest.MapFS) string {
	fset := token.NewFileSet()
	var errs diag.List
	res := Load(fset, Source{FS: fsys, Root: "root.json"}, &errs)
	var out bytes.Buffer
	p := diag.Printer{Fset: fset, Lookup: res.Lookup}
	if err := p.Print(&out, &errs); err != nil {
		return err.Error()
	}
	var lines []string
	for line := range strings.Lines(out.String()) {
		place, msg, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " error: ")
		if !ok || strings.HasPrefix(line, " ") {
			continue
		}
		if rest, in := strings.CutPrefix(msg, "in "); in {
			_, msg, _ = strings.Cut(rest, ": ")
		}
		msg = msg[:strings.LastIndex(msg, " [")]
		lines = append(lines, strings.TrimPrefix(place, "root.json:")+" "+msg)
	}
	return strings.Join(lines, "\n")
}
