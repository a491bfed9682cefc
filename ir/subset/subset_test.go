package subset_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/source"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/ir/subset"
)

func parse(t *testing.T, files map[string]string) *ir.Schema {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return schematest.Files(t, fsys, "root.json")
}

// dump returns the definitions of a schema and their parts, a line each.
func dump(s *ir.Schema) string {
	var b strings.Builder
	for _, m := range s.Modules {
		for _, item := range m.Items {
			def, ok := item.(ir.Def)
			if !ok {
				continue
			}
			fmt.Fprintf(&b, "%s:%s%s", def.Kind(), def.Head().Name, suffix(def.Head().If, def.Head().Features))
			switch d := def.(type) {
			case *ir.Enum:
				for _, v := range d.Values {
					fmt.Fprintf(&b, " %s%s", v.Name, suffix(v.If, v.Features))
				}
			case *ir.Struct:
				b.WriteString(members(d.AllMembers()))
			case *ir.Union:
				b.WriteString(members(d.Base.AllMembers()))
				for _, br := range d.Branches {
					fmt.Fprintf(&b, " |%s%s", br.Name, suffix(br.If, nil))
				}
			case *ir.Alternate:
				for _, br := range d.Branches {
					fmt.Fprintf(&b, " |%s%s", br.Name, suffix(br.If, nil))
				}
			case *ir.Command:
				if arg, ok := d.Arg.(*ir.Struct); ok {
					b.WriteString(members(arg.AllMembers()))
				}
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func members(list []*ir.Member) string {
	var b strings.Builder
	for _, m := range list {
		fmt.Fprintf(&b, " %s%s", m.Name, suffix(m.If, m.Features))
	}
	return b.String()
}

func suffix(cond ir.Cond, features []ir.Feature) string {
	s := ""
	for _, f := range features {
		s += "+" + f.Name
	}
	if cond != nil {
		s += "(" + ir.CondString(cond) + ")"
	}
	return s
}

const conditional = `
{ 'enum': 'En', 'data': [ 'a', { 'name': 'b', 'if': 'B' }, { 'name': 'c', 'if': { 'not': 'B' } }, 'd' ] }
{ 'struct': 'Base', 'data': { 'e': 'En', 'x': { 'type': 'int', 'if': { 'all': [ 'A', 'B' ] } } } }
{ 'struct': 'OnlyA', 'if': 'A', 'data': { 'y': 'int' } }
{ 'struct': 'Needed', 'if': 'NEVER', 'data': { 'z': 'int' } }
{ 'struct': 'Held', 'data': { 'n': [ 'Needed' ] } }
{ 'union': 'Un', 'base': 'Base', 'discriminator': 'e',
  'data': { 'a': { 'type': 'OnlyA', 'if': 'A' }, 'b': 'Held' } }
{ 'alternate': 'Alt', 'data': { 's': 'str', 'o': { 'type': 'Held', 'if': 'A' } } }
{ 'struct': 'Args', 'data': { 'p': 'int', '*q': { 'type': 'OnlyA', 'if': 'A' } } }
{ 'command': 'go', 'boxed': true, 'data': 'Args',
  'features': [ 'f', { 'name': 'g', 'if': { 'any': [ 'A', 'B' ] } } ] }
{ 'command': 'stop', 'if': { 'not': { 'any': [ 'A', 'B' ] } } }
{ 'event': 'DONE', 'if': 'B', 'data': { 'un': 'Un' } }
`

func TestDecide(t *testing.T) {
	s := parse(t, map[string]string{"root.json": conditional})
	before := dump(s)
	for _, test := range []struct{ macros, want string }{
		{"", `
enum:En a c d
struct:Base e
struct:Needed z
struct:Held n
union:Un e |c |d
alternate:Alt |s
struct:Args p
command:go+f p
command:stop
`},
		{"A", `
enum:En a c d
struct:Base e
struct:OnlyA y
struct:Needed z
struct:Held n
union:Un e |a |c |d
alternate:Alt |s |o
struct:Args p q
command:go+f+g p q
`},
		{"B", `
enum:En a b d
struct:Base e
struct:Needed z
struct:Held n
union:Un e |b |d
alternate:Alt |s
struct:Args p
command:go+f+g p
event:DONE
`},
		{"A B OTHER", `
enum:En a b d
struct:Base e x
struct:OnlyA y
struct:Needed z
struct:Held n
union:Un e x |a |b |d
alternate:Alt |s |o
struct:Args p q
command:go+f+g p q
event:DONE
`},
	} {
		t.Run(test.macros, func(t *testing.T) {
			got := subset.Decide(s, strings.Fields(test.macros))
			if d := "\n" + dump(got); d != test.want {
				t.Errorf("got %swant %s", d, test.want)
			}
			checkWhole(t, got)
		})
	}
	if dump(s) != before {
		t.Error("the schema was changed")
	}
}

// TestTypesWithoutText checks which types that no module defines remain.
func TestTypesWithoutText(t *testing.T) {
	s := parse(t, map[string]string{"root.json": `
{ 'command': 'kept', 'data': { 'a': [ 'str' ] } }
{ 'command': 'dropped', 'data': { 'b': [ 'int' ] }, 'if': 'A' }
{ 'alternate': 'Alt', 'data': { 'a': 'int' } }
`})
	selected, err := subset.Select(s, []string{"kept"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]*ir.Schema{"Decide": subset.Decide(s, nil), "Select": selected} {
		for def, want := range map[string]bool{
			"int8": true, "any": true, // every schema has all built-in types
			"strList": true, "q_obj_kept-arg": true, "intList": false, "q_obj_dropped-arg": false,
		} {
			if found := got.ByName[def] != nil; found != want {
				t.Errorf("%s: %s is there: %t, want %t", name, def, found, want)
			}
		}
	}
	if got := subset.Decide(s, nil).ByName["QType"]; got == nil {
		t.Error("Decide: QType is gone")
	}
	if _, err := subset.Select(s, []string{"Alt"}, nil); err == nil || !strings.Contains(err.Error(), "it is an alternate,") {
		t.Errorf("pattern of an alternate: %v", err)
	}
}

func TestMacros(t *testing.T) {
	got := subset.Macros(parse(t, map[string]string{"root.json": conditional}))
	slices.Sort(got)
	if want := []string{"A", "B", "NEVER"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

var modules = map[string]string{
	"root.json": `
{ 'include': 'a.json' }
{ 'include': 'b.json' }
{ 'command': 'query-all', 'returns': [ 'Info' ] }
`,
	"a.json": `
{ 'struct': 'Info', 'base': 'Common', 'data': { '*next': 'Info', 'how': 'How' } }
{ 'struct': 'Common', 'data': { 'name': 'str' } }
{ 'alternate': 'How', 'data': { 'one': 'Kind', 'many': [ 'Choice' ] } }
{ 'union': 'Choice', 'base': { 'kind': 'Kind' }, 'discriminator': 'kind', 'data': { 'x': 'Extra' } }
{ 'enum': 'Kind', 'data': [ 'x', 'y' ] }
{ 'struct': 'Extra', 'data': {} }
{ 'struct': 'Unused', 'data': {} }
{ 'command': 'query-kind', 'returns': [ 'Choice' ] }

##
# = Free text
##
`,
	"b.json": `
{ 'event': 'CHANGED', 'data': { 'extra': 'Extra' } }
{ 'command': 'set-it', 'data': { 'how': 'How' } }
{ 'struct': 'Args', 'data': { 'f': 'int' } }
{ 'command': 'set-args', 'boxed': true, 'data': 'Args' }
`,
}

func TestSelect(t *testing.T) {
	s := parse(t, modules)
	before := dump(s)
	for _, test := range []struct {
		include, exclude string
		modules          string
		want             string // names of definitions
		wantErr          string
	}{
		{"query-kind", "", "root.json a.json", "Choice Kind Extra query-kind", ""},
		{"query-*", "", "root.json a.json", "query-all Info Common How Choice Kind Extra query-kind", ""},
		{"query-*", "query-k*", "root.json a.json", "query-all Info Common How Choice Kind Extra", ""},
		{"CHANGED set-args", "", "root.json a.json b.json", "Extra CHANGED Args set-args", ""},
		{"set?args", "", "root.json b.json", "Args set-args", ""},
		{"set?[ai]*", "", "root.json a.json b.json", "How Choice Kind Extra set-it Args set-args", ""},
		{"", "query-* CHANGED set-i*", "root.json b.json", "Args set-args", ""},
		{"query-knd", "", "", "", `"query-knd" matches no command or event; query-kind`},
		{"qeury-*", "", "", "", `"qeury-*" matches no command or event; query-*`},
		{"query-*", "changed", "", "", `"changed" matches no command or event; CHANGED`},
		{"Info", "", "", "", `"Info" matches no command or event: it is a struct, and types are included with what uses them`},
		{"Kind", "", "", "", `"Kind" matches no command or event: it is an enum, and types are included with what uses them`},
		{"[", "", "", "", `"[" is not a pattern`},
		{"set-args", "set*", "", "", `"set*" excludes all that was left`},
		{"zzzzz", "", "", "", `"zzzzz" matches no command or event`},
	} {
		t.Run(test.include+"/"+test.exclude, func(t *testing.T) {
			got, err := subset.Select(s, strings.Fields(test.include), strings.Fields(test.exclude))
			if test.wantErr != "" {
				var e *subset.PatternError
				if !errors.As(err, &e) {
					t.Fatalf("error %v", err)
				}
				msg := e.Error()
				if near := diag.Nearest(e.Pattern, e.Names); near != "" {
					msg += "; " + near
				}
				if msg != test.wantErr {
					t.Errorf("error %q, want %q", msg, test.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var names, mods []string
			for _, m := range got.Modules {
				mods = append(mods, m.Name)
				for _, item := range m.Items {
					if def, ok := item.(ir.Def); ok {
						names = append(names, def.Head().Name)
					}
				}
			}
			if strings.Join(names, " ") != test.want || strings.Join(mods, " ") != test.modules {
				t.Errorf("got %v in %v, want %s in %s", names, mods, test.want, test.modules)
			}
			checkWhole(t, got)
		})
	}
	if dump(s) != before {
		t.Error("the schema was changed")
	}
}

// checkWhole checks that a schema refers to nothing outside itself. It returns the types to
// which it refers.
func checkWhole(t *testing.T, s *ir.Schema) (referred map[ir.Type]bool) {
	t.Helper()
	referred = make(map[ir.Type]bool)
	types, modules := make(map[ir.Def]bool), make(map[*ir.Module]bool)
	for _, m := range s.Modules {
		modules[m] = true
	}
	for _, typ := range s.Types {
		types[typ] = true
	}
	for def := range s.Definitions() {
		if s.ByName[def.Head().Name] != def {
			t.Errorf("%s is among the definitions, but is not of this schema", def.Head().Name)
		}
	}
	defs := slices.Concat(slices.Collect(asDefs(s.Types)), slices.Collect(asDefs(s.Commands)), slices.Collect(asDefs(s.Events)))
	check := func(in ir.Def, typ ir.Type) {
		referred[typ] = true
		if typ != nil && !types[typ] {
			t.Errorf("%s refers to a %s '%s' of another schema", in.Head().Name, typ.Kind(), typ.Head().Name)
		}
	}
	for _, def := range defs {
		if h := def.Head(); s.ByName[h.Name] != def {
			t.Errorf("'%s' is not found by its name", h.Name)
		} else if h.Module != nil && !modules[h.Module] {
			t.Errorf("'%s' is in a module of another schema", h.Name)
		}
		switch d := def.(type) {
		case *ir.Command:
			check(d, d.Arg)
			check(d, d.Returns)
		case *ir.Event:
			check(d, d.Arg)
		case *ir.Array:
			check(d, d.Elem)
		case *ir.Struct:
			if d.Base != nil {
				check(d, d.Base)
			}
			for _, m := range d.AllMembers() {
				check(d, m.Type)
				if _, isType := m.Owner.(ir.Type); isType && !types[m.Owner] {
					t.Errorf("member %s of '%s' belongs to another schema", m.Name, d.Name)
				}
			}
		case *ir.Union:
			if d.Base == nil {
				t.Errorf("union '%s' has no base", d.Name)
			}
			check(d, d.Base)
			if !slices.Contains(d.Base.AllMembers(), d.Discriminator) {
				t.Errorf("the discriminator of '%s' is not among its members", d.Name)
			}
			for _, b := range d.Branches {
				check(d, b.Type)
			}
		case *ir.Alternate:
			for _, b := range d.Branches {
				check(d, b.Type)
			}
		}
	}
	if len(s.ByName) != len(defs) {
		t.Errorf("%d names for %d definitions", len(s.ByName), len(defs))
	}
	if s.Modules[0] != s.Root {
		t.Error("the root is not the first module")
	}
	return referred
}

func asDefs[T ir.Def](list []T) func(func(ir.Def) bool) {
	return func(yield func(ir.Def) bool) {
		for _, d := range list {
			if !yield(d) {
				return
			}
		}
	}
}

// TestCorpus reduces QEMU's schemas: the result must be complete and minimal, and selecting
// everything must change nothing.
func TestCorpus(t *testing.T) {
	shared := corpus.Dir(t)
	for _, release := range []string{"7.2.0", "10.2.0"} {
		for _, file := range corpus.Schemas(t, shared, release) {
			t.Run(release+"-"+file.Name, func(t *testing.T) {
				src, err := source.File(file.Root)
				if err != nil {
					t.Fatal(err)
				}
				s := schematest.Files(t, src.FS, src.Root)
				for _, c := range live.Sample(t, s.Commands, 40) {
					got, err := subset.Select(s, []string{c.Name}, nil)
					if err != nil {
						t.Fatal(err)
					}
					referred := checkWhole(t, got)
					for _, typ := range got.Types {
						if _, builtin := typ.(*ir.Builtin); !builtin && !referred[typ] {
							t.Errorf("%s does not need '%s'", c.Name, typ.Head().Name)
						}
					}
					if len(got.Commands) != 1 || len(got.Events) != 0 {
						t.Errorf("%s: %d commands and %d events", c.Name, len(got.Commands), len(got.Events))
					}
				}
				macros := subset.Macros(s)
				checkWhole(t, subset.Decide(s, nil))
				whole := subset.Decide(s, macros)
				checkWhole(t, whole)
				if len(whole.Commands) != len(s.Commands) {
					t.Errorf("%d of %d commands are left when all macros are defined", len(whole.Commands), len(s.Commands))
				}
			})
		}
	}
}
