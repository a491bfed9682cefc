package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	const text = `# all keys
version: 1
schema: schema/qapi/qapi-schema.json
dialect: 10.0
generate:
  - out: internal/qapi
    package: qapi
    parts: [types, client]
    include: ["query-*", blockdev-add]
    exclude: [query-x]
    docs: summary
    define: [CONFIG_LINUX]
    rename: {Foo: Bar, Foo.a-b: "AB"}
    spdx: MIT
  - {out: ../qga, schema: "git:../qemu@v10.0.0:qga/qapi-schema.json", dialect: auto}
docs:
  out: /doc
  format: [text]
  schema: qemu.tar.xz:qapi/qapi-schema.json
lint:
  use: [STANDARD]
  except: [DOC_EXAMPLE]
  ignore_only: {NAME_CASE: [qapi/qom.json]}
diff: {level: [send, go], fail_on: warning, accept: accepted.txt, vendor: [__com.x_]}
`
	got, err := Parse(filepath.Join("..", "p", FileName), []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := &Config{
		Version: "1", Schema: "../p/schema/qapi/qapi-schema.json", Dialect: "10.0",
		Generate: []Generate{{
			Out: filepath.Join("..", "p", "internal", "qapi"), Package: "qapi", Parts: []string{"types", "client"},
			Include: []string{"query-*", "blockdev-add"}, Exclude: []string{"query-x"}, Docs: "summary",
			Define: []string{"CONFIG_LINUX"}, Rename: map[string]string{"Foo": "Bar", "Foo.a-b": "AB"}, SPDX: "MIT", Pos: Pos{6, 5},
		}, {
			Out: filepath.Join("..", "qga"), Schema: "git:../p/../qemu@v10.0.0:qga/qapi-schema.json", Dialect: "auto", Pos: Pos{15, 5},
		}},
		Docs: []Docs{{Out: "/doc", Format: []string{"text"}, Schema: "../p/qemu.tar.xz:qapi/qapi-schema.json", Pos: Pos{17, 3}}},
		Lint: Lint{Use: []string{"STANDARD"}, Except: []string{"DOC_EXAMPLE"}, IgnoreOnly: map[string][]string{"NAME_CASE": {filepath.Join("..", "p", "qapi", "qom.json")}}},
		Diff: Diff{Level: []string{"send", "go"}, FailOn: "warning", Accept: filepath.Join("..", "p", "accepted.txt"), Vendor: []string{"__com.x_"}},
		Path: filepath.Join("..", "p", FileName),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

func TestSchemas(t *testing.T) {
	for _, test := range []struct {
		text string
		want []Schema
	}{
		{"schema: a\n", []Schema{{Name: "a"}}},
		{"schema: a\ndialect: auto\ngenerate: {out: x}\ndocs: {out: y, schema: a}\n", []Schema{{Name: "a", Dialect: "auto"}}},
		{"generate: [{out: x, schema: b}, {out: y, schema: a, dialect: 2.12}]\ndocs: {out: z, schema: b}\n", []Schema{{Name: "b"}, {Name: "a", Dialect: "2.12"}}},
		{"\ufeffschema: 'a\r\n  b'\r\ndialect: 2.12\r\n", []Schema{{Name: "a b", Dialect: "2.12"}}},
		{"diff: {level: [go]}\n", nil},
		{"schemas: [a, b]\n", []Schema{{Releases: []string{"a", "b"}}}},
		{"schemas: [a, b]\ngenerate: {out: x, prefer: '2.0'}\ndocs: {out: x}\n", []Schema{{Releases: []string{"a", "b"}, Prefer: "2.0"}}},
		{"schemas: [a, b]\ngenerate: [{out: x, prefer: '2.0'}, {out: y, prefer: '1.0'}]\n",
			[]Schema{{Releases: []string{"a", "b"}, Prefer: "2.0"}, {Releases: []string{"a", "b"}, Prefer: "1.0"}}},
		{"generate: [{out: x, schemas: [a, b]}, {out: y, schemas: [a, c]}]\n",
			[]Schema{{Releases: []string{"a", "b"}}, {Releases: []string{"a", "c"}}}},
		{"schema: a\ngenerate: [{out: x}, {out: y, dialect: 2.12}]\ndocs: {out: z, dialect: 2.10}\n",
			[]Schema{{Name: "a"}, {Name: "a", Dialect: "2.12"}, {Name: "a", Dialect: "2.10"}}},
		{"schemas: [a, b]\ngenerate: {out: x}\ndocs: {out: z, dialect: 2.10}\n",
			[]Schema{{Releases: []string{"a", "b"}}, {Releases: []string{"a", "b"}, Dialect: "2.10"}}},
		{"schema: a\ndocs: {out: x, schemas: [b]}\n", []Schema{{Name: "a"}, {Releases: []string{"b"}}}},
	} {
		c, err := Parse("q.yaml", []byte(test.text), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.AllSchemas(); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%q: %v, want %v", test.text, got, test.want)
		}
	}
}

func TestMistakes(t *testing.T) {
	const start = "schema: a.json\n"
	rules := Rules{
		"generate.parts": func(v string) error {
			if v == "types" {
				return nil
			}
			return fmt.Errorf("no part %q", v)
		},
		"lint.ignore_only.*": func(v string) error { return fmt.Errorf("no rule %s", v) },
	}
	for _, test := range []struct{ name, text, want string }{
		{"empty", "", `q.yaml:1:1: the configuration is empty; "qapi-go init" writes one to start with`},
		{"comment only", "# x\n", `q.yaml:1:1: the configuration is empty; "qapi-go init" writes one to start with`},
		{"two documents", start + "---\nschema: b\n", "q.yaml:3:1: more than one document"},
		{"a list", "- a\n", "q.yaml:1:1: a configuration must be a mapping of keys to values, not a list"},
		{"a word", "hello\n", `q.yaml:1:1: a configuration must be a mapping of keys to values, not "hello"`},
		{"binary", "\xff\xfe\x00", "q.yaml:1:1: a configuration must be a mapping"},
		{"syntax", start + "generate: [\n", "q.yaml:2:11: "},
		{"bad indentation", "generate:\n- out: x\n   package: y\n", "q.yaml:2:8: "},
		{"tab", start + "lint:\n\tuse: [A]\n", "q.yaml:3:1: "},
		{"line ends of Windows", "schema: 'a\r\n  b'\r\ngenerat: x\r\n", `q.yaml:3:1: unknown key "generat"; did you mean "generate"?`},
		{"duplicate", start + "schema: b\n", "q.yaml:2:1: "},
		{"duplicate in flow", "diff: {level: [go], level: [send]}\n", "q.yaml:1:21: "},
		{"unknown key", start + "generat:\n  - out: x\n", `q.yaml:2:1: unknown key "generat"; did you mean "generate"?`},
		{"unknown key inside", start + "generate:\n  - out: x\n    pakage: y\n", `q.yaml:4:5: unknown key "pakage" in generate; did you mean "package"?`},
		{"unknown key far off", "diff:\n  zzzzzz: y\n", `q.yaml:2:3: unknown key "zzzzzz" in diff: there are level, fail_on, accept, vendor`},
		{"not a string", "schema: [a]\n", "q.yaml:1:9: schema must be a string, not a list"},
		{"a boolean", "schema: true\n", "q.yaml:1:9: schema must be a string, not the boolean true (a string of that text needs quotes)"},
		{"no value", "schema:\n", "q.yaml:1:9: schema must be a string, not nothing"},
		{"empty value", "schema: ''\n", "q.yaml:1:9: schema is empty"},
		{"alias", "schema: &x a\ndialect: *x\n", "q.yaml:1:9: schema must be a string, not an anchor or alias\nq.yaml:2:10: dialect must be a string, not an anchor or alias"},
		{"not a list", start + "generate:\n  - {out: x, parts: types}\n", `q.yaml:3:21: generate.parts must be a list, not "types"`},
		{"mapping for a list of words", "diff: {level: {a: b}}\n", "q.yaml:1:15: diff.level must be a list, not a mapping"},
		{"output that is nothing", "generate:\n-", "q.yaml:2:3: generate must be a mapping of keys to values, not nothing"},
		{"outputs that are nothing", "schema: s\ndocs:\n- ~\n- x\n", "q.yaml:3:3: docs must be a mapping of keys to values, not nothing\nq.yaml:4:3: docs must be a mapping of keys to values, not \"x\""},
		{"control characters", "schema: a\n\"x\\n::error\": 1\n", "q.yaml:2:1: unknown key \"x\\n::error\": there are"},
		{"list of lists", start + "generate:\n  - [x]\n", "q.yaml:3:5: generate must be a mapping of keys to values, not a list"},
		{"strange key", "1: x\n", `q.yaml:1:1: a key has to be a plain name, not "1"`},
		{"a rule", start + "generate:\n  - {out: x, parts: [types, clint]}\n", `q.yaml:3:29: generate.parts: no part "clint"`},
		{"a rule for keys", "lint:\n  ignore_only:\n    NAME: [x]\n", "q.yaml:3:5: lint.ignore_only: no rule NAME"},
		{"version", "version: 2\n", "q.yaml:1:10: version: unsupported version 2, want 1"},
		{"no out", start + "docs: {format: [text]}\n", "q.yaml:2:7: missing out in docs"},
		{"no schema", "generate:\n  - out: x\n", "q.yaml:2:5: no schema: set schema here, or at the top for all outputs"},
		{"folder taken", start + "generate:\n  - out: x\n  - out: ./x/\n", "q.yaml:4:5: out is also the folder of the output at line 3"},
		{"several", "scheme: a\ngenerate:\n  - {outt: x}\ndiff: {level: [], fail_on: {}}\n",
			"q.yaml:1:1: unknown key \"scheme\"; did you mean \"schema\"?\nq.yaml:3:5: missing out in generate\nq.yaml:3:5: no schema: set schema here, or at the top for all outputs\n" +
				"q.yaml:3:6: unknown key \"outt\" in generate; did you mean \"out\"?\nq.yaml:4:28: diff.fail_on must be a string, not a mapping"},
		{"characters", "diff: {accept: äöü, x: y}\n", `q.yaml:1:21: unknown key "x"`},
		{"large", strings.Repeat("# x\n", 20000), "q.yaml:1:1: larger than 64 KiB"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse("q.yaml", []byte(test.text), rules)
			if wrong := new(Mistakes); !errors.As(err, &wrong) {
				t.Fatalf("error is %v", err)
			}
			if got := err.Error(); got != test.want && (strings.Contains(got, "\n") || !strings.HasPrefix(got, test.want)) {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// TestReference checks that docs/config.md describes each key there is, and no
// other.
func TestReference(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "config.md"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "| `"); ok {
			key, _, _ := strings.Cut(rest, "`")
			got = append(got, key)
		}
	}
	want := keys(reflect.TypeFor[Config](), "")
	if !slices.Equal(got, want) {
		t.Errorf("docs/config.md has the keys\n%s\nthe program has\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	// Its examples are right.
	blocks := strings.Split(string(text), "```yaml\n")[1:]
	if len(blocks) == 0 {
		t.Error("no example in docs/config.md")
	}
	for _, block := range blocks {
		example, _, _ := strings.Cut(block, "```")
		if _, err := Parse("docs/config.md", []byte(example), nil); err != nil {
			t.Errorf("%v in\n%s", err, example)
		}
	}
}

// keys returns the keys of a mapping and of what is in it.
func keys(typ reflect.Type, path string) []string {
	var all []string
	for i := range typ.NumField() {
		f := typ.Field(i)
		name := f.Tag.Get("yaml")
		if name == "-" {
			continue
		}
		inner := f.Type
		if inner.Kind() == reflect.Slice {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct {
			all = append(all, keys(inner, join(path, name))...)
			continue
		}
		all = append(all, join(path, name))
	}
	return all
}

// TestSameFolder checks that outputs in one folder are refused whatever the paths.
func TestSameFolder(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.Mkdir("x", 0o777); err != nil {
		t.Fatal(err)
	}
	others := []string{"y/../x", filepath.ToSlash(filepath.Join(dir, "x"))}
	if err := os.Symlink("x", "link"); err == nil { // Windows may forbid it
		others = append(others, "link")
	}
	for _, other := range others {
		text := "schema: a\ngenerate:\n  - out: x\n  - out: \"" + other + "\"\n"
		if _, err := Parse("q.yaml", []byte(text), nil); err == nil || !strings.Contains(err.Error(), "q.yaml:4:5: out is also the folder of the output at line 3") {
			t.Errorf("%s: %v", other, err)
		}
	}
	if _, err := Parse("q.yaml", []byte("schema: a\ngenerate: { out: x }\ndocs: { out: x }\n"), nil); err != nil {
		t.Errorf("outputs of two kinds: %v", err)
	}
}

func TestFind(t *testing.T) {
	for _, test := range []struct {
		name  string
		files []string
		in    string
		want  string
	}{
		{"here", []string{"qapi.yaml"}, ".", "qapi.yaml"},
		{"none", []string{"go.mod"}, ".", ""},
		{"top of the module", []string{"qapi.yaml", "go.mod"}, "a/b", "../../qapi.yaml"},
		{"top of the repository", []string{"qapi.yaml", ".git/x"}, "a/b", "../../qapi.yaml"},
		{"nearest", []string{"qapi.yaml", "a/qapi.yaml", "go.mod"}, "a/b", "../qapi.yaml"},
		{"above the module", []string{"qapi.yaml", "a/go.mod"}, "a/b", ""},
		{"no project", []string{"qapi.yaml"}, "a/b", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			for _, name := range append(test.files, filepath.Join(test.in, "file")) {
				name = filepath.Join(dir, name)
				if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(name, nil, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			t.Chdir(filepath.Join(dir, test.in))
			got, err := Find(".")
			if err != nil || got != filepath.FromSlash(test.want) {
				t.Errorf("Find = %q, %v; want %q", got, err, test.want)
			}
		})
	}
	t.Run("a folder", func(t *testing.T) {
		t.Chdir(t.TempDir())
		if err := os.Mkdir(FileName, 0o777); err != nil {
			t.Fatal(err)
		}
		if got, err := Find("."); err == nil || !strings.Contains(err.Error(), "not a regular file") {
			t.Errorf("Find = %q, %v", got, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("schema: a\ngenerate:\n  - {out: x, rename: {A: B}}\n"))
	f.Add([]byte("lint: {use: [A], ignore_only: {B: [c]}}\n---\n"))
	f.Add([]byte("? [a]\n: &x *x\n"))
	f.Add([]byte("<<: {a: !!str b}\n"))
	f.Add([]byte("generate:\n-"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := Parse("q.yaml", text, nil)
		if (c == nil) == (err == nil) {
			t.Fatalf("both or none: %v, %v", c, err)
		}
		if wrong := new(Mistakes); errors.As(err, &wrong) {
			for _, m := range wrong.List {
				if m.Pos.Line < 1 || m.Pos.Column < 1 {
					t.Fatalf("%v has no place", m)
				}
			}
		}
	})
}
