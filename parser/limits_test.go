package parser

import (
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// repeat concatenates each(0) to each(n-1).
func repeat(n int, each func(i int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(each(i))
	}
	return b.String()
}

func nested(open, inside, shut string, n int) string {
	return strings.Repeat(open, n) + inside + strings.Repeat(shut, n)
}

// TestLimits loads extreme inputs. Invalid ones get a diagnostic; ones that are only large are
// accepted.
func TestLimits(t *testing.T) {
	name := func(i int) string { return fmt.Sprintf("'m%d'", i) }
	tests := []struct {
		name   string
		src    string
		want   diag.Code // code of an expected error, "" if none
		errors int       // number of errors printed, 0 to skip the check
	}{
		{"depth 1000", "{ 'command': 'a', 'if': " + nested("{ 'not': ", "'A'", "}", MaxDepth-1) + " }", "", 0},
		{"depth 1001", "{ 'command': 'a', 'if': " + nested("{ 'not': ", "'A'", "}", MaxDepth) + " }", codeTooDeep, 1},
		{"depth 1001 of arrays", "{ 'command': 'a', 'data': " + nested("[", "", "]", MaxDepth) + " }", codeTooDeep, 1},
		{"200,000 open brackets", strings.Repeat("[", 200_000), codeTooDeep, 1},
		{"200,000 nested brackets", nested("[", "", "]", 200_000), codeTooDeep, 0},
		{"200,000 nested braces", nested("{ 'a':", "'b'", "}", 200_000), codeTooDeep, 0},
		{"200,000 braces on lines", strings.Repeat("{ 'a':\n", 200_000), codeTooDeep, 0},
		{"200,000 closing brackets", strings.Repeat("]", 200_000), codeSyntax, 1},
		{"200,000 quotes", strings.Repeat("'\n", 200_000), codeBadString, 0},
		{"too many tokens", "{ 'enum': 'Big', 'data': [" + strings.Repeat("'a',", maxItemTokens/2) + "] }", codeItemTooLarge, 1},

		{"NUL", "{ 'command': 'a' }\x00", codeNotText, 1},
		{"invalid UTF-8", "# \xc3\x28\n", codeNotText, 1},
		{"byte-order mark", "\ufeff{ 'command': 'a' }", codeNotText, 1},
		{"CR LF", "##\r\n# @a:\r\n#\r\n# Text\r\n##\r\n{ 'command':\r\n  'a' }\r\n", "", 0},
		{"lone CR", "##\r# @a:\r#\r# Text\r##\r{ 'command':\r  'a' }\r", "", 0},
		{"other control characters", "{ 'command': 'a\x01' }", codeBadString, 1},
		{"nothing", "", "", 0},
		{"only a comment", "# nothing", "", 0},

		{"long name", "{ 'command': '" + strings.Repeat("a", 1<<20) + "' }", "", 0},
		{"long line", strings.Repeat(" ", 1<<20) + "{ 'command': 'a' }", "", 0},
		{"error on a long line", strings.Repeat("{ 'command': 'a' } ", 1<<16) + "{ 'command' }", codeSyntax, 1},
		{"long comment", "# " + strings.Repeat("x", 1<<20) + "\n{ 'command': 'a' }", "", 0},
		{"long documentation", "##\n# @a:\n#\n" + strings.Repeat("# text\n", 100_000) + "##\n{ 'command': 'a' }", "", 0},
		{"long line of documentation", "##\n# @a:\n#\n# " + strings.Repeat("text ", 100_000) + "\n#\n# Since: 1.0\n##\n{ 'command': 'a' }", "", 0},
		{"100,000 members", "{ 'struct': 'Big', 'data': { 'a': 'int'" +
			repeat(100_000, func(i int) string { return ",\n" + name(i) + ": 'int'" }) + " } }", "", 0},
		{"100,000 values", "{ 'enum': 'Big', 'data': [ 'a'" + repeat(100_000, func(i int) string { return "," + name(i) }) + " ] }", "", 0},
		{"100,000 features", "{ 'command': 'a', 'features': [ 'a'" + repeat(100_000, func(i int) string { return "," + name(i) }) + " ] }", "", 0},
		{"100,000 conditions", "{ 'command': 'a', 'if': { 'all': [ 'A'" + strings.Repeat(", 'A'", 100_000) + " ] } }", "", 0},
		{"20,000 pragmas", strings.Repeat("{ 'pragma': { 'doc-required': false } }\n", 20_000), "", 0},

		{"a million items", strings.Repeat("##\n##\n", MaxItems), "", 0},
		{"more items", strings.Repeat("##\n##\n", MaxItems+1), codeTooManyItems, 1},
		{"more plain comments", "{ 'type': 'A', 'data': { 'a': 'int' } }\n" + strings.Repeat("#\n\n", MaxItems+1), codeTooManyItems, 1},
		{"million mistakes", strings.Repeat("{ 'x': 'y' }\n", 1_000_000), codeNotADefinition, diag.MaxErrors + 1},
		{"100,000 equal keys", "{ 'struct': 'Big', 'data': { 'a': 'int'" + strings.Repeat(", 'a': 'int'", 100_000) + " } }", codeDuplicateKey, diag.MaxErrors + 1},
		{"100,000 unknown keys", "{ 'command': 'a'" + repeat(100_000, func(i int) string { return "," + name(i) + ": 'b'" }) + " }", codeUnknownKey, 1},
		{"100,000 stray comments", strings.Repeat("##\n# @a:\n##\n", 100_000), codeDocMisplaced, diag.MaxErrors + 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if len(test.src) > 2<<20 {
				live.Slow(t, "it reads more than 2 MiB")
			}
			src := Source{Root: "root.json", FS: fstest.MapFS{"root.json": file(test.src)}}
			out, _ := print(t, src, diag.Text)
			if test.want == "" && out != "" || !strings.Contains(out, "["+string(test.want)+"]\n") && test.want != "" {
				t.Errorf("want %q, got\n%.500s", test.want, out)
			}
			if n := strings.Count(out, "error: "); test.errors != 0 && n != test.errors {
				t.Errorf("%d errors, want %d", n, test.errors)
			}
			if test.errors == diag.MaxErrors+1 && !strings.Contains(out, "["+"too-many-errors"+"]") {
				t.Error("nothing says that more errors were left out")
			}
		})
	}
}

// TestTooManyErrors checks that reading stops after too many items that cannot be definitions.
func TestTooManyErrors(t *testing.T) {
	tests := []struct {
		name, item string
		n          int
		want       bool // reading stops
	}{
		{"as many errors as are kept", "{ 'x': 'y' }\n", maxErrors, false},
		{"more errors", "{ 'x': 'y' }\n", maxErrors + 2, true},
		{"definitions of an old release", "{ 'type': 'Foo', 'data': {} }\n", maxErrors + 2, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, res := print(t, Source{Root: "a", FS: fstest.MapFS{"a": file(strings.Repeat(test.item, test.n))}}, diag.Text)
			if res.Root.Incomplete != test.want {
				t.Errorf("incomplete: %t, want %t", res.Root.Incomplete, test.want)
			}
		})
	}
}

// TestDefinitions loads a schema of 100,000 definitions and checks that allocation grows
// linearly.
func TestDefinitions(t *testing.T) {
	load := func(n int) uint64 {
		src := repeat(n, func(i int) string {
			return fmt.Sprintf("##\n# @Def%d:\n#\n# @a: Text.\n##\n{ 'struct': 'Def%d', 'data': { 'a': 'int' } }\n", i, i)
		})
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		out, res := print(t, Source{Root: "a", FS: fstest.MapFS{"a": file(src)}}, diag.Text)
		runtime.ReadMemStats(&after)
		if out != "" {
			t.Fatalf("diagnostics:\n%.500s", out)
		}
		found := 0
		for range ast.All(res.Root) {
			found++
		}
		if found != n {
			t.Errorf("%d definitions, want %d", found, n)
		}
		return (after.TotalAlloc - before.TotalAlloc) / uint64(n)
	}
	small, large := load(10_000), load(100_000)
	if large > small*3/2 {
		t.Errorf("allocated %d bytes a definition, and %d in a schema a tenth the size", large, small)
	}
}

// TestIncludeDepth checks that the limit counts files that are open at once, not files read.
func TestIncludeDepth(t *testing.T) {
	fsys := fstest.MapFS{}
	for i := range MaxIncludeDepth {
		fsys[fmt.Sprintf("f%d.json", i)] = file(include(fmt.Sprintf("f%d.json", i+1)))
	}
	fsys[fmt.Sprintf("f%d.json", MaxIncludeDepth-1)] = file("")
	root := ""
	for i := range 1000 {
		name := fmt.Sprintf("g%d.json", i)
		fsys[name] = file("")
		root += include(name)
	}
	fsys["f1.json"].Data = append(fsys["f1.json"].Data, root...)
	out, res := print(t, Source{Root: "f0.json", FS: fsys}, diag.Text)
	if want := MaxIncludeDepth + 1000; out != "" || len(res.Files) != want {
		t.Errorf("%d files, want %d\n%s", len(res.Files), want, out)
	}
}

// A failingFS is a file system in which reading the file "bad" fails halfway.
type failingFS struct{ fstest.MapFS }

func (f failingFS) Open(name string) (fs.File, error) {
	file, err := f.MapFS.Open(name)
	if name == "bad" && err == nil {
		return failingFile{file}, nil
	}
	return file, err
}

type failingFile struct{ fs.File }

func (f failingFile) Read(p []byte) (int, error) {
	n, err := f.File.Read(p[:min(len(p), 10)])
	if err == io.EOF || n < 10 {
		err = &fs.PathError{Op: "read", Path: "bad", Err: syscall.EIO}
	}
	return n, err
}

func TestReadFails(t *testing.T) {
	fsys := failingFS{fstest.MapFS{"root.json": file(include("bad") + command("b")), "bad": file(strings.Repeat(command("a"), 100))}}
	for _, test := range []struct{ root, want string }{
		{"root.json", "root.json:1: can't read include file 'bad': input/output error\n"},
		{"bad", "can't read schema file 'bad': input/output error\n"},
	} {
		if got, _ := print(t, Source{FS: fsys, Root: test.root}, diag.QEMU); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}
