package parser

import (
	"fmt"
	"go/token"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
)

// TestDocSections checks the sections of comments, written as "kind name|text" with "/" between
// the lines of the text.
func TestDocSections(t *testing.T) {
	tests := []struct {
		name, doc string
		want      []string
	}{
		{"empty", "", []string{"body |"}},
		{"body", "\nOne\ntwo.\n\n\nThree.\n\n", []string{"body |One/two.///Three."}},
		{"indented body", "  One\n    two", []string{"body |  One/    two"}},
		{"members", "Text.\n\n@a: one\n@b-c: two\n    more\n\n      and more\n@d:\n    three\n@e:\n\n   four", []string{
			"body |Text.", "member a|one", "member b-c|two/more//  and more", "member d|three", "member e|four",
		}},
		{"paragraph after members", "@a: one\n\nText\n@b: two\n\nMore.\n\nSince: 1.0", []string{
			"body |", "member a|one", "plain |Text/@b: two//More.", "since Since|1.0",
		}},
		{"text directly below a member", "@a: one\nText.", []string{"body |", "member a|one", "plain |Text."}},
		{"features", "@a: one\n\nFeatures:\n\n@f: two\n@g: three\n\nText.", []string{
			"body |", "member a|one", "feature f|two", "feature g|three", "plain |Text.",
		}},
		{"tags", "Returns: one\n    two\n\nErrors:\n    - three\n\nSince: 1.0\n\nTODO: four\n\nTODO: five", []string{
			"body |", "returns Returns|one/two", "errors Errors|- three", "since Since|1.0", "todo TODO|four", "todo TODO|five",
		}},
		{"tag in a paragraph", "One\nSince: 1.0\n\nSince: 2.0", []string{"body |One/Since: 1.0", "since Since|2.0"}},
		{"markup is no tag", "Since:: 1\n\nsince: 2\n\nSince 3", []string{"body |Since:: 1//since: 2//Since 3"}},
		{"name with spaces", "@a b: one", []string{"body |", "member a b|one"}},
		{"old: note and example", "Text.\n\n@a: one\n    two\n\nNote: three\n      four\n\nExamples:\n\n-> five\n<- six\n\n  seven", []string{
			"body |Text.", "member a|one/two", "note Note|three/four", "example Examples|-> five/<- six//  seven",
		}},
		{"old: tag in a paragraph", "One\nSince: 1.0\nNote: two", []string{"body |One", "since Since|1.0", "note Note|two"}},
		{"old: text ends members", "@a: one\n\nText.\n\nNote: two", []string{"body |", "member a|one", "plain |Text.", "note Note|two"}},
		{"old: features", "@a: one\n\nFeatures:\n@f: two\n    three\n\nText.\n\nNote: four", []string{
			"body |", "member a|one", "feature f|two/three", "plain |Text.", "note Note|four",
		}},
		{"9.0: note by paragraphs", "Errors: one\n\nNote: two\n    three\n\nText.\nSince: 1", []string{
			"body |", "errors Errors|one", "note Note|two/three", "plain |Text./Since: 1",
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			src := "##\n# @go:\n"
			for line := range strings.Lines(test.doc) {
				src += strings.TrimRight("# "+strings.TrimSuffix(line, "\n"), " ") + "\n"
			}
			src += "##\n{ 'command': 'go', 'returns': 'str' }\n"
			doc := loadDoc(t, src)
			if doc.Symbol.Value != "go" {
				t.Errorf("symbol %q", doc.Symbol.Value)
			}
			var got []string
			for _, s := range doc.Sections {
				got = append(got, fmt.Sprintf("%s %s|%s", s.Kind, s.Name.Value, strings.ReplaceAll(s.Text, "\n", "/")))
			}
			if g, w := strings.Join(got, "\n"), strings.Join(test.want, "\n"); g != w {
				t.Errorf("got\n%s\nwant\n%s", g, w)
			}
		})
	}
}

// loadDoc loads src, which must be valid, and returns its first comment.
func loadDoc(t *testing.T, src string) *ast.Doc {
	t.Helper()
	var errs diag.List
	res := Load(token.NewFileSet(), Source{FS: fstest.MapFS{"a.json": file(src)}, Root: "a.json"}, &errs)
	for _, d := range errs.All() {
		t.Errorf("%s", d.Msg)
	}
	if res.Root == nil || len(res.Root.Decls) == 0 {
		t.Fatal("nothing was read")
	}
	return docOf(res.Root.Decls[0])
}

// TestDocSpans checks the positions of section names.
func TestDocSpans(t *testing.T) {
	const src = "  ##\n  # @go-on:\n  #\n  # Text.\n  #\n  # @arg: one\n  #     two\n  #\n  # Since: 1\n  ##\n{ 'command': 'go-on' }\n"
	doc := loadDoc(t, src)
	at := func(n ast.Node) string { return src[n.Pos()-1 : n.End()-1] }
	got := []string{at(doc.Symbol)}
	for _, s := range doc.Sections {
		if s.Name.Value != "" {
			got = append(got, at(s.Name))
		}
		got = append(got, at(s))
	}
	want := []string{"go-on", "# Text.", "arg", "# @arg: one\n  #     two", "Since", "# Since: 1"}
	if g, w := strings.Join(got, "|"), strings.Join(want, "|"); g != w {
		t.Errorf("got %s\nwant %s", g, w)
	}
	if text := at(doc); !strings.HasPrefix(text, "##\n") || !strings.HasSuffix(text, "\n  ##") {
		t.Errorf("the comment is %q", text)
	}
}

// TestFreeDocs checks that free-form comments are separate declarations, and that old ones are
// split at headings.
func TestFreeDocs(t *testing.T) {
	const comments = "##\n# = Head\n#\n# Text.\n# = Next\n##\n\n##\n# Other.\n##\n"
	tests := []struct {
		name, src string
		want      []string
	}{
		{"current", comments, []string{"= Head\n\nText.\n= Next", "Other."}},
		{"old", comments + "##\n# @go:\n#\n# Note: x\n##\n{ 'command': 'go' }\n", []string{"= Head\n\nText.", "= Next", "Other."}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var errs diag.List
			res := Load(token.NewFileSet(), Source{FS: fstest.MapFS{"a.json": file(test.src)}, Root: "a.json"}, &errs)
			if errs.Len() > 0 {
				t.Errorf("%s", errs.First().Msg)
			}
			var got []string
			for _, d := range res.Root.Decls {
				if free, ok := d.(*ast.FreeDoc); ok {
					got = append(got, free.Doc.Sections[0].Text)
				}
			}
			if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestOptional checks that "#optional" is removed where QEMU's compiler removes it.
func TestOptional(t *testing.T) {
	const text = "{ 'pragma': {} }\n##\n# @go:\n#\n# @a: #optional one\n##\n{ 'command': 'go', 'data': { '*a': 'int' } }\n"
	for release, want := range map[string]string{"2.8": "one", "2.9": "one", "2.12": "#optional one"} {
		out, res := loadDialect(t, release, text)
		doc := docOf(res.Root.Decls[len(res.Root.Decls)-1])
		if got := doc.Sections[1].Text; got != want || out != "" {
			t.Errorf("%s: got %q, want %q\n%s", release, got, want, out)
		}
	}
}

// TestSpaceBeforeColon checks that "@name :" describes a member up to QEMU 2.8, whose compiler
// does not read comments, and is plain text later.
func TestSpaceBeforeColon(t *testing.T) {
	const text = "{ 'pragma': {} }\n##\n# @go:\n#\n# @a: one\n#\n# @b : two\n#     three\n##\n{ 'command': 'go', 'data': { 'a': 'int', 'b': 'int' } }\n"
	for release, want := range map[string]string{"2.8": `["" "one" "two\nthree"]`, "4.2": `["" "one" "@b : two\n    three"]`} {
		out, res := loadDialect(t, release, text)
		var got []string
		for _, s := range docOf(res.Root.Decls[len(res.Root.Decls)-1]).Sections {
			got = append(got, s.Text)
		}
		if fmt.Sprintf("%q", got) != want || out != "" {
			t.Errorf("%s: got %q, want %s\n%s", release, got, want, out)
		}
	}
}

// TestOldIndentation checks, for the rules of each era, which indentation is removed from a
// description and which lines are refused.
func TestOldIndentation(t *testing.T) {
	const deindent = "unexpected de-indent"
	tests := []struct{ release, text, want string }{
		{"4.2", "# @a: one\n#  two", "one\ntwo"},
		{"5.2", "# @a: one\n#     two\n#       three", "one\ntwo\n  three"},
		{"5.2", "# @a:\n#     one\n#   two", "    one\n  two"},
		{"5.2", "# @a: one\n#   two", deindent},
		{"8.0", "# @a: one\n#   two", deindent},
		{"8.1", "# @a: one\n#   two\n#     three", "one\ntwo\n  three"},
		{"8.1", "# @a: one\n#     two\n#   three", deindent},
		{"8.2", "# @a:\n#\n#    one\n#      two", "one\n  two"},
		{"8.2", "# @a: one\n# two", "one\ntwo"},
	}
	for _, test := range tests {
		src := "{ 'pragma': {} }\n##\n# @go:\n#\n" + test.text + "\n##\n{ 'command': 'go', 'data': { 'a': 'int' } }\n"
		out, res := loadDialect(t, test.release, src)
		if test.want == deindent {
			if !strings.Contains(out, deindent) || strings.Count(out, "error:") != 1 {
				t.Errorf("%s: %q gives %q", test.release, test.text, out)
			}
			continue
		}
		doc := docOf(res.Root.Decls[len(res.Root.Decls)-1])
		if got := strings.TrimLeft(doc.Sections[1].Text, "\n"); got != test.want || out != "" {
			t.Errorf("%s: %q gives %q, want %q\n%s", test.release, test.text, got, test.want, out)
		}
	}
}
