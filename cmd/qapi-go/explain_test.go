package main

import (
	"go/ast"
	goparser "go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/internal/lint"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/parser"
)

// TestEveryCodeIsExplained checks that the codes in the sources and those that
// have an explanation are the same, and that each is used.
func TestEveryCodeIsExplained(t *testing.T) {
	explained := diag.Codes()
	known := make(map[diag.Code]bool)
	for _, dir := range []string{"diag", "parser", "resolver", "internal/driver", "internal/lint"} {
		for name, code := range declaredCodes(t, filepath.Join(corpus.Root(t), dir)) {
			known[code] = true
			if !slices.Contains(explained, code) {
				t.Errorf("%s.%s, %q, has no explanation: it belongs into diag/explain", dir, name, code)
			}
		}
	}
	for _, code := range explained {
		if !known[code] {
			t.Errorf("diag/explain has %q, which is the code of nothing", code)
		}
	}
}

// declaredCodes returns the constants of type diag.Code that the package in a
// folder declares, by name, and fails if one is not used in the package.
func declaredCodes(t *testing.T, dir string) map[string]diag.Code {
	t.Helper()
	codes := make(map[string]diag.Code)
	uses := make(map[string]int)
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := goparser.ParseFile(token.NewFileSet(), name, nil, goparser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Ident:
				uses[n.Name]++
			case *ast.ValueSpec:
				name, ok := n.Type.(*ast.Ident) // in package diag
				if sel, qualified := n.Type.(*ast.SelectorExpr); qualified {
					name, ok = sel.Sel, true
				}
				if !ok || name.Name != "Code" || len(n.Values) != 1 {
					break
				}
				code, err := strconv.Unquote(n.Values[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				codes[n.Names[0].Name] = diag.Code(code)
			}
			return true
		})
	}
	if len(codes) == 0 {
		t.Errorf("%s declares no codes", dir)
	}
	for name := range codes {
		if uses[name] < 2 {
			t.Errorf("%s is declared in %s, but not used", name, dir)
		}
	}
	return codes
}

// TestExplanations checks that the bad example of each explanation gives an error
// of that code and no other, and the good one none.
func TestExplanations(t *testing.T) {
	for _, code := range diag.Codes() {
		t.Run(string(code), func(t *testing.T) {
			e, ok := diag.Explain(code)
			if !ok || e.Title == "" || e.Rule == "" || e.Why == "" || e.Source == "" {
				t.Fatalf("something is missing: %+v", e)
			}
			for line := range strings.Lines(e.Text()) {
				if len([]rune(line)) > 90 { // examples may be a little longer than text
					t.Errorf("a line of %d columns: %s", len([]rune(line))-1, line)
				}
			}
			if code == "RELEASE_CLASH" {
				return // an example is two schemas: TestGenerateReleases has one
			}
			if code == "too-many-items" || code == "item-too-large" {
				live.Slow(t, "its examples are as large as a schema may be")
			}
			check := loadExample
			if slices.ContainsFunc(lint.Rules(), func(r lint.Rule) bool { return r.Code == code }) {
				check = lintExample
			}
			for _, d := range check(t, code, e.Good) {
				t.Errorf("good example: %s [%s]", d.Msg, d.Code)
			}
			bad := check(t, code, e.Bad)
			if len(bad) == 0 {
				t.Fatal("the bad example has no error")
			}
			if bad[0].Code != code {
				t.Errorf("bad example: first %s [%s]", bad[0].Msg, bad[0].Code)
			}
			if code == "too-many-errors" {
				return // there are others
			}
			for _, d := range bad[1:] {
				if d.Code != code {
					t.Errorf("bad example: also %s [%s]", d.Msg, d.Code)
				}
			}
		})
	}
}

// loadExample checks an example as a schema and returns what is wrong with it,
// in the order in which it is printed.
func loadExample(t *testing.T, code diag.Code, files []diag.ExampleFile) []*diag.Diagnostic {
	t.Helper()
	if len(files) == 0 {
		t.Fatal("there is no example")
	}
	fsys := make(fstest.MapFS)
	for i, f := range files {
		if i == 0 {
			f.Name = "schema.json"
		}
		addExample(t, fsys, f)
	}
	src := parser.Source{FS: fsys, Root: "schema.json"}
	schema, errs, _ := diagnose(src)
	if schema != nil {
		var warnings diag.List
		lint.Markup(schema, &warnings)
		errs = append(errs, warnings.Sorted()...)
	}
	return errs
}

// lintExample lints an example by one rule, and by those about comments. Files but
// the first are older releases, which their names tell.
func lintExample(t *testing.T, code diag.Code, files []diag.ExampleFile) []*diag.Diagnostic {
	t.Helper()
	load := func(f diag.ExampleFile) (lint.Schema, *diag.List) {
		var res *parser.Result
		schema, errs := qapigo.Load(fstest.MapFS{"schema.json": {Data: []byte(f.Text)}}, "schema.json",
			qapigo.Options{Parsed: func(r *parser.Result) { res = r }})
		for _, d := range errs.Sorted() {
			t.Errorf("example: error: %s [%s]", d.Msg, d.Code)
		}
		return lint.Schema{IR: schema, Root: res.Root, Text: func(name string) string { return res.Lookup(name).Text }}, errs
	}
	if len(files) == 0 {
		t.Fatal("there is no example")
	}
	s, list := load(files[0])
	releases := []compat.Release{{Name: "this", Version: compat.Version{Major: 9, Minor: 2}, Schema: s.IR}}
	for _, f := range files[1:] {
		version, ok := compat.ParseVersion(f.Name)
		if !ok {
			t.Fatalf("%s is no release", f.Name)
		}
		older, _ := load(f)
		releases = append(releases, compat.Release{Name: f.Name, Version: version, Schema: older.IR})
	}
	s.History = compat.NewHistory(releases, compat.Options{})
	rules := []string{string(code), "IGNORE_INVALID"}
	if strings.HasPrefix(string(code), "IGNORE_") {
		rules = append(rules, "IGNORE_UNUSED", "DOC_SINCE")
	}
	if t.Failed() {
		return nil
	}
	lint.Run(s, lint.Options{Use: rules}, list)
	found := list.Sorted()
	if code == "IGNORE_INVALID" { // what the comment should have left out
		found = slices.DeleteFunc(found, func(d *diag.Diagnostic) bool { return d.Code == "DOC_SINCE" })
	}
	return found
}

var (
	repeated  = regexp.MustCompile(`(?s)\{\{(.*?) × (\d+)\}\}`)
	character = regexp.MustCompile(`\{\{U\+([0-9A-F]+)\}\}`)
	fileName  = regexp.MustCompile(`^(.*) × (\d+)$`)
)

// addExample adds a file of an example, in which it writes out what is
// abbreviated.
func addExample(t *testing.T, fsys fstest.MapFS, f diag.ExampleFile) {
	t.Helper()
	if m := fileName.FindStringSubmatch(f.Name); m != nil {
		for i := range number(t, m[2], 10) {
			fsys[count(m[1], i+1)] = &fstest.MapFile{Data: []byte(count(f.Text, i+1))}
		}
		return
	}
	text := repeated.ReplaceAllStringFunc(f.Text, func(s string) string {
		m := repeated.FindStringSubmatch(s)
		if !strings.Contains(m[1], "#") {
			return strings.Repeat(m[1], number(t, m[2], 10))
		}
		var b strings.Builder
		for i := range number(t, m[2], 10) {
			b.WriteString(count(m[1], i+1))
		}
		return b.String()
	})
	text = character.ReplaceAllStringFunc(text, func(s string) string {
		return string(rune(number(t, character.FindStringSubmatch(s)[1], 16)))
	})
	fsys[f.Name] = &fstest.MapFile{Data: []byte(text)}
}

// count replaces the signs in text that count.
func count(text string, n int) string {
	text = strings.ReplaceAll(text, "#+1", strconv.Itoa(n+1))
	return strings.ReplaceAll(text, "#", strconv.Itoa(n))
}

func number(t *testing.T, s string, base int) int {
	t.Helper()
	n, err := strconv.ParseInt(s, base, 32)
	if err != nil {
		t.Fatal(err)
	}
	return int(n)
}

func TestExplain(t *testing.T) {
	for _, test := range []struct {
		args       []string
		wantStatus int
		wantStdout string // regular expressions
		wantStderr string
	}{
		{[]string{"explain", "unknown-type"}, 0, `(?s)^unknown-type: .*\nWhy: .*\nSource: .*\nWrong:\n\n    \{.*\nRight:\n\n    \{`, `^$`},
		{[]string{"explain", "[Unknown-Type]"}, 0, `^unknown-type: `, `^$`},
		{[]string{"explain", "read-file"}, 0, `\nWrong, network\.json:\n`, `^$`},
		{[]string{"explain", "too-deep"}, 0, `\{\{\[ × 1001\}\}(?s:.*)stand for`, `^$`},
		{[]string{"explain"}, 0, `(?m)^unknown-type +\S.*$`, `^$`},
		{[]string{"explain", "DOC_SINCE"}, 0, `^DOC_SINCE: `, `^$`},
		{[]string{"explain", "name_case"}, 0, `^NAME_CASE: `, `^$`},
		{[]string{"explain", "name-case"}, 0, `^name-case: `, `^$`},
		{[]string{"explain", "DOC_SINSE"}, 2, `^$`, `did you mean DOC_SINCE\?`},
		{[]string{"explain", "unknwon-type"}, 2, `^$`, `no code "unknwon-type"; did you mean unknown-type\?`},
		{[]string{"explain", "zzz"}, 2, `^$`, `no code "zzz"\n`},
		{[]string{"explain", "../codes"}, 2, `^$`, `no code`},
		{[]string{"explain", ""}, 2, `^$`, `no code`},
		{[]string{"explain", "a", "b"}, 2, `^$`, `takes one code, not 2`},
		{[]string{"help", "explain"}, 0, `qapi-go explain \[CODE\]`, `^$`},
	} {
		t.Run(strings.Join(test.args, " "), func(t *testing.T) {
			got := runArgs(test.args...)
			if got.status != test.wantStatus {
				t.Errorf("status %d, want %d", got.status, test.wantStatus)
			}
			if !regexp.MustCompile(test.wantStdout).MatchString(got.stdout) {
				t.Errorf("stdout %q does not match %q", got.stdout, test.wantStdout)
			}
			if !regexp.MustCompile(test.wantStderr).MatchString(got.stderr) {
				t.Errorf("stderr %q does not match %q", got.stderr, test.wantStderr)
			}
		})
	}
	all := runArgs("explain").stdout
	if n := strings.Count(all, "\n"); n != len(codeNames()) {
		t.Errorf("%d lines for %d codes", n, len(codeNames()))
	}
}
