package qapigo_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// commentWidth is how many columns a line of prose in a comment may have; a tab counts four.
const commentWidth = 100

// unlike matches what comments of this project do not say, and what they say instead.
var unlike = []struct {
	phrase  *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`(?i)\b(tells?|says?|returns) whether\b`), "reports whether"},
	{regexp.MustCompile(`(?i)\banew\b`), "again"},
	{regexp.MustCompile(`(?i)\bfor ever\b`), "forever"},
	{regexp.MustCompile(`(?i)\bforeign\b`), "what is meant: of another schema, edited by hand, …"},
	{regexp.MustCompile(`(?i)\bflaws?\b`), "error, finding or problem"},
	{regexp.MustCompile(`(?i)\b(moods?|historians?|shelf|shelves)\b`), "a term of the field"},
	{regexp.MustCompile(`(?i)\bsigns and doubts\b`), "evidence"},
}

// odd matches identifiers that are metaphors of this project's own.
var odd = regexp.MustCompile(`(?i)^(mood|historian|shelf|flaws?|foreign|doubts?)$`)

// TestComments checks that comments fit on a line and use the terms of Go and of the field, and
// so do identifiers. Generated files and directives of the compiler are left out.
func TestComments(t *testing.T) {
	files := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); d.IsDir() {
			if name == "testdata" || name == "golden" || name == "node_modules" || path != "." && strings.HasPrefix(name, ".") {
				return fs.SkipDir
			}
			return nil
		} else if !strings.HasSuffix(name, ".go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, text, parser.ParseComments)
		if err != nil || ast.IsGenerated(file) {
			return err
		}
		files++
		checkComments(t, fset, file, text)
		ast.Inspect(file, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && odd.MatchString(id.Name) {
				t.Errorf("%s: the name %s is not a term of the field", fset.Position(id.Pos()), id.Name)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 300 {
		t.Errorf("only %d files", files)
	}
}

// checkComments reports lines of comments that are too long or say what [unlike] matches.
func checkComments(t *testing.T, fset *token.FileSet, file *ast.File, text []byte) {
	t.Helper()
	lines := bytes.Split(text, []byte("\n"))
	for _, group := range file.Comments {
		said := strings.Join(strings.Fields(group.Text()), " ")
		for _, u := range unlike {
			if m := u.phrase.FindString(said); m != "" && !strings.Contains(said, "`"+m+"`") {
				t.Errorf("%s: instead of %q say %s", fset.Position(group.Pos()), m, u.instead)
			}
		}
		output := false
		for _, c := range group.List {
			output = output || c.Text == "// Output:"
			at := fset.Position(c.Pos())
			if strings.HasPrefix(c.Text, "//go:") {
				continue
			}
			for i := range strings.Count(c.Text, "\n") + 1 {
				line := string(lines[at.Line-1+i])
				if strings.HasPrefix(c.Text, "//\t") || output {
					continue // a table or code, or what an example prints
				}
				if i == 0 && strings.TrimSpace(line[:at.Column-1]) != "" {
					continue // behind code
				}
				if n := utf8.RuneCountInString(strings.ReplaceAll(line, "\t", "    ")); n > commentWidth {
					t.Errorf("%s:%d: a comment of %d columns, more than %d", at.Filename, at.Line+i, n, commentWidth)
				}
			}
		}
	}
}
