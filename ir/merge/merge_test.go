package merge

import (
	"fmt"
	"go/token"
	"strings"
	"testing"
	"testing/fstest"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/ir"
)

// text loads a schema of one file.
func text(t *testing.T, fset *token.FileSet, src string) *ir.Schema {
	t.Helper()
	s, errs := qapigo.Load(fstest.MapFS{"s.json": {Data: []byte(src)}}, "s.json", qapigo.Options{Fset: fset})
	for _, d := range errs.All() {
		t.Fatalf("%s: %s", fset.Position(d.Pos), d.Msg)
	}
	return s
}

// dump returns the wire form of a definition: "*" marks an optional member, and "@" precedes
// the releases.
func dump(def ir.Def) string {
	var b strings.Builder
	in := func(p ir.Presence) string {
		if p == nil {
			return ""
		}
		return "@" + strings.Join(p, "+")
	}
	members := func(list []*ir.Member) {
		for _, m := range list {
			star := ""
			if m.Optional {
				star = "*"
			}
			fmt.Fprintf(&b, " %s%s:%s%s", star, m.Name, typeName(m.Type), in(m.In))
		}
	}
	fmt.Fprintf(&b, "%s %s%s", def.Kind(), def.Head().Name, in(def.Head().In))
	switch d := def.(type) {
	case *ir.Enum:
		for _, v := range d.Values {
			fmt.Fprintf(&b, " %s%s", v.Name, in(v.In))
		}
	case *ir.Struct:
		if d.Base != nil {
			fmt.Fprintf(&b, " (%s)", d.Base.Name)
		}
		members(d.Members)
	case *ir.Union:
		members(d.Base.AllMembers())
		fmt.Fprintf(&b, " by %s", d.Discriminator.Name)
		for _, br := range d.Branches {
			fmt.Fprintf(&b, " %s=%s%s", br.Name, typeName(br.Type), in(br.In))
		}
	case *ir.Alternate:
		for _, br := range d.Branches {
			fmt.Fprintf(&b, " %s=%s%s", br.Name, typeName(br.Type), in(br.In))
		}
	case *ir.Command:
		if s, ok := d.Arg.(*ir.Struct); ok {
			members(s.AllMembers())
		} else if d.Arg != nil {
			fmt.Fprintf(&b, " %s", typeName(d.Arg))
		}
		if d.Returns != nil {
			fmt.Fprintf(&b, " -> %s", typeName(d.Returns))
		}
		if d.ReturnsSometimes {
			b.WriteString(" or nothing")
		}
	case *ir.Event:
		if s, ok := d.Arg.(*ir.Struct); ok {
			members(s.AllMembers())
		}
	}
	return b.String()
}

func typeName(t ir.Type) string {
	switch t := t.(type) {
	case nil:
		return "-"
	case *ir.Array:
		return "[" + typeName(t.Elem) + "]"
	}
	return t.Head().Name
}

func TestMerge(t *testing.T) {
	tests := []struct {
		name     string
		old, new string
		want     []string // definitions, as dump writes them
		absent   []string // names of which there is no definition
	}{
		{
			name: "members come, go, and become optional",
			old:  `{ 'struct': 'Lamp', 'data': { 'watt': 'int', 'colour': 'str', '*name': 'str', 'socket': 'str' } } { 'command': 'lamp', 'returns': 'Lamp' }`,
			new:  `{ 'struct': 'Lamp', 'data': { 'watt': 'int', '*colour': 'str', 'name': 'str', 'lumen': 'int' } } { 'command': 'lamp', 'returns': 'Lamp' }`,
			want: []string{"struct Lamp watt:int *colour:str *name:str *lumen:int@2 *socket:str@1"},
		},
		{
			name: "commands, events and values come and go",
			old:  `{ 'enum': 'Hue', 'data': [ 'red', 'grey' ] } { 'command': 'on', 'data': { 'hue': 'Hue' } } { 'command': 'off' } { 'event': 'BURNT' }`,
			new:  `{ 'enum': 'Hue', 'data': [ 'blue', 'red' ] } { 'command': 'on', 'data': { 'hue': 'Hue', '*dim': 'bool' } } { 'event': 'BURNT', 'data': { 'watt': 'int' } } { 'event': 'LIT' }`,
			want: []string{"enum Hue blue@2 red grey@1", "command on hue:Hue *dim:bool@2", "command off@1", "event BURNT *watt:int@2", "event LIT@2"},
		},
		{
			name: "integers get wider, int and uint64 become uint64",
			old:  `{ 'struct': 'Size', 'data': { 'a': 'uint8', 'b': 'int', 'c': 'int', 'd': 'uint32', 'e': 'int32', 'f': 'int', 'g': 'size' } } { 'command': 'c', 'returns': 'Size' }`,
			new:  `{ 'struct': 'Size', 'data': { 'a': 'uint16', 'b': 'uint8', 'c': 'uint64', 'd': 'int32', 'e': 'int8', 'f': 'number', 'g': 'uint64' } } { 'command': 'c', 'returns': 'Size' }`,
			want: []string{"struct Size a:uint16 b:int c:uint64 d:int64 e:int32 f:number g:uint64"},
		},
		{
			name: "a string becomes an enum, another an alternate",
			old:  `{ 'command': 'c', 'data': { 'mode': 'str', 'key': 'str' } }`,
			new:  `{ 'enum': 'Mode', 'data': [ 'x' ] } { 'struct': 'Mode2', 'data': {} } { 'alternate': 'Key', 'data': { 'name': 'str', 'object': 'Mode2' } } { 'command': 'c', 'data': { 'mode': 'Mode', 'key': 'Key' } }`,
			want: []string{"command c mode:Mode key:Key", "alternate Key name=str object=Mode2@2"},
		},
		{
			name: "kinds that differ get an alternate of their own",
			old:  `{ 'struct': 'View', 'data': { 'gl': 'bool' } } { 'command': 'c', 'returns': 'View' }`,
			new:  `{ 'enum': 'GLMode', 'data': [ 'off', 'es' ] } { 'struct': 'View', 'data': { 'gl': 'GLMode' } } { 'command': 'c', 'returns': 'View' }`,
			want: []string{"struct View gl:ViewGl", "alternate ViewGl enum=GLMode@2 bool=bool@1"},
		},
		{
			name:   "a renamed type is one",
			old:    `{ 'struct': 'Old', 'data': { 'a': 'int' } } { 'command': 'c', 'returns': [ 'Old' ] }`,
			new:    `{ 'struct': 'New', 'data': { 'a': 'int', 'b': 'str' } } { 'command': 'c', 'returns': [ 'New' ] }`,
			want:   []string{"struct New a:int *b:str@2", "command c -> [New]"},
			absent: []string{"Old"},
		},
		{
			name: "a type that another one replaces in one place stays elsewhere",
			old:  `{ 'struct': 'Plain', 'data': { 'a': 'int' } } { 'command': 'c', 'data': { 'x': 'Plain', 'y': 'Plain' } }`,
			new:  `{ 'struct': 'Plain', 'data': { 'a': 'int' } } { 'struct': 'Rich', 'data': { 'a': 'int', '*b': 'int' } } { 'command': 'c', 'data': { 'x': 'Plain', 'y': 'Rich' } }`,
			want: []string{"struct Plain a:int", "struct Rich a:int *b:int@2", "command c x:Plain y:Rich"},
		},
		{
			name: "a struct becomes a union",
			old:  `{ 'struct': 'Job', 'data': { 'id': 'str', 'speed': 'int' } } { 'command': 'c', 'returns': 'Job' }`,
			new: `{ 'enum': 'Sort', 'data': [ 'copy', 'sync' ] } { 'struct': 'Copy', 'data': { 'speed': 'int' } }
{ 'union': 'Job', 'base': { 'id': 'str', 'sort': 'Sort' }, 'discriminator': 'sort', 'data': { 'copy': 'Copy' } } { 'command': 'c', 'returns': 'Job' }`,
			want: []string{"union Job id:str *sort:Sort@2 *speed:int@1 by sort copy=Copy@2 sync=-@2", "struct Copy@2 speed:int"},
		},
		{
			name: "unions gain and lose branches and common members",
			old: `{ 'enum': 'Sort', 'data': [ 'a', 'b' ] } { 'struct': 'Alpha', 'data': { 'x': 'int' } } { 'struct': 'Beta', 'data': { 'y': 'int' } }
{ 'union': 'Union', 'base': { 'sort': 'Sort', 'id': 'int' }, 'discriminator': 'sort', 'data': { 'a': 'Alpha', 'b': 'Beta' } } { 'command': 'c', 'data': 'Union', 'boxed': true }`,
			new: `{ 'enum': 'Sort', 'data': [ 'a', 'c' ] } { 'struct': 'Alpha', 'data': { 'x': 'int' } } { 'struct': 'Gamma', 'data': { 'z': 'int' } }
{ 'union': 'Union', 'base': { 'sort': 'Sort', '*id': 'int' }, 'discriminator': 'sort', 'data': { 'a': 'Alpha', 'c': 'Gamma' } } { 'command': 'c', 'data': 'Union', 'boxed': true }`,
			want: []string{"union Union sort:Sort *id:int by sort a=Alpha c=Gamma@2 b=Beta@1", "enum Sort a c@2 b@1"},
		},
		{
			name: "a union with another discriminator is seen as a struct",
			old: `{ 'enum': 'Arch', 'data': [ 'arm', 'x86' ] } { 'struct': 'Exes', 'data': { 'pc': 'int' } }
{ 'union': 'Cpu', 'base': { 'arch': 'Arch' }, 'discriminator': 'arch', 'data': { 'x86': 'Exes' } } { 'command': 'c', 'returns': 'Cpu' }`,
			new: `{ 'enum': 'Arch', 'data': [ 'arm', 'x86' ] } { 'enum': 'Target', 'data': [ 'arm', 'x86-64' ] } { 'struct': 'Exes', 'data': { 'pc': 'int' } }
{ 'union': 'Cpu', 'base': { 'arch': 'Arch', 'target': 'Target' }, 'discriminator': 'target', 'data': { 'x86-64': 'Exes' } } { 'command': 'c', 'returns': 'Cpu' }`,
			want: []string{"union Cpu arch:Arch *target:Target@2 *pc:int@1 by target x86-64=Exes@2 arm=-@2"},
		},
		{
			name: "arguments become boxed, results are added",
			old:  `{ 'command': 'c', 'data': { 'a': 'int' } } { 'command': 'd' }`,
			new:  `{ 'struct': 'Args', 'data': { 'a': 'int', '*b': 'int' } } { 'command': 'c', 'data': 'Args', 'boxed': true } { 'struct': 'Res', 'data': { 'n': 'int' } } { 'command': 'd', 'returns': 'Res' }`,
			want: []string{"struct Args a:int *b:int@2", "command c a:int *b:int@2", "command d -> Res or nothing", "struct Res@2 n:int"},
		},
		{
			name: "a named base stays if all have it",
			old:  `{ 'struct': 'Base', 'data': { 'id': 'int' } } { 'struct': 'Str', 'base': 'Base', 'data': { 'x': 'int' } } { 'command': 'c', 'returns': 'Str' }`,
			new:  `{ 'struct': 'Base', 'data': { 'id': 'int', 'n': 'int' } } { 'struct': 'Str', 'base': 'Base', 'data': { 'x': 'int' } } { 'command': 'c', 'returns': 'Str' }`,
			want: []string{"struct Str (Base) x:int", "struct Base id:int *n:int@2"},
		},
		{
			name: "a base that is gone stands in the struct itself",
			old:  `{ 'struct': 'Base', 'data': { 'id': 'int' } } { 'struct': 'Str', 'base': 'Base', 'data': { 'x': 'int' } } { 'command': 'c', 'returns': 'Str' }`,
			new:  `{ 'struct': 'Str', 'data': { 'x': 'int', 'id': 'int' } } { 'command': 'c', 'returns': 'Str' }`,
			want: []string{"struct Str x:int id:int", "struct Base@1 id:int"},
		},
		{
			name: "types that hold themselves",
			old:  `{ 'struct': 'Tree', 'data': { 'kids': [ 'Tree' ] } } { 'command': 'c', 'returns': 'Tree' }`,
			new:  `{ 'struct': 'Node', 'data': { 'kids': [ 'Node' ], '*up': 'Node' } } { 'command': 'c', 'returns': 'Node' }`,
			want: []string{"struct Node kids:[Node] *up:Node@2"}, absent: []string{"Tree"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fset := token.NewFileSet()
			list := []Release{{"1", text(t, fset, test.old)}, {"2", text(t, fset, test.new)}}
			res, err := Merge(list, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if len(res.Clashes) > 0 {
				t.Errorf("clashes: %v", res.Clashes)
			}
			for _, want := range test.want {
				name := strings.Split(strings.Fields(want)[1], "@")[0]
				def := res.Schema.ByName[name]
				if def == nil {
					t.Errorf("no %s", name)
				} else if got := dump(def); got != want {
					t.Errorf("got  %s\nwant %s", got, want)
				}
			}
			for _, name := range test.absent {
				if res.Schema.ByName[name] != nil {
					t.Errorf("there is a %s", name)
				}
			}
			for _, r := range list {
				covers(t, r, res.Schema)
			}
		})
	}
}

// TestSimpleUnion merges a simple union of QEMU 6.1 or older with the flat union of the same
// wire form.
func TestSimpleUnion(t *testing.T) {
	fset := token.NewFileSet()
	old := text(t, fset, `{ 'type': 'Alpha', 'data': { 'x': 'int' } } { 'union': 'Union', 'data': { 'a': 'Alpha' } } { 'command': 'c', 'data': { 'un': 'Union' } }`)
	new := text(t, fset, `{ 'enum': 'UnionKind', 'data': [ 'a' ] } { 'struct': 'Alpha', 'data': { 'x': 'int' } } { 'struct': 'AlphaWrapper', 'data': { 'data': 'Alpha' } }
{ 'union': 'Union', 'base': { 'type': 'UnionKind' }, 'discriminator': 'type', 'data': { 'a': 'AlphaWrapper' } } { 'command': 'c', 'data': { 'un': 'Union' } }`)
	if old.Release >= dialect.Of(7, 0) {
		t.Fatalf("the old schema is of %v", old.Release)
	}
	res, err := Merge([]Release{{"1", old}, {"2", new}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := dump(res.Schema.ByName["Union"]), "union Union type:UnionKind by type a=AlphaWrapper"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := dump(res.Schema.ByName["AlphaWrapper"]), "struct AlphaWrapper data:Alpha"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestClash merges two types of the same name that are both used.
func TestClash(t *testing.T) {
	fset := token.NewFileSet()
	old := text(t, fset, `{ 'struct': 'Typ', 'data': { 'x': 'int' } } { 'command': 'old', 'returns': 'Typ' }`)
	new := text(t, fset, `{ 'enum': 'Typ', 'data': [ 'a' ] } { 'command': 'new', 'data': { 't': 'Typ' } }`)
	res, err := Merge([]Release{{"1", old}, {"2", new}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Clashes) != 1 || res.Clashes[0].OldIn != "1" || res.Clashes[0].NewIn != "2" {
		t.Errorf("clashes: %v", res.Clashes)
	}
	for prefer, want := range map[string][2]string{"1": {"struct Typ@1 x:int", "enum TypIn2@2 a"}, "2": {"enum Typ@2 a", "struct TypIn1@1 x:int"}} {
		res, err := Merge([]Release{{"1", old}, {"2", new}}, Options{Prefer: prefer})
		if err != nil || len(res.Clashes) > 0 {
			t.Fatal(err, res.Clashes)
		}
		other := "TypIn" + map[string]string{"1": "2", "2": "1"}[prefer]
		if got := [2]string{dump(res.Schema.ByName["Typ"]), dump(res.Schema.ByName[other])}; got != want {
			t.Errorf("with %s: %q, want %q", prefer, got, want)
		}
	}
}

func TestErrors(t *testing.T) {
	fset := token.NewFileSet()
	one := text(t, fset, `{ 'command': 'c' }`)
	other := text(t, token.NewFileSet(), `{ 'command': 'c' }`)
	tests := []struct {
		name string
		list []Release
		opts Options
		want string
	}{
		{"none", nil, Options{}, "no releases"},
		{"file sets", []Release{{"1", one}, {"2", other}}, Options{}, "do not share a file set"},
		{"names", []Release{{"1", one}, {"1", one}}, Options{}, "duplicate release 1"},
		{"preferred", []Release{{"1", one}}, Options{Prefer: "3"}, "release 3 does not exist"},
	}
	for _, test := range tests {
		if _, err := Merge(test.list, test.opts); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.name, err, test.want)
		}
	}
}
