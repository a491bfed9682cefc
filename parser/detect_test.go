package parser

import (
	"go/token"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
)

// TestDetect checks which dialect is detected, and that the schema is accepted in it unless it
// is the current one.
func TestDetect(t *testing.T) {
	const doc = "##\n# @Foo:\n#\n# @a: b\n#\n# "
	const foo = "\n##\n{ 'struct': 'Foo', 'data': { 'a': 'str' } }\n"
	const whitelist = "{ 'pragma': { 'returns-whitelist': [] } }\n"
	tests := []struct {
		name, text string
		want       string
	}{
		{"nothing old", "{ 'command': 'a' }", "10.2"},
		{"type", "{ 'type': 'Foo', 'data': {} }", "2.3"},
		{"commas", "{ 'type': 'Bar', 'data': {} }\n{ 'type': 'Foo', 'data': { 'a': 'int' 'b': 'int', }, }", "1.5"},
		{"visitor", "{ 'command': 'a_b', 'returns': 'visitor', 'gen': 'no' }", "2.3"},
		{"two stars", "{ 'struct': 'Foo', 'data': { '*a': '**' } }", "2.4"},
		{"string discriminator", "{ 'type': 'Foo', 'data': { 'a': 'str' } }\n{ 'union': 'Bar', 'base': 'Foo', 'discriminator': 'a', 'data': {} }", "1.7"},
		{"list inside of the compiler", "{ 'struct': 'a_b', 'data': {} }\n{ 'command': 'guest-file-open', 'returns': 'int' }", "2.8"},
		{"#optional", "##\n# @a: #optional b\n##\n{ 'struct': 'Foo', 'data': { '*a': 'int' } }", "2.8"},
		{"#optional with pragmas", "{ 'pragma': {} }\n##\n# @Foo:\n# @a: #optional b\n##\n{ 'struct': 'Foo', 'data': { '*a': 'int' } }", "2.9"},
		{"pragma", "{ 'pragma': { 'returns-whitelist': [] } }\n{ 'command': 'a_b' }", "5.2"},
		{"C condition", "{ 'command': 'a-b', 'if': 'defined(C)' }\n{ 'union': 'Foo', 'data': { 'a': 'int' } }", "6.1"},
		{"C condition and case", "{ 'command': 'a_b', 'if': 'defined(C)' }", "5.2"},
		{"C condition and new pragma", "{ 'pragma': { 'command-name-exceptions': [ 'a_b' ] } }\n{ 'command': 'a_b', 'if': 'defined(C)' }", "6.1"},
		{"example", doc + "Example: b" + foo, "8.2"},
		{"example and new pragma", "{ 'pragma': { 'documentation-exceptions': [] } }\n" + doc + "Example: b" + foo, "9.0"},
		{"example and what 9.1 brought", "##\n# .. qmp-example::\n##\n\n" + doc + "Example: b" + foo, "10.2"},
		{"features of a member and a release that is too old", doc + "Example: b\n#\n# Since: 4.2" + "\n##\n{ 'struct': 'Foo', 'data': { 'a': { 'type': 'int', 'features': [ 'b' ] } } }", "5.0"},
		{"documentation that is eight releases behind", doc + "Example: b\n#\n# Since: 2.10" + "\n##\n{ 'struct': 'Foo', 'data': { 'a': { 'type': 'int', 'features': [ 'b' ] } } }", "5.0"},
		{"documentation that is nine releases behind", doc + "Example: b\n#\n# Since: 2.9" + "\n##\n{ 'struct': 'Foo', 'data': { 'a': { 'type': 'int', 'features': [ 'b' ] } } }", "8.2"},
		{"line of an example", doc + "Example:\n# | b" + foo, "5.1"},
		{"documentation tells of a release", doc + "Example: b\n#\n# Since: 7.1" + foo, "7.1"},
		{"a release that is too old", "{ 'pragma': {} }\n" + doc + "Example: b\n#\n# Since: 1.0" + foo, "8.2"},
		{"lines that start with a bar", "##\n# @foo:\n#\n# | a line\n# | block\n#\n# Since: 10.2\n##\n{ 'command': 'foo' }", "10.2"},
		{"a line that starts with a bar in an old schema", doc + "Example: b\n# | c\n#\n# Since: 8.0" + foo, "8.0"},
		{"the documentation outweighs a few old constructs", "{ 'type': 'Bar', 'data': {} }\n{ 'type': 'Baz', 'data': {} }\n" + doc + "Since: 8.0" + foo, "10.2"},
		{"many old constructs outweigh the documentation", strings.Repeat("{ 'type': 'Bar', 'data': {} }\n", 5) + doc + "Since: 8.0" + foo, "2.3"},
		{"two simple unions", "{ 'union': 'Bar', 'data': { 'a': 'int' } }\n{ 'union': 'Baz', 'data': { 'a': 'int' } }", "6.1"},
		{"a condition that is a name", "{ 'command': 'a', 'if': 'CONFIG_A' }\n" + doc + "Example: b\n#\n# Since: 6.1" + foo, "6.2"},
		{"conditional arguments", "{ 'command': 'a', 'data': { 'b': { 'type': 'int', 'if': 'A' } } }\n{ 'event': 'A', 'data': { 'b': { 'type': 'int', 'if': 'A' } } }", "8.0"},
		{"one conditional argument", "{ 'command': 'a', 'data': { 'b': { 'type': 'int', 'if': 'A' } } }", "10.2"},
		{"a bar in a schema of the last release that accepts the rest", whitelist + doc + "Example:\n# | b\n#\n# Since: 5.2" + foo, "5.2"},
		{"a tag inside a paragraph in documentation of 9.0", doc + "One\n# Note: two\n#\n# Since: 9.0" + foo, "10.2"},
		{"a tag inside a paragraph in documentation of 8.2", doc + "One\n# Note: two\n#\n# Since: 8.2" + foo, "8.2"},
		{"alternate of two numbers", whitelist + "{ 'alternate': 'Alt', 'data': { 'a': 'int', 'b': 'number' } }", "2.9"},
		{"alternate of a string and a number", whitelist + "{ 'alternate': 'Alt', 'data': { 'a': 'uint8', 'b': 'str' } }", "2.9"},
		{"alternate of a string and a boolean", whitelist + "{ 'alternate': 'Alt', 'data': { 'a': 'bool', 'b': 'str' } }", "2.9"},
		{"alternate of a string and an object", whitelist + "{ 'alternate': 'Alt', 'data': { 'a': 'Foo', 'b': 'str' } }", "5.2"},
		{"alternate of a number and a boolean", whitelist + "{ 'alternate': 'Alt', 'data': { 'a': 'bool', 'b': 'int' } }", "5.2"},
		{"another numbering", doc + "Since: 1.0" + foo, "10.2"},
		{"newer as well", "{ 'command': 'a', 'if': { 'not': 'B' } }\n{ 'type': 'Foo', 'data': {} }", "10.2"},
		{"may be a mistake", "{ 'union': 'Foo', 'data': { 'a': 'int' } }", "10.2"},
		{"may be mistakes", "{ 'command': 'a_b' }\n{ 'event': 'oops' }\n{ 'struct': 'foo', 'data': { 'A': { 'b': 'int' } } }", "10.2"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			out, res := loadDialect(t, "", test.text)
			if got := res.Root.Release.String(); got != test.want {
				t.Errorf("detected %s, want %s", got, test.want)
			}
			if out != "" && test.want != "10.2" {
				t.Errorf("it is refused:\n%s", out)
			}
		})
	}
}

// TestKnown checks what is known of the release of a schema, which is less than its dialect.
func TestKnown(t *testing.T) {
	const since = "##\n# @foo:\n#\n# Since: "
	const foo = "\n##\n{ 'command': 'foo' }\n"
	for _, test := range []struct {
		name, version, text string
		first, last         dialect.Release
	}{
		{"nothing", "", "{ 'command': 'foo' }", 0, 0},
		{"documentation", "", since + "10.0" + foo, dialect.Of(10, 0), 0},
		{"another numbering", "", since + "3.1" + foo, 0, 0},
		{"what a release dropped", "", "{ 'type': 'Foo', 'data': {} }", 0, dialect.Of(2, 3)},
		{"what releases added and dropped", "", "{ 'pragma': { 'returns-whitelist': [] } }\n" + since + "5.2" + foo, dialect.Of(5, 2), dialect.Of(5, 2)},
		{"VERSION", "7.2.1", "{ 'command': 'foo' }", dialect.Of(7, 2), dialect.Of(7, 2)},
		{"VERSION of a development version", "7.1.50", "{ 'command': 'foo' }", dialect.Of(7, 2), dialect.Of(7, 2)},
		{"VERSION that the schema contradicts", "2.0.0", "{ 'command': 'foo', 'if': { 'not': 'A' } }\n", dialect.Of(6, 2), 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			fsys := fstest.MapFS{"s.json": {Data: []byte(test.text)}}
			if test.version != "" {
				fsys["VERSION"] = &fstest.MapFile{Data: []byte(test.version)}
			}
			fset := token.NewFileSet()
			res := Load(fset, Source{FS: fsys, Root: "s.json"}, &diag.List{Fset: fset})
			if first, last := res.Dialect.Known(); first != test.first || last != test.last {
				t.Errorf("%s to %s, want %s to %s", first, last, test.first, test.last)
			}
		})
	}
}

// TestDetectRange checks the range of releases around the detected one.
func TestDetectRange(t *testing.T) {
	since := func(release string) string {
		return "##\n# @a:\n#\n# b\n#\n# Since: " + release + "\n##\n{ 'command': 'a' }\n"
	}
	types := strings.Repeat("{ 'type': 'Foo', 'data': {} }\n", maxWeight)
	tests := []struct {
		name, version, text string
		want                string // release: range
	}{
		{"no evidence", "", "{ 'command': 'a' }", "10.2: 10.2"},
		{"documentation of 9.1", "", since("9.1"), "10.2: 9.0 to 10.2"},
		{"documentation of 9.0", "", since("9.0"), "10.2: 10.2"},
		{"a newer construct", "", types + "{ 'struct': 'Bar', 'data': { 'a': { 'type': 'int', 'if': 'A' } } }", "2.3: 1.0 to 6.2"},

		{"VERSION", "7.2.0", "{ 'command': 'a' }", "7.2: 7.2 to 8.0"},
		{"VERSION of a stable release", "7.2.3", "{ 'command': 'a' }", "7.2: 7.2"},
		{"VERSION of a development version", "7.1.50", "{ 'command': 'a' }", "7.2: 7.1 to 7.2"},
		{"VERSION with a construct of the next release", "6.1.0", "{ 'command': 'a', 'if': { 'not': 'B' } }", "6.2: 6.1 to 6.2"},
		{"VERSION with a construct of the previous release", "6.1.50", "{ 'command': 'a', 'if': 'defined(B)' }", "6.2: 6.1 to 6.2"},
		{"VERSION with a possible mistake", "7.2.0", "{ 'union': 'Foo', 'data': { 'a': 'int' } }", "7.2: 7.2 to 8.0"},
		{"VERSION that the schema contradicts", "7.2.0", types, "2.3: 1.0 to 2.4"},
		{"VERSION that is none", "seven", "{ 'command': 'a' }", "10.2: 10.2"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fsys := fstest.MapFS{"a.json": file(test.text)}
			if test.version != "" {
				fsys["VERSION"] = file(test.version + "\n")
			}
			_, res := print(t, Source{FS: fsys, Root: "a.json"}, diag.Text)
			if got := res.Dialect.Release.String() + ": " + res.Dialect.Releases.String(); got != test.want {
				t.Errorf("got %s, want %s (%s)", got, test.want, res.Dialect.Reason)
			}
		})
	}
}

// TestDetectAgain checks detection for a schema that is read a second time by older lexical
// rules, which add the evidence in its comments but must not make it newer.
func TestDetectAgain(t *testing.T) {
	_, res := loadDialect(t, "", "{ 'type': 'Foo', 'data': { '*a': 'int' } }\n# @foo:\n# @a: #optional b\n{ 'command': 'foo' }\n")
	if got := res.Dialect.Release.String(); got != "2.3" {
		t.Errorf("detected %s", got)
	}
	if !slices.ContainsFunc(res.Dialect.evidence, func(e occurrence) bool { return e.name == constructTable[optionalWord].name }) {
		t.Errorf("the evidence %+v lacks '#optional'", res.Dialect.evidence)
	}
	_, res = loadDialect(t, "", "{ 'type': 'Foo', 'data': {} }\n# @foo:\n# Since: 8.0\n{ 'command': 'foo' }\n")
	if got := res.Dialect.Release.String(); got != "2.3" {
		t.Errorf("detected %s, which is newer than what the rules were chosen for", got)
	}
}

// TestOverlaps checks which ranges accept a construct.
func TestOverlaps(t *testing.T) {
	tests := []struct {
		since, until, first, last dialect.Release
		want                      bool
	}{
		{0, dialect.Of(6, 1), dialect.Of(6, 1), dialect.Of(6, 2), true},
		{0, dialect.Of(6, 1), dialect.Of(6, 2), dialect.Of(7, 0), false},
		{dialect.Of(6, 2), 0, dialect.Of(6, 1), dialect.Of(6, 2), true},
		{dialect.Of(6, 2), 0, dialect.Of(6, 0), dialect.Of(6, 1), false},
		{dialect.Of(3, 0), dialect.Of(6, 1), dialect.Of(5, 0), dialect.Of(5, 1), true},
	}
	for _, test := range tests {
		e := constructInfo{since: test.since, until: test.until}
		r := dialect.Range{First: test.first, Last: test.last}
		if got := e.overlaps(r); got != test.want {
			t.Errorf("a construct of %s and releases %s: %t, want %t", e.period(), r, got, test.want)
		}
	}
}

// TestDetectStyle checks when the style rules of QEMU 10.2 apply.
func TestDetectStyle(t *testing.T) {
	const before, after = "##\n# @foo:\n#\n# One. Two.\n", "##\n{ 'command': 'foo' }\n"
	tests := []struct {
		name, dialect, text string
		want                bool
	}{
		{"nothing tells of a release", "", before + after, true},
		{"documentation of 10.2", "", before + "#\n# Since: 10.2\n" + after, true},
		{"documentation of 10.1", "", before + "#\n# Since: 10.1\n" + after, false},
		{"another numbering", "", before + "#\n# Errors:\n#   - One. Two.\n#\n# Since: 1.0\n" + after, false},
		{"an old form", "", before + "#\n# Example: a\n" + after, false},
		{"pinned", "10.2", before + "#\n# Since: 1.0\n" + after, true},
		{"pinned to an older one", "10.1", before + after, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			out, _ := loadDialect(t, test.dialect, test.text)
			if got := strings.Contains(out, string(codeDocStyle)); got != test.want {
				t.Errorf("refused: %v, want %v\n%s", got, test.want, out)
			}
		})
	}
}

// TestComments checks which comments are documentation before QEMU 2.9.
func TestComments(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"fences", "##\n# @foo\n#\n# Text.\n#\n# @a: #optional one\n#    more\n#\n# Returns: two\n#\n# Since 1.5\n##\n", "body Text.|member a one more|returns two|since 1.5"},
		{"closed by three", "##\n# @foo:\n#\n# Text.\n###\n", "body Text."},
		{"never closed", "##\n# @foo:\n#\n# Text.\n", "body Text."},
		{"opened by one", "# @foo:\n#\n# Text.\n##\n", "body Text."},
		{"text on the fence", "## @foo\n#\n# Text.\n##\n", "body Text."},
		{"no space", "##\n# @foo:\n#\n#Text.\n#Since:1.1\n##\n", "body Text.|since 1.1"},
		{"trailing space", "## \n# @foo:\n# Text.\n##  \n", "body Text."},
		{"for another", "##\n# @bar:\n#\n# Text.\n##\n", "body Text."},
		{"blank line between", "##\n# @foo:\n#\n# Text.\n##\n\n", "body Text."},
		{"for another, further up", "##\n# @bar:\n#\n# Text.\n##\n\n", ""},
		{"no symbol", "##\n# Text.\n##\n", "body Text."},
		{"no documentation", "# Text.\n", ""},
		{"late member", "##\n# @foo:\n#\n# Notes: one\n#\n# @a: two\n##\n", "note one|member a two"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			out, res := loadDialect(t, "2.8", test.text+"{ 'command': 'foo' }\n")
			if out != "" {
				t.Fatal(out)
			}
			var got []string
			if doc := docOf(res.Root.Decls[len(res.Root.Decls)-1]); doc != nil {
				if doc.Symbol.Value != "foo" {
					t.Errorf("it is for %q", doc.Symbol.Value)
				}
				for _, s := range doc.Sections {
					if s.Text != "" {
						got = append(got, strings.Join(strings.Fields(string(s.Kind)+" "+memberName(s.Name.Value, string(s.Kind))+" "+s.Text), " "))
					}
				}
			}
			if g := strings.Join(got, "|"); g != test.want {
				t.Errorf("got %q, want %q", g, test.want)
			}
		})
	}
}

func memberName(name, kind string) string {
	if kind == "member" {
		return name
	}
	return ""
}

// TestCConditions checks the conversion of C text to conditions.
func TestCConditions(t *testing.T) {
	tests := []struct{ text, want string }{
		{"defined(A)", "'A'"},
		{"defined A", "'A'"},
		{"! defined ( _a1 )", "{ 'not': '_a1' }"},
		{"defined(A) || defined(B) || defined(C)", "{ 'any': [ 'A', 'B', 'C' ] }"},
		{"(defined(A) || defined(B)) || defined(C)", "{ 'any': [ { 'any': [ 'A', 'B' ] }, 'C' ] }"},
		{"defined(A)&&!defined(B)||defined(C)", "{ 'any': [ { 'all': [ 'A', { 'not': 'B' } ] }, 'C' ] }"},
		{"defined(A) && (defined(B) || !(defined(C)))", "{ 'all': [ 'A', { 'any': [ 'B', { 'not': 'C' } ] } ] }"},
		{"!!defined(A)", "{ 'not': { 'not': 'A' } }"},
		{"A", ""}, {"A > 1", ""}, {"defined(A", ""}, {"defined(A) &&", ""}, {"(defined(A)", ""}, {"defined(1)", ""},
		{"defined(A) B", ""}, {strings.Repeat("(", 5000), ""}, {strings.Repeat("!", 5000) + "defined(A)", ""},
	}
	for _, test := range tests {
		got := strings.TrimPrefix(objectForm(test.text), "C expressions were dropped in QEMU 6.2: write ")
		if got != test.want {
			t.Errorf("%q: got %q, want %q", test.text, got, test.want)
		}
		if out, _ := loadDialect(t, "4.0", "{ 'command': 'a', 'if': '"+test.text+"' }"); out != "" {
			t.Errorf("%q is refused:\n%s", test.text, out)
		}
	}
}
