package lint_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/internal/lint"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/parser"
)

// load reads a schema without errors.
func load(t testing.TB, src parser.Source) lint.Schema {
	t.Helper()
	var res *parser.Result
	s, errs := qapigo.Load(src.FS, src.Root, qapigo.Options{Dialect: src.Dialect, Parsed: func(r *parser.Result) { res = r }})
	for _, d := range errs.Sorted() {
		t.Errorf("%s: error: %s", errs.Fset.Position(d.Pos), d.Msg)
	}
	if t.Failed() {
		t.FailNow()
	}
	return lint.Schema{IR: s, Root: res.Root, Text: func(file string) string { return res.Lookup(file).Text }}
}

// run checks a schema and returns the findings as "FILE:LINE:COLUMN-COLUMN CODE".
func run(s lint.Schema, o lint.Options) []string {
	var list diag.List
	lint.Run(s, o, &list)
	var lines []string
	for _, d := range list.Sorted() {
		from, to := s.IR.Fset.Position(d.Pos), s.IR.Fset.Position(d.End)
		lines = append(lines, fmt.Sprintf("%s:%d:%d-%d %s", from.Filename, from.Line, from.Column, to.Column, d.Code))
	}
	return lines
}

func runText(t testing.TB, text string, use ...string) []string {
	t.Helper()
	return run(load(t, parser.Source{FS: fstest.MapFS{"s.json": {Data: []byte(text)}}, Root: "s.json"}), lint.Options{Use: use})
}

func equal(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// TestRules checks what a rule finds beyond the example of its explanation, and what it
// does not.
func TestRules(t *testing.T) {
	doc := func(name, rest string) string { return "##\n# @" + name + ":\n#\n" + rest + "##\n" }
	const simple = "{ 'command': 'stop' }\n"
	const kinds = "{ 'event': 'EV' }\n{ 'enum': 'En', 'data': [ 'a' ] }\n{ 'struct': 'Ob', 'data': {} }\n{ 'alternate': 'Al', 'data': { 'a': 'Ob', 'b': 'str' } }\n"
	for _, test := range []struct {
		name, rule, text string
		want             []string
	}{
		{"old types", "NAME_CASE", "{ 'type': 'node', 'data': {} }", []string{"s.json:1:11-17 NAME_CASE"}},
		{"old commands and events", "NAME_CASE", "{ 'type': 'Node', 'data': {} }\n{ 'command': 'Stop' }\n", []string{"s.json:2:14-20 NAME_CASE"}},
		{"nested members", "NAME_UNDERSCORE", "{ 'type': 'Node', 'data': { 'a': { 'b_c': 'int' } } }", []string{"s.json:1:36-41 NAME_UNDERSCORE"}},
		{"a vendor's names", "NAME_UNDERSCORE", "{ 'command': '__org.example_stop' }", nil},
		{"members that are excepted", "NAME_UNDERSCORE",
			"{ 'pragma': { 'member-name-exceptions': [ 'Node' ] } }\n{ 'struct': 'Node', 'data': { 'a_b': 'str' } }", nil},
		{"values and arguments", "X_PREFIX_WITHOUT_UNSTABLE",
			"{ 'enum': 'Mode', 'data': [ 'x-a', { 'name': 'x-b', 'features': [ 'unstable' ] } ] }\n" +
				"{ 'command': 'a', 'data': { 'x-c': 'Mode' } }\n{ 'command': 'b', 'features': [ 'unstable' ], 'data': { 'x-d': 'Mode' } }\n",
			[]string{"s.json:1:29-34 X_PREFIX_WITHOUT_UNSTABLE", "s.json:2:29-34 X_PREFIX_WITHOUT_UNSTABLE"}},
		{"events with x_ and X-", "X_PREFIX_WITHOUT_UNSTABLE",
			"{ 'event': 'X_GONE' }\n{ 'event': 'X_KEPT', 'features': [ 'unstable' ] }\n{ 'event': '__org.example_X_GONE' }\n{ 'event': 'MAX_GONE' }\n",
			[]string{"s.json:1:12-20 X_PREFIX_WITHOUT_UNSTABLE", "s.json:3:12-34 X_PREFIX_WITHOUT_UNSTABLE"}},
		{"branches, which have no features", "X_PREFIX_WITHOUT_UNSTABLE", "{ 'struct': 'Node', 'data': {} }\n{ 'alternate': 'Alt', 'data': { 'x-a': 'str', 'b': 'Node' } }", nil},
		{"branches of alternates, case", "NAME_CASE", "{ 'type': 'Node', 'data': {} }\n{ 'alternate': 'Alt', 'data': { 'Aa': 'str', 'b': 'Node' } }",
			[]string{"s.json:2:33-37 NAME_CASE"}},
		{"branches of alternates, words", "NAME_UNDERSCORE", "{ 'type': 'Node', 'data': {} }\n{ 'alternate': 'Alt', 'data': { 'a_b': 'str', 'c': 'Node' } }", []string{"s.json:2:33-38 NAME_UNDERSCORE"}},
		{"branches of simple unions", "NAME_UNDERSCORE", "{ 'type': 'Node', 'data': {} }\n{ 'union': 'Uu', 'data': { 'a_b': 'Node', 'c': 'Node' } }", []string{"s.json:2:28-33 NAME_UNDERSCORE"}},
		{"branches of flat unions are values", "NAME_UNDERSCORE",
			"{ 'enum': 'Kind', 'data': [ 'a_b' ] }\n{ 'type': 'Aa', 'data': { } }\n{ 'type': 'Base', 'data': { 'kind': 'Kind' } }\n" +
				"{ 'union': 'Uu', 'base': 'Base', 'discriminator': 'kind', 'data': { 'a_b': 'Aa' } }\n", []string{"s.json:1:29-34 NAME_UNDERSCORE"}},
		{"lists of objects", "RETURN_OBJECT", "{ 'type': 'Node', 'data': {} }\n{ 'command': 'a', 'returns': [ 'Node' ] }\n{ 'command': 'b', 'returns': [ 'str' ] }\n",
			[]string{"s.json:3:30-39 RETURN_OBJECT"}},
		{"exceptions of what is not defined", "PRAGMA_EXCEPTION_STALE",
			"{ 'pragma': { 'documentation-exceptions': [ 'Gone' ], 'member-name-exceptions': [ 'Node' ] } }\n{ 'struct': 'Node', 'data': { 'a_b': 'str' } }\n",
			[]string{"s.json:1:45-51 PRAGMA_EXCEPTION_STALE"}},
		{"a setting that is replaced", "PRAGMA_EXCEPTION_STALE",
			"{ 'pragma': { 'documentation-exceptions': [ 'Gone' ] } }\n{ 'pragma': { 'documentation-exceptions': [ ] } }\n", nil},
		{"a type that only refers to itself", "UNUSED_TYPE", "{ 'struct': 'Next', 'data': { '*next': [ 'Next' ] } }", []string{"s.json:1:13-19 UNUSED_TYPE"}},
		{"bases, branches, lists", "UNUSED_TYPE",
			"{ 'enum': 'Kind', 'data': [ 'a' ] }\n{ 'struct': 'Aa', 'data': { } }\n{ 'struct': 'Base', 'data': { 'kind': 'Kind' } }\n" +
				"{ 'union': 'Uu', 'base': 'Base', 'discriminator': 'kind', 'data': { 'a': 'Aa' } }\n{ 'event': 'E', 'data': { 'unit': [ 'Uu' ] } }\n", []string{}},
		{"replacement with other words", "DEPRECATED_WITHOUT_REPLACEMENT",
			doc("stop", "# Features:\n#\n# @deprecated: There is no replacement.\n") + "{ 'command': 'stop', 'features': [ 'deprecated' ] }", nil},
		{"deprecated values", "DEPRECATED_WITHOUT_REPLACEMENT",
			doc("Mode", "# @a: A\n#\n# Features:\n#\n# @deprecated: Yes.\n") + "{ 'enum': 'Mode', 'data': [ { 'name': 'a', 'features': [ 'deprecated' ] } ] }", []string{"s.json:8:4-14 DEPRECATED_WITHOUT_REPLACEMENT"}},
		{"references", "DOC_XREF_BROKEN",
			doc("stop", "# See `go`, `stop`, `qapi-qmp-index`, ``code`` and @nobody.\n#\n# ::\n#\n#    `literal`\n") + simple,
			[]string{"s.json:4:8-10 DOC_XREF_BROKEN", "s.json:4:53-59 DOC_XREF_BROKEN"}},
		{"features and values are names", "DOC_XREF_BROKEN",
			doc("Mode", "# Use @quick and @low, not @slow.\n#\n# @low: L\n#\n# Features:\n#\n# @quick: Q\n") + "{ 'enum': 'Mode', 'features': [ 'quick' ], 'data': [ 'low' ] }", []string{"s.json:4:29-33 DOC_XREF_BROKEN"}},
		{"roles of each kind", "DOC_XREF_BROKEN",
			doc("stop", "# :qapi:cmd:`stop`, :qapi:event:`EV`, :qapi:enum:`En`,\n# :qapi:obj:`Ob`, :qapi:alt:`Al`.\n#\n"+
				"# :qapi:type:`En`, :qapi:type:`Ob`, :qapi:type:`Al`,\n# :qapi:any:`stop`, :qapi:any:`EV`, :qapi:any:`En`.\n#\n"+
				"# :qapi:module:`x`.\n#\n# :qapi:mod:`x`, :qapi:obj:`QMP:s.Ob`, :qapi:obj:`~Ob`.\n") + simple + kinds, nil},
		{"roles of another kind", "DOC_XREF_BROKEN",
			doc("stop", "# :qapi:cmd:`EV`\n# :qapi:event:`En`\n# :qapi:enum:`Ob`\n# :qapi:obj:`Al`\n# :qapi:alt:`En`\n# :qapi:type:`stop`\n# :qapi:type:`EV`\n# :qapi:obj:`QMP:s.Xx`\n") + simple + kinds,
			[]string{"s.json:4:14-16 DOC_XREF_BROKEN", "s.json:5:16-18 DOC_XREF_BROKEN", "s.json:6:15-17 DOC_XREF_BROKEN", "s.json:7:14-16 DOC_XREF_BROKEN",
				"s.json:8:14-16 DOC_XREF_BROKEN", "s.json:9:15-19 DOC_XREF_BROKEN", "s.json:10:15-17 DOC_XREF_BROKEN", "s.json:11:14-22 DOC_XREF_BROKEN"}},
		{"roles", "DOC_XREF_BROKEN",
			doc("stop", "# See :qapi:cmd:`stop`, :qapi:event:`stop`, :doc:`other`, \"@id\".\n") + simple, []string{"s.json:4:38-42 DOC_XREF_BROKEN"}},
		{"references in tables and line blocks", "DOC_XREF_BROKEN",
			doc("stop", "# | See @nope.\n#\n# +-----+------+\n# | a   | @ax  |\n# | @bx | c    |\n# +-----+------+\n# | @cx | @dx  |\n# +-----+------+\n") + simple,
			[]string{"s.json:4:10-14 DOC_XREF_BROKEN", "s.json:7:12-14 DOC_XREF_BROKEN", "s.json:8:6-8 DOC_XREF_BROKEN", "s.json:10:6-8 DOC_XREF_BROKEN", "s.json:10:12-14 DOC_XREF_BROKEN"}},
		{"the same name on one line", "DOC_XREF_BROKEN",
			doc("stop", "# Neither @speeds nor @speed.\n#\n# @speeds: several\n") + "{ 'command': 'stop', 'data': { 'speeds': 'int' } }", []string{"s.json:4:24-29 DOC_XREF_BROKEN"}},
		{"tags", "DOC_SECTION_TAG",
			doc("stop", "# Stop.\n#\n# returns: nothing\n#\n# Since 2.0\n#\n# Errors happen.  Since 2.0 was long ago.\n#\n# Features of it: none\n#\n# Note::\n#\n#     since: 1.0\n"+
				"#\n# TODO: more\n#\n# Since: 9.2\n") + simple,
			[]string{"s.json:6:3-10 DOC_SECTION_TAG", "s.json:8:3-8 DOC_SECTION_TAG", "s.json:16:7-12 DOC_SECTION_TAG"}},
		{"a tag within a paragraph", "DOC_SECTION_TAG", doc("stop", "# Stop.\n# Since: 9.2\n") + simple, []string{"s.json:5:3-8 DOC_SECTION_TAG"}},
		{"features", "DOC_SECTION_TAG", doc("stop", "# Stop.\n#\n# Features:\n#\n# @a: A\n") + "{ 'command': 'stop', 'features': [ 'a' ] }", nil},
		{"a word of a tag in the first line", "DOC_DEINDENT", doc("stop", "# Stop.\n# More.\n") + simple, nil},
		{"text directly below a member", "DOC_DEINDENT", doc("stop", "# @a: A\n# More.\n") + "{ 'command': 'stop', 'data': { 'a': 'str' } }",
			[]string{"s.json:5:3-8 DOC_DEINDENT"}},
		{"text directly below a feature", "DOC_DEINDENT", doc("stop", "# Features:\n#\n# @a: A\n# More.\n") + "{ 'command': 'stop', 'features': [ 'a' ] }",
			[]string{"s.json:7:3-8 DOC_DEINDENT"}},
		{"text behind a blank line", "DOC_DEINDENT", doc("stop", "# @a: A\n#     b\n#\n# More.\n") + "{ 'command': 'stop', 'data': { 'a': 'str' } }", nil},
		{"an example within a note", "DOC_EXAMPLE",
			doc("stop", "# .. note:: Like this:\n#\n#    .. qmp-example::\n#\n#       -> { \"execute\": \"stop\" }\n") + simple, nil},
		{"an error of an example", "DOC_EXAMPLE_VALID",
			doc("stop", "# .. qmp-example::\n#\n#     -> { \"execute\": \"halt\" }\n") + simple, []string{"s.json:6:23-29 DOC_EXAMPLE_VALID"}},
		{"an error of an example in a free comment", "DOC_EXAMPLE_VALID",
			"##\n# = Lamps\n#\n# .. qmp-example::\n#\n#     -> { \"execute\": \"halt\" }\n##\n\n" + doc("stop", "# Stop.\n") + simple, []string{"s.json:6:23-29 DOC_EXAMPLE_VALID"}},
		{"arguments and fields", "GO_NAME_COLLISION", "{ 'command': 'a', 'data': { 'node-id': 'str', 'node-ID': 'str' } }{ 'type': 'A', 'data': {} }",
			[]string{"s.json:1:47-56 GO_NAME_COLLISION"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			equal(t, runText(t, test.text, test.rule), test.want...)
		})
	}
}

// TestOthers checks that documentation may refer to other schemas of a run.
func TestOthers(t *testing.T) {
	one := load(t, parser.Source{FS: fstest.MapFS{"a.json": {Data: []byte("##\n# @a:\n#\n# Like `b`.\n##\n{ 'command': 'a' }\n")}}, Root: "a.json"})
	o := lint.Options{Use: []string{"DOC_XREF_BROKEN"}}
	equal(t, run(one, o), "a.json:4:9-10 DOC_XREF_BROKEN")
	two := load(t, parser.Source{FS: fstest.MapFS{"b.json": {Data: []byte("{ 'command': 'b' }\n")}}, Root: "b.json"})
	one.Others = []*ir.Schema{two.IR}
	equal(t, run(one, o))
}

// TestSharedPragmas checks that a file outside the root file's folder may have exceptions
// for definitions of other schemas.
func TestSharedPragmas(t *testing.T) {
	src := parser.Source{Root: "daemon/s.json", FS: fstest.MapFS{
		"pragma.json":   {Data: []byte("{ 'pragma': { 'documentation-exceptions': [ 'Gone', 'a' ] } }\n")},
		"daemon/s.json": {Data: []byte("{ 'include': '../pragma.json' }\n{ 'command': 'a' }\n")},
	}}
	equal(t, run(load(t, src), lint.Options{Use: []string{"PRAGMA_EXCEPTION_STALE"}}), "pragma.json:1:53-56 PRAGMA_EXCEPTION_STALE")
}

// TestComments checks the scope of comments.
func TestComments(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"above a definition", "# qapi-go:ignore UNUSED_TYPE for C\n{ 'struct': 'Aa', 'data': { 'a': 'Bb' } }\n{ 'struct': 'Bb', 'data': {} }\n", nil},
		{"between documentation and definition", "##\n# @Aa:\n##\n# qapi-go:ignore UNUSED_TYPE for C\n{ 'struct': 'Aa', 'data': {} }\n", nil},
		{"above documentation", "# qapi-go:ignore UNUSED_TYPE for C\n\n##\n# @Aa:\n##\n{ 'struct': 'Aa', 'data': {} }\n", nil},
		{"behind a definition", "{ 'struct': 'Aa', 'data': {} } # qapi-go:ignore UNUSED_TYPE for C\n", nil},
		{"on its last line", "{ 'struct': 'Aa',\n  'data': {} } # qapi-go:ignore UNUSED_TYPE for C\n{ 'struct': 'Bb', 'data': {} }\n", []string{"s.json:3:13-17 UNUSED_TYPE"}},
		{"on its line", "{ 'struct': 'Aa', # qapi-go:ignore UNUSED_TYPE for C\n  'data': {} }\n", nil},
		{"above its line", "{\n  # qapi-go:ignore UNUSED_TYPE for C\n  # and nobody else\n  'struct': 'Aa',\n  'data': {} }\n", nil},
		{"below its line", "{ 'struct': 'Aa',\n  # qapi-go:ignore UNUSED_TYPE for C\n  'data': {} }\n",
			[]string{"s.json:1:13-17 UNUSED_TYPE", "s.json:2:3-37 IGNORE_UNUSED"}},
		{"behind the first of two on a line", "{ 'struct': 'Aa', 'data': {} } { 'struct': 'Bb', 'data': {} } # qapi-go:ignore UNUSED_TYPE for C\n",
			[]string{"s.json:1:13-17 UNUSED_TYPE"}},
		{"on the line of one member", "{ 'struct': 'Aa', 'data': {\n  'x-a': 'int', # qapi-go:ignore X_PREFIX_WITHOUT_UNSTABLE old\n  'x-b': 'Aa' } }\n{ 'command': 'a', 'data': { 'b': 'Aa' } }\n",
			[]string{"s.json:3:3-8 X_PREFIX_WITHOUT_UNSTABLE"}},
		{"on the line of two members", "{ 'struct': 'Aa', 'data': {\n  'x-a': 'int', 'x-b': 'Aa' # qapi-go:ignore X_PREFIX_WITHOUT_UNSTABLE old\n } }\n{ 'command': 'a', 'data': { 'b': 'Aa' } }\n", nil},
		{"only the next", "# qapi-go:ignore UNUSED_TYPE for C\n{ 'struct': 'Aa', 'data': {} }\n{ 'struct': 'Bb', 'data': {} }\n", []string{"s.json:3:13-17 UNUSED_TYPE"}},
		{"behind everything", "{ 'command': 'a' }\n# qapi-go:ignore UNUSED_TYPE for C\n", []string{"s.json:2:1-35 IGNORE_UNUSED"}},
		{"of a pragma", "# qapi-go:ignore PRAGMA_EXCEPTION_STALE later\n{ 'pragma': { 'documentation-exceptions': [ 'Gone' ] } }\n", nil},
		{"several", "# qapi-go:ignore UNUSED_TYPE for C\n# qapi-go:ignore X_PREFIX_WITHOUT_UNSTABLE old\n{ 'struct': 'Aa', 'data': { 'x-a': 'int' } }\n", nil},
		{"of a rule that is off", "# qapi-go:ignore DOC_SINCE who knows\n{ 'command': 'a' }\n", nil},
		{"without a rule", "# qapi-go:ignore\n{ 'command': 'a' }\n", []string{"s.json:1:1-17 IGNORE_INVALID"}},
		{"without a reason", "# qapi-go:ignore UNUSED_TYPE\n{ 'command': 'a' }\n", []string{"s.json:1:1-29 IGNORE_INVALID"}},
		{"of no rule", "# qapi-go:ignore UNSUED_TYPE for C\n{ 'command': 'a' }\n", []string{"s.json:1:1-35 IGNORE_INVALID"}},
		{"in a string", "{ 'pragma': { 'documentation-exceptions': [ '# qapi-go:ignore UNUSED_TYPE' ] } }\n{ 'struct': 'Aa', 'data': {} }\n",
			[]string{"s.json:1:45-75 PRAGMA_EXCEPTION_STALE", "s.json:2:13-17 UNUSED_TYPE"}},
		{"in documentation it is text", "##\n# qapi-go:ignore UNUSED_TYPE for C\n##\n{ 'struct': 'Aa', 'data': {} }\n", nil},
		{"in a schema of QEMU 2.3", "# qapi-go:ignore UNUSED_TYPE for C\n\n{ 'type': 'Aa', 'data': {} }\n", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if strings.HasPrefix(test.name, "in documentation") {
				test.text = strings.Replace(test.text, "{ 'struct'", "##\n# @Aa:\n##\n{ 'struct'", 1)
				test.want = []string{"s.json:7:13-17 UNUSED_TYPE"}
			}
			equal(t, runText(t, test.text, "UNUSED_TYPE", "PRAGMA_EXCEPTION_STALE", "X_PREFIX_WITHOUT_UNSTABLE", "IGNORE_UNUSED", "IGNORE_INVALID"), test.want...)
		})
	}
}

// TestOptions checks which rules are checked where.
func TestOptions(t *testing.T) {
	src := parser.Source{Root: "s.json", FS: fstest.MapFS{
		"s.json":     {Data: []byte("{ 'include': 'sub/t.json' }\n{ 'struct': 'Aa', 'data': { 'x-a': 'int' } }\n")},
		"sub/t.json": {Data: []byte("{ 'struct': 'Bb', 'data': { 'x-a': 'int' } }\n")},
	}}
	const missing, x = "DOC_MISSING", "X_PREFIX_WITHOUT_UNSTABLE"
	all := []string{"s.json:2:13-17 " + missing, "s.json:2:29-34 " + x, "sub/t.json:1:13-17 " + missing, "sub/t.json:1:29-34 " + x}
	for _, test := range []struct {
		name string
		o    lint.Options
		want []string
	}{
		{"by default", lint.Options{}, all},
		{"a group", lint.Options{Use: []string{"GO"}}, nil},
		{"a rule", lint.Options{Use: []string{x}}, []string{all[1], all[3]}},
		{"all but one", lint.Options{Except: []string{x}}, []string{all[0], all[2]}},
		{"all but a group", lint.Options{Use: []string{"GO", "STANDARD"}, Except: []string{"STANDARD"}}, nil},
		{"not in a folder", lint.Options{IgnoreOnly: map[string][]string{x: {"sub"}}}, all[:3]},
		{"not in a file", lint.Options{IgnoreOnly: map[string][]string{x: {"./s.json"}, missing: {"sub/t.json", "other"}}}, []string{all[0], all[3]}},
		{"nowhere", lint.Options{IgnoreOnly: map[string][]string{x: {"."}, missing: {"./"}}}, nil},
		{"a name that begins alike", lint.Options{IgnoreOnly: map[string][]string{x: {"su", "sub/t"}}}, all},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := test.o.Check(); err != nil {
				t.Fatal(err)
			}
			got := run(load(t, src), test.o)
			slices.Sort(got)
			equal(t, got, test.want...)
		})
	}
	for _, test := range []struct {
		o    lint.Options
		want string
	}{
		{lint.Options{Use: []string{"STANDRAD"}}, `unknown rule or group "STANDRAD"; did you mean STANDARD?`},
		{lint.Options{Except: []string{"doc_since"}}, `unknown rule or group "doc_since"; did you mean DOC_SINCE?`},
		{lint.Options{Use: []string{""}}, `unknown rule or group ""`},
		{lint.Options{IgnoreOnly: map[string][]string{"DOCS": {"a"}}}, `unknown rule "DOCS"`},
	} {
		if err := test.o.Check(); err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%+v: %v, want %s", test.o, err, test.want)
		}
	}
}

// TestIgnoreOnlyElsewhere checks that "." is the current folder: files outside it are
// checked.
func TestIgnoreOnlyElsewhere(t *testing.T) {
	const text = "{ 'struct': 'Aa', 'data': { 'x-a': 'int' } }\n"
	o := lint.Options{Use: []string{"X_PREFIX_WITHOUT_UNSTABLE"}, IgnoreOnly: map[string][]string{"X_PREFIX_WITHOUT_UNSTABLE": {"."}}}
	for display, want := range map[string][]string{
		"s.json": nil, "sub/s.json": nil, "./s.json": nil,
		"/else/s.json":    {"/else/s.json:1:29-34 X_PREFIX_WITHOUT_UNSTABLE"},
		"../other/s.json": {"../other/s.json:1:29-34 X_PREFIX_WITHOUT_UNSTABLE"},
	} {
		t.Run(display, func(t *testing.T) {
			var res *parser.Result
			s, errs := qapigo.Load(fstest.MapFS{"s.json": {Data: []byte(text)}}, "s.json", qapigo.Options{
				Display: func(string) string { return display }, Parsed: func(r *parser.Result) { res = r }})
			if errs.Len() > 0 {
				t.Fatal(errs.First().Msg)
			}
			equal(t, run(lint.Schema{IR: s, Root: res.Root, Text: func(string) string { return text }}, o), want...)
		})
	}
}

// TestReleaseGate checks from which release on a rule applies.
func TestReleaseGate(t *testing.T) {
	const (
		deindent = "##\n# @a:\n#\n# @b: B\n# More.\n##\n{ 'command': 'a', 'data': { 'b': 'str' } }\n"
		members  = "{ 'pragma': { 'member-name-exceptions': [ 'Aa' ] } }\n{ 'struct': 'Aa', 'data': { 'b_c': 'int' } }\n"
		noErrors = "##\n# @a:\n##\n{ 'command': 'a' }\n"
		quoted   = "##\n# @a:\n#\n# `none`\n##\n{ 'command': 'a' }\n"
		spelling = "{ 'pragma': { 'name-case-whitelist': [ 'Aa' ] } }\n{ 'struct': 'Aa', 'data': { 'b_c': 'int' } }\n"
	)
	for _, test := range []struct {
		rule, text string
		release    dialect.Release
		want       []string
	}{
		{"X_PREFIX_WITHOUT_UNSTABLE", "{ 'command': 'x-a' }\n", dialect.Of(6, 1), nil},
		{"X_PREFIX_WITHOUT_UNSTABLE", "{ 'command': 'x-a' }\n", dialect.Of(6, 2), []string{"s.json:1:14-19 X_PREFIX_WITHOUT_UNSTABLE"}},
		{"DOC_DEINDENT", deindent, dialect.Of(5, 1), nil},
		{"DOC_DEINDENT", deindent, dialect.Of(9, 0), []string{"s.json:5:3-8 DOC_DEINDENT"}},
		{"DOC_ERRORS", noErrors, dialect.Of(8, 2), nil},
		{"DOC_ERRORS", noErrors, dialect.Of(9, 0), []string{"s.json:4:14-17 DOC_ERRORS"}},
		{"DOC_XREF_BROKEN", quoted, dialect.Of(10, 0), nil},
		{"DOC_XREF_BROKEN", quoted, dialect.Of(10, 1), []string{"s.json:4:4-8 DOC_XREF_BROKEN"}},
		{"PRAGMA_EXCEPTION_STALE", spelling, dialect.Of(5, 2), []string{"s.json:1:40-44 PRAGMA_EXCEPTION_STALE"}},
		{"PRAGMA_EXCEPTION_STALE", members, dialect.Of(6, 0), nil},
	} {
		src := parser.Source{FS: fstest.MapFS{"s.json": {Data: []byte(test.text)}}, Root: "s.json", Dialect: test.release}
		t.Run(fmt.Sprintf("%s/%s", test.rule, test.release), func(t *testing.T) {
			equal(t, run(load(t, src), lint.Options{Use: []string{test.rule}}), test.want...)
		})
	}
}

// TestFeaturesLine checks that the line that starts the features is no misplaced tag, and that a
// later one is, in a dialect whose compiler accepts it.
func TestFeaturesLine(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"once", "# Features:\n#\n# @a: A\n", nil},
		{"below text of its own", "# Features:\n# More.\n#\n# Features:\n#\n# @a: A\n", nil},
		{"within the text of a feature", "# Features:\n#\n# @a: A\n#     Features:\n", []string{"s.json:7:7-15 DOC_SECTION_TAG"}},
	} {
		text := "##\n# @stop:\n#\n" + test.text + "##\n{ 'command': 'stop', 'features': [ 'a' ] }\n"
		src := parser.Source{FS: fstest.MapFS{"s.json": {Data: []byte(text)}}, Root: "s.json", Dialect: dialect.Of(8, 2)}
		t.Run(test.name, func(t *testing.T) {
			equal(t, run(load(t, src), lint.Options{Use: []string{"DOC_SECTION_TAG"}}), test.want...)
		})
	}
}

// TestHistory checks which "Since:" a history contradicts: of definitions, members and
// values that still exist.
func TestHistory(t *testing.T) {
	text := "##\n# @Mode:\n#\n# @a: A (since 2.0)\n#\n# @b: B (since 1.0)\n#\n# Since: 1.0\n##\n{ 'enum': 'Mode', 'data': [ 'a', 'b' ] }\n" +
		"##\n# @go:\n#\n# @mode: Not 1.0, but (since 1.5)\n#\n# Since: 1.7\n##\n{ 'command': 'go', 'data': { 'mode': 'Mode' } }\n"
	s := load(t, parser.Source{FS: fstest.MapFS{"s.json": {Data: []byte(text)}}, Root: "s.json"})
	item := func(kind, path, says string, change ...func(*compat.Item)) *compat.Item {
		i := &compat.Item{Kind: kind, Path: path, Says: says, Disagrees: "9.9 has it"}
		for _, c := range change {
			c(i)
		}
		return i
	}
	for _, test := range []struct {
		name  string
		items []*compat.Item
		want  []string
	}{
		{"a definition", []*compat.Item{item("command", "go", "1.7")}, []string{"s.json:16:10-13 DOC_SINCE_HISTORY"}},
		{"a definition of the other kind", []*compat.Item{item("event", "go", "1.7")}, nil},
		{"a value", []*compat.Item{item("value", "Mode.b", "1.0")}, []string{"s.json:6:16-19 DOC_SINCE_HISTORY"}},
		{"a member", []*compat.Item{item("member", "go.mode", "1.5")}, []string{"s.json:14:30-33 DOC_SINCE_HISTORY"}},
		{"a version that is not in the text", []*compat.Item{item("member", "go.mode", "3.3")}, []string{"s.json:14:1-34 DOC_SINCE_HISTORY"}},
		{"what agrees", []*compat.Item{item("command", "go", "1.7", func(i *compat.Item) { i.Disagrees = "" })}, nil},
		{"what is gone", []*compat.Item{item("command", "go", "1.7", func(i *compat.Item) { i.Removed = "2.0" })}, nil},
		{"what moved", []*compat.Item{item("command", "go", "1.7", func(i *compat.Item) { i.Moved = "went" })}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s.History = &compat.History{Items: test.items}
			equal(t, run(s, lint.Options{Use: []string{"DOC_SINCE_HISTORY"}}), test.want...)
		})
	}
}
