package excerpt

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
	"github.com/qapi-go/qapi-go/ir"
)

// describe returns a definition and all types to which it refers, without documentation.
func describe(def ir.Def) string {
	var b strings.Builder
	seen := make(map[string]bool)
	var visit func(def ir.Def)
	visit = func(def ir.Def) {
		name := fmt.Sprintf("%T %s", def, def.Head().Name)
		if seen[name] {
			return
		}
		seen[name] = true
		fmt.Fprintf(&b, "%s if %v features", name, def.Head().If)
		for _, f := range def.Head().Features {
			fmt.Fprintf(&b, " %s", f.Name)
		}
		switch d := def.(type) {
		case *ir.Command:
			fmt.Fprintf(&b, " gen %v boxed %v response %v oob %v preconfig %v coroutine %v", d.Gen, d.Boxed, d.SuccessResponse, d.AllowOOB, d.AllowPreconfig, d.Coroutine)
		case *ir.Enum:
			for _, v := range d.Values {
				fmt.Fprintf(&b, " %s", v.Name)
			}
		case *ir.Builtin:
			fmt.Fprintf(&b, " %v", d.JSON)
		case *ir.Union:
			fmt.Fprintf(&b, " by %s simple %v", d.Discriminator.Name, d.Simple)
		}
		b.WriteString("\n")
		for ref := range ir.References(def) {
			fmt.Fprintf(&b, "  %v", ref.Role)
			if ref.Member != nil {
				fmt.Fprintf(&b, " %s optional %v", ref.Member.Name, ref.Member.Optional)
			}
			fmt.Fprintf(&b, " %s\n", ref.Type.Head().Name)
			visit(ref.Type)
		}
	}
	visit(def)
	return b.String()
}

// TestReleases extracts commands and events from each of QEMU's schemas and compares the
// compiler's result with that for the whole schema. Constructs that later releases dropped,
// such as simple unions (up to 6.1), may be refused in an excerpt, which does not show its age.
func TestReleases(t *testing.T) {
	dir := corpus.Dir(t)
	releases, err := os.ReadDir(filepath.Join(dir, "corpus"))
	if err != nil {
		t.Fatal(err)
	}
	compared, whole := 0, 0
	for _, release := range releases {
		top := filepath.Join(dir, "corpus", release.Name())
		for _, sc := range corpus.Schemas(t, dir, release.Name()) {
			all := schematest.Load(t, top, sc.Root)
			root, err := filepath.Rel(top, sc.Root)
			if err != nil {
				t.Fatal(err)
			}
			for _, def := range live.Sample(t, definitions(all), 20) {
				name := def.Head().Name
				fsys, ok := Of(os.DirFS(top), filepath.ToSlash(root), []string{name})
				if !ok {
					t.Errorf("%s %s: %s: no excerpt", release.Name(), sc.Name, name)
					continue
				}
				part, errs := qapigo.Load(fsys, filepath.ToSlash(root), qapigo.Options{})
				if part == nil && all.Release.Before(6, 2) {
					whole++
					continue
				}
				if part == nil || errs.Len() > 0 {
					t.Errorf("%s %s: %s: %s", release.Name(), sc.Name, name, errs.First().Msg)
					continue
				}
				if got, want := describe(part.ByName[name]), describe(def); got != want {
					t.Errorf("%s %s: %s:\n%s\nwant\n%s", release.Name(), sc.Name, name, got, want)
				}
				compared++
			}
		}
	}
	t.Logf("%d commands and events, %d others need the whole schema", compared, whole)
	if compared < 300 {
		t.Errorf("only %d commands and events were compared", compared)
	}
}

func definitions(s *ir.Schema) (all []ir.Def) {
	for _, c := range s.Commands {
		all = append(all, c)
	}
	for _, e := range s.Events {
		all = append(all, e)
	}
	return all
}

const roomSchema = `{ 'include': 'sub/types.json' }
# free # 'text' {
{ 'pragma': { 'doc-required': true } }
{ 'pragma': { 'member-name-exceptions': [ 'Wall' ] } }
{ 'command': 'paint', 'data': { 'hue': 'Hue', # a comment, it's ignored
  '*next': 'Wall' } }
{ 'returns': [ 'Wall' ], 'command': 'walls' }
{ 'event': 'DRIED', 'data': { 'on': 'str' } }
`

// TestOf extracts parts of a small schema, and checks when Of gives up.
func TestOf(t *testing.T) {
	fsys := fstest.MapFS{
		"room.json":      {Data: []byte(roomSchema)},
		"VERSION":        {Data: []byte("7.2.0")},
		"sub/types.json": {Data: []byte("{ 'include': '../room.json' }\n{ 'enum': 'Hue', 'data': [ 'red' ] }\n{ 'struct': 'Wall', 'data': { '*hue': 'Hue', '*next': 'Wall' } }\n{ 'struct': 'Unused', 'data': {} }\n")},
	}
	for _, test := range []struct{ root, names, want string }{
		{"room.json", "walls", "pragma walls Wall Hue"},
		{"room.json", "DRIED", "pragma DRIED"},
		{"room.json", "paint DRIED", "pragma paint DRIED Hue Wall"},
		{"room.json", "pain", ""},
		{"none.json", "paint", ""},
		{"sub", "paint", ""},
	} {
		got, ok := Of(fsys, test.root, strings.Fields(test.names))
		if ok != (test.want != "") {
			t.Errorf("%s: %v", test.names, ok)
		}
		if !ok {
			continue
		}
		text := fileText(t, got, test.root)
		for name := range strings.FieldsSeq("pragma doc-required walls paint DRIED Hue Wall Unused") {
			want := strings.Contains(" "+test.want+" ", " "+name+" ")
			if has := strings.Contains(text, "'"+name+"', 'data'") || strings.Contains(text, "'"+name+"' }\n") || strings.Contains(text, "'"+name+"': {"); has != want {
				t.Errorf("%s: %s is there: %v in\n%s", test.names, name, has, text)
			}
		}
		if strings.Contains(text, "include") {
			t.Errorf("%s: it includes", test.names)
		}
		if version := fileText(t, got, "VERSION"); version != "7.2.0" {
			t.Errorf("VERSION is %q", version)
		}
	}
	adjacent := fstest.MapFS{"s.json": {Data: []byte("{'command':'a','data':{'x':'T'}}{'struct':'T','data':{}}{'command':'b'}")}}
	if got, ok := Of(adjacent, "s.json", []string{"a"}); !ok {
		t.Error("adjacent items: no excerpt")
	} else if text := fileText(t, got, "s.json"); text != "{'command':'a','data':{'x':'T'}}\n{'struct':'T','data':{}}\n" {
		t.Errorf("adjacent items: %q", text)
	}
	for _, text := range []string{
		"{ 'command': 'a' ",
		"{ 'command': 'a }\n",
		`{ "command": "a" }`,
		"x { 'command': 'a' }",
		"{ 'comand': 'a' }",
		"{ 'command': 'a' } { 'command': 'a' }",
		"{ 'command': 'a' } { 'struct': 'T', 'data': {} } { 'enum': 'T', 'data': [] }",
		"{ 'command': 'a' } { 'include': 'none.json' }",
		"{ 'command': 'a' } { 'struct': 1 }",
	} {
		if _, ok := Of(fstest.MapFS{"s.json": {Data: []byte(text)}}, "s.json", []string{"a"}); ok {
			t.Errorf("%s: not given up", text)
		}
	}
}

// FuzzOf checks that no text makes Of panic, and that an excerpt that the compiler accepts
// means the same as in the whole schema.
func FuzzOf(f *testing.F) {
	f.Add("{ 'event': 'E' }\n##\n# @paint:\n##\n{ 'command': 'paint', 'data': { 'a': 'T', '*b': ['T'] } }\n{ 'struct': 'T', 'data': { 'x': 'str' } }")
	f.Add("{ 'command': 'paint', 'data': { 'a': 'T' } }\n{ 'union': 'T', 'data': { 'x': 'str' } }")
	f.Fuzz(func(t *testing.T, text string) {
		fsys := fstest.MapFS{"s.json": {Data: []byte(text)}}
		part, ok := Of(fsys, "s.json", []string{"paint"})
		if !ok {
			return
		}
		pinned := qapigo.Options{Dialect: dialect.Of(10, 2)}
		whole, _ := qapigo.Load(fsys, "s.json", pinned)
		if whole == nil {
			return
		}
		s, _ := qapigo.Load(part, "s.json", pinned)
		if s == nil {
			return // the whole schema is read then
		}
		if got, want := describe(s.ByName["paint"]), describe(whole.ByName["paint"]); got != want {
			t.Errorf("%s\nwant\n%s", got, want)
		}
	})
}

func fileText(t *testing.T, fsys fs.FS, name string) string {
	t.Helper()
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
