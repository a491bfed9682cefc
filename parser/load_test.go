package parser

import (
	"bytes"
	"fmt"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
)

// file returns a file of an in-memory file system.
func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

func include(path string) string { return fmt.Sprintf("{ 'include': '%s' }\n", path) }

func command(name string) string { return fmt.Sprintf("{ 'command': '%s' }\n", name) }

// print loads a schema and returns its diagnostics.
func print(t *testing.T, src Source, format diag.Format) (string, *Result) {
	t.Helper()
	fset := token.NewFileSet()
	var errs diag.List
	res := Load(fset, src, &errs)
	var out bytes.Buffer
	p := diag.Printer{Fset: fset, Lookup: res.Lookup, Format: format}
	if err := p.Print(&out, &errs); err != nil {
		t.Fatal(err)
	}
	return out.String(), res
}

func TestIncludes(t *testing.T) {
	src := Source{Root: "daemon/qapi/root.json", FS: fstest.MapFS{
		"daemon/qapi/root.json":    file(command("a") + include("../../qapi/one.json") + command("b") + include("sub/../sub/two.json") + include("../../qapi/./one.json")),
		"qapi/one.json":            file(command("c") + include("sub/three.json") + command("d")),
		"qapi/sub/three.json":      file(command("e")),
		"daemon/qapi/sub/two.json": file(include("../../../qapi/sub/three.json") + command("f")),
	}}
	out, res := print(t, src, diag.Text)
	if out != "" {
		t.Fatalf("diagnostics:\n%s", out)
	}
	var names []string
	for _, f := range res.Files {
		names = append(names, f.Name+" "+f.Display)
	}
	wantNames := []string{
		"root.json daemon/qapi/root.json", "../../qapi/one.json qapi/one.json",
		"../../qapi/sub/three.json qapi/sub/three.json", "sub/two.json daemon/qapi/sub/two.json",
	}
	if !slices.Equal(names, wantNames) {
		t.Errorf("files %q, want %q", names, wantNames)
	}
	var order []string
	for f, d := range ast.All(res.Root) {
		switch d := d.(type) {
		case *ast.Include:
			order = append(order, fmt.Sprintf("%s(%t)", d.Path.Value, d.File != nil))
		case ast.Def:
			order = append(order, d.Head().Name.Value+"@"+f.Name)
		}
	}
	wantOrder := []string{
		"a@root.json", "../../qapi/one.json(true)", "c@../../qapi/one.json", "sub/three.json(true)",
		"e@../../qapi/sub/three.json", "d@../../qapi/one.json", "b@root.json", "sub/../sub/two.json(true)",
		"../../../qapi/sub/three.json(false)", "f@sub/two.json", "../../qapi/./one.json(false)",
	}
	if !slices.Equal(order, wantOrder) {
		t.Errorf("order %q, want %q", order, wantOrder)
	}
}

func TestIncludeErrors(t *testing.T) {
	chain := fstest.MapFS{"root.json": file(include("f0.json"))}
	for i := range MaxIncludeDepth - 1 { // one file more than may be open
		chain[fmt.Sprintf("f%d.json", i)] = file(include(fmt.Sprintf("f%d.json", i+1)))
	}
	chain[fmt.Sprintf("f%d.json", MaxIncludeDepth-1)] = file("")
	short := maps.Clone(chain) // as many as may be open
	short[fmt.Sprintf("f%d.json", MaxIncludeDepth-2)] = file("")
	fset, errs := token.NewFileSet(), new(diag.List)
	if res := Load(fset, Source{FS: short, Root: "root.json"}, errs); errs.Len() != 0 || len(res.Files) != MaxIncludeDepth {
		t.Errorf("%d files, %d errors", len(res.Files), errs.Len())
	}
	tests := []struct {
		name string
		fs   fstest.MapFS
		want string // in QEMU's layout
		code diag.Code
	}{
		{"missing", fstest.MapFS{"root.json": file("\n" + include("none.json"))},
			"schema/root.json:2: can't read include file 'schema/none.json': No such file or directory\n", codeReadFile},
		{"folder", fstest.MapFS{"root.json": file(include("sub")), "sub/a.json": file("")},
			"schema/root.json:1: can't read include file 'schema/sub': Is a directory\n", codeReadFile},
		{"empty name", fstest.MapFS{"root.json": file(include(""))},
			"schema/root.json:1: can't read include file 'schema/': Is a directory\n", codeReadFile},
		{"FIFO", fstest.MapFS{"root.json": file(include("a")), "a": {Mode: fs.ModeNamedPipe}},
			"schema/root.json:1: can't read include file 'schema/a': Is a FIFO\n", codeReadFile},
		{"device", fstest.MapFS{"root.json": file(include("a")), "a": {Mode: fs.ModeDevice | fs.ModeCharDevice}},
			"schema/root.json:1: can't read include file 'schema/a': Is a device\n", codeReadFile},
		{"outside", fstest.MapFS{"root.json": file(include("../a.json"))},
			"schema/root.json:1: can't read include file 'schema/../a.json': it is outside of the schema's source\n", codeOutsideSource},
		{"absolute", fstest.MapFS{"root.json": file(include("/a.json"))},
			"schema/root.json:1: can't read include file '/a.json': it is outside of the schema's source\n", codeOutsideSource},
		{"itself", fstest.MapFS{"root.json": file(include("./root.json"))},
			"schema/root.json:1: inclusion loop for ./root.json\n", codeIncludeLoop},
		{"loop", fstest.MapFS{"root.json": file(include("sub/a.json")), "sub/a.json": file("\n" + include("../b.json")), "b.json": file(include("sub/a.json"))},
			"In file included from schema/root.json:1:\nIn file included from schema/sub/a.json:2:\nschema/sub/../b.json:1: inclusion loop for sub/a.json\n", codeIncludeLoop},
		{"binary", fstest.MapFS{"root.json": file(include("a.json")), "a.json": file("a\nb\x00")},
			"schema/root.json:1: can't read include file 'schema/a.json': Is not text (NUL byte)\n", codeNotText},
		{"deep", chain, "", codeIncludeDepth},
		// QEMU's formula for tabs counts back to the tab stop.
		{"syntax error inside", fstest.MapFS{"root.json": file(include("a.json")), "a.json": file("\n{ 'command'\t'a' }")},
			"In file included from schema/root.json:1:\nschema/a.json:2:4: expected ':'\n", codeSyntax},
		{"extra key", fstest.MapFS{"root.json": file("{ 'include': 'a.json', 'if': 'A' }")},
			"schema/root.json:1: invalid 'include' directive\n", codeBadDirective},
		{"no string", fstest.MapFS{"root.json": file("\n{ 'include': [ 'a.json' ] }")},
			"schema/root.json:2: value of 'include' must be a string\n", codeBadDirective},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			src := Source{FS: test.fs, Root: "root.json", Display: func(path string) string { return "schema/" + path }}
			got, res := print(t, src, diag.QEMU)
			if test.want != "" && got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
			text, _ := print(t, src, diag.Text)
			if !strings.Contains(text, "["+string(test.code)+"]") {
				t.Errorf("no code %s in\n%s", test.code, text)
			}
			if res.Root == nil {
				t.Error("the root file is lost")
			}
		})
	}
}

func TestRootErrors(t *testing.T) {
	tests := []struct{ name, root, want string }{
		{"missing", "none.json", "can't read schema file 'none.json': No such file or directory\n"},
		{"folder", "sub", "can't read schema file 'sub': Is a directory\n"},
		{"binary", "binary", "binary:2: can't read schema file 'binary': Is not text (invalid UTF-8)\n"},
	}
	fsys := fstest.MapFS{"sub/a.json": file(""), "binary": file("a\n\xff")}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, res := print(t, Source{FS: fsys, Root: test.root}, diag.QEMU)
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if res.Root != nil {
				t.Error("there is a root file")
			}
		})
	}
}

// A hugeFS has one file, whose reported size may differ from its real one.
type hugeFS struct {
	says, has int64
	opened    bool
}

func (h *hugeFS) Open(string) (fs.File, error) {
	h.opened = true
	return &hugeFile{h, 0}, nil
}

func (h *hugeFS) Stat(string) (fs.FileInfo, error) { return hugeInfo{h}, nil }

type hugeFile struct {
	fs   *hugeFS
	done int64
}

func (f *hugeFile) Stat() (fs.FileInfo, error) { return hugeInfo{f.fs}, nil }
func (f *hugeFile) Close() error               { return nil }
func (f *hugeFile) Read(p []byte) (int, error) {
	f.done += int64(len(p))
	if f.done > f.fs.has {
		return 0, syscall.EIO
	}
	clear(p)
	return len(p), nil
}

type hugeInfo struct{ fs *hugeFS }

func (i hugeInfo) Name() string       { return "huge" }
func (i hugeInfo) Size() int64        { return i.fs.says }
func (i hugeInfo) Mode() fs.FileMode  { return 0o444 }
func (i hugeInfo) ModTime() time.Time { return time.Time{} }
func (i hugeInfo) IsDir() bool        { return false }
func (i hugeInfo) Sys() any           { return nil }

func TestFileSize(t *testing.T) {
	const want = "can't read schema file 'huge': File is larger than 64 MiB\n"
	honest := &hugeFS{says: MaxFileSize + 1, has: MaxFileSize + 1}
	if got, _ := print(t, Source{FS: honest, Root: "huge"}, diag.QEMU); got != want || honest.opened {
		t.Errorf("got %q, opened %t; want %q without opening it", got, honest.opened, want)
	}
	lying := &hugeFS{says: 0, has: MaxFileSize * 4}
	if got, _ := print(t, Source{FS: lying, Root: "huge"}, diag.QEMU); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestExample loads the project's own schema, which must have no errors.
func TestExample(t *testing.T) {
	fsys := os.DirFS(filepath.Join(corpus.Root(t), "testdata", "schemas", "vm"))
	got, res := print(t, Source{FS: fsys, Root: "vm.json"}, diag.Text)
	if got != "" {
		t.Error(got)
	}
	if len(res.Files) < 2 {
		t.Errorf("%d files", len(res.Files))
	}
}

// TestPlainComments checks that the tree contains each plain comment once.
func TestPlainComments(t *testing.T) {
	const text = "# top\n" +
		"##\n# documentation\n##\n" +
		"\n  # above\n" +
		"{ 'struct': 'Foo', # behind\n" +
		"  'data': { # inside\n" +
		"    'a': 'str' } } # last\n" +
		"{ 'struct' 'Bar' # mistake\n}\n" +
		"{ 'enum': 'Baz', 'data': [ '#', 'b' ] }# no line ends here"
	fset, errs := token.NewFileSet(), new(diag.List)
	res := Load(fset, Source{FS: fstest.MapFS{"a.json": {Data: []byte(text)}}, Root: "a.json"}, errs)
	var got []string
	file := fset.File(1)
	for _, c := range res.Root.Comments {
		got = append(got, text[file.Offset(c.Pos()):file.Offset(c.End())])
	}
	want := []string{"# top", "# above", "# behind", "# inside", "# last", "# mistake", "# no line ends here"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
