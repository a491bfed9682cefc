package merge

import (
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/ir"
)

// A mergeCase has releases that differ, oldest first and named "1", "2" and so on, and
// definitions of the result as written by dump.
type mergeCase struct {
	name     string
	releases []string
	want     []string
}

func (c *mergeCase) load(t *testing.T) []Release {
	t.Helper()
	fset := token.NewFileSet()
	var list []Release
	for i, src := range c.releases {
		list = append(list, Release{strconv.Itoa(i + 1), text(t, fset, src)})
	}
	return list
}

var mergeCases = []mergeCase{
	{
		name: "a member gone and back",
		releases: []string{
			`{ 'command': 'c', 'data': { 'a': 'int', '*b': 'str' } }`,
			`{ 'command': 'c', 'data': { 'a': 'int' } }`,
			`{ 'command': 'c', 'data': { 'a': 'int', 'b': 'str' } }`,
		},
		want: []string{"command c a:int *b:str@1+3"},
	},
	{
		name: "a command, an event and a value gone and back",
		releases: []string{
			`{ 'enum': 'Hue', 'data': [ 'red', 'blue' ] } { 'command': 'c', 'data': { 'h': 'Hue' } } { 'event': 'EV' } { 'command': 'd' }`,
			`{ 'enum': 'Hue', 'data': [ 'red' ] } { 'command': 'c', 'data': { 'h': 'Hue' } }`,
			`{ 'enum': 'Hue', 'data': [ 'blue', 'red' ] } { 'command': 'c', 'data': { 'h': 'Hue' } } { 'event': 'EV' } { 'command': 'd' }`,
		},
		want: []string{"enum Hue blue@1+3 red", "event EV@1+3", "command d@1+3"},
	},
	{
		name: "a type renamed twice",
		releases: []string{
			`{ 'struct': 'One', 'data': { 'a': 'int' } } { 'command': 'c', 'returns': 'One' }`,
			`{ 'struct': 'Two', 'data': { 'a': 'int', 'b': 'str' } } { 'command': 'c', 'returns': 'Two' }`,
			`{ 'struct': 'Three', 'data': { 'a': 'int', 'b': 'str', 'c': 'bool' } } { 'command': 'c', 'returns': 'Three' }`,
		},
		want: []string{"struct Three a:int *b:str@2+3 *c:bool@3"},
	},
	{
		name: "two names change places",
		releases: []string{
			`{ 'struct': 'Aaa', 'data': { 'a': 'int' } } { 'struct': 'Bbb', 'data': { 'b': 'int' } } { 'command': 'c', 'returns': 'Aaa' } { 'command': 'd', 'returns': 'Bbb' }`,
			`{ 'struct': 'Bbb', 'data': { 'a': 'int' } } { 'struct': 'Aaa', 'data': { 'b': 'int' } } { 'command': 'c', 'returns': 'Bbb' } { 'command': 'd', 'returns': 'Aaa' }`,
		},
	},
	{
		name: "a name that is of another kind later, whose first use is renamed",
		releases: []string{
			`{ 'struct': 'Typ', 'data': { 'a': 'int' } } { 'command': 'c', 'returns': 'Typ' }`,
			`{ 'struct': 'Other', 'data': { 'a': 'int' } } { 'enum': 'Typ', 'data': [ 'x' ] } { 'command': 'c', 'returns': 'Other' } { 'command': 'd', 'data': { 't': 'Typ' } }`,
		},
		want: []string{"struct Other a:int", "enum Typ@2 x"},
	},
	{
		name: "a mandatory list becomes optional",
		releases: []string{
			`{ 'command': 'c', 'data': { 'l': [ 'int' ] } }`,
			`{ 'command': 'c', 'data': { '*l': [ 'int' ] } }`,
		},
		want: []string{"command c *l:[int]"},
	},
	{
		name: "alternates gain branches",
		releases: []string{
			`{ 'alternate': 'Alt', 'data': { 'n': 'int32' } } { 'command': 'c', 'data': { 'a': 'Alt' } }`,
			`{ 'enum': 'Enu', 'data': [ 'z' ] } { 'alternate': 'Alt', 'data': { 'n': 'number', 's': 'Enu', 'b': 'bool' } } { 'command': 'c', 'data': { 'a': 'Alt' } }`,
			`{ 'struct': 'Obj', 'data': { 'x': 'int' } } { 'enum': 'Enu', 'data': [ 'yo' ] } { 'alternate': 'Alt', 'data': { 'n': 'number', 's': 'Enu', 'o': 'Obj', 'z': 'null', 'l': [ 'int' ] } } { 'command': 'c', 'data': { 'a': 'Alt' } }`,
		},
		want: []string{"alternate Alt n=number s=Enu@2+3 o=Obj@3 z=null@3 l=[int]@3 b=bool@2"},
	},
	{
		name: "str becomes str or null",
		releases: []string{
			`{ 'command': 'c', 'data': { '*s': 'str' } }`,
			`{ 'alternate': 'StrOrNull', 'data': { 's': 'str', 'n': 'null' } } { 'command': 'c', 'data': { '*s': 'StrOrNull' } }`,
		},
		want: []string{"command c *s:StrOrNull", "alternate StrOrNull s=str n=null@2"},
	},
	{
		name: "kinds that differ: struct and list, str and struct, int and str, enum and struct",
		releases: []string{
			`{ 'struct': 'Obj', 'data': { 'x': 'int' } } { 'enum': 'Enu', 'data': [ 'y' ] } { 'struct': 'Hold', 'data': { 'a': 'Obj', 'b': 'str', 'c': 'int', 'd': 'Enu', 'e': [ 'int' ] } } { 'command': 'c', 'data': 'Hold', 'returns': 'Hold' }`,
			`{ 'struct': 'Obj', 'data': { 'x': 'int', 'y': 'int' } } { 'struct': 'Hold', 'data': { 'a': [ 'Obj' ], 'b': 'Obj', 'c': 'str', 'd': 'Obj', 'e': [ 'str' ] } } { 'command': 'c', 'data': 'Hold', 'returns': 'Hold' }`,
		},
		want: []string{"struct Hold a:HoldA b:HoldB c:HoldC d:HoldD e:[HoldE]"},
	},
	{
		name: "the name of what holds both is taken",
		releases: []string{
			`{ 'struct': 'View', 'data': { 'gl': 'bool', 'o': 'ViewGl' } } { 'struct': 'ViewGl', 'data': { 'x': 'int' } } { 'command': 'c', 'returns': 'View' }`,
			`{ 'struct': 'View', 'data': { 'gl': 'str', 'o': 'ViewGl' } } { 'struct': 'ViewGl', 'data': { 'x': 'int' } } { 'command': 'c', 'returns': 'View' }`,
		},
		want: []string{"struct ViewGl x:int", "struct View gl:ViewGlAlternate o:ViewGl"},
	},
	{
		name: "a member of a branch becomes a common member",
		releases: []string{
			`{ 'enum': 'Sort', 'data': [ 'copy', 'sync' ] } { 'struct': 'Copy', 'data': { 'speed': 'int', 'a': 'int' } } { 'union': 'Job', 'base': { 'sort': 'Sort' }, 'discriminator': 'sort', 'data': { 'copy': 'Copy' } } { 'command': 'c', 'data': 'Job', 'boxed': true, 'returns': 'Job' }`,
			`{ 'enum': 'Sort', 'data': [ 'copy', 'sync' ] } { 'struct': 'Copy', 'data': { 'a': 'int' } } { 'union': 'Job', 'base': { 'sort': 'Sort', 'speed': 'int' }, 'discriminator': 'sort', 'data': { 'copy': 'Copy' } } { 'command': 'c', 'data': 'Job', 'boxed': true, 'returns': 'Job' }`,
		},
	},
	{
		name: "a common member goes into a branch, of another type",
		releases: []string{
			`{ 'enum': 'Sort', 'data': [ 'copy', 'sync' ] } { 'struct': 'Copy', 'data': { 'a': 'int' } } { 'union': 'Job', 'base': { 'sort': 'Sort', 'speed': 'int' }, 'discriminator': 'sort', 'data': { 'copy': 'Copy' } } { 'command': 'c', 'data': 'Job', 'boxed': true, 'returns': 'Job' }`,
			`{ 'enum': 'Sort', 'data': [ 'copy', 'sync' ] } { 'struct': 'Copy', 'data': { 'speed': 'str', 'a': 'int' } } { 'union': 'Job', 'base': { 'sort': 'Sort' }, 'discriminator': 'sort', 'data': { 'copy': 'Copy' } } { 'command': 'c', 'data': 'Job', 'boxed': true, 'returns': 'Job' }`,
		},
	},
	{
		name: "a union becomes a struct",
		releases: []string{
			`{ 'enum': 'Sort', 'data': [ 'copy', 'sync' ] } { 'struct': 'Copy', 'data': { 'speed': 'int' } } { 'union': 'Job', 'base': { 'id': 'str', 'sort': 'Sort' }, 'discriminator': 'sort', 'data': { 'copy': 'Copy' } } { 'command': 'c', 'data': 'Job', 'boxed': true, 'returns': [ 'Job' ] }`,
			`{ 'struct': 'Job', 'data': { 'id': 'str', 'speed': 'uint64' } } { 'command': 'c', 'data': 'Job', 'boxed': true, 'returns': [ 'Job' ] }`,
		},
	},
	{
		name: "a branch becomes a union",
		releases: []string{
			`{ 'enum': 'Sort', 'data': [ 'copy', 'sync' ] } { 'struct': 'Copy', 'data': { 'speed': 'int' } } { 'union': 'Job', 'base': { 'sort': 'Sort' }, 'discriminator': 'sort', 'data': { 'copy': 'Copy' } } { 'command': 'c', 'data': 'Job', 'boxed': true, 'returns': 'Job' }`,
			`{ 'enum': 'Sort', 'data': [ 'copy', 'sync' ] } { 'enum': 'Way', 'data': [ 'up', 'down' ] } { 'struct': 'Up', 'data': { 'uu': 'int' } } { 'union': 'Copy', 'base': { 'way': 'Way', 'speed': 'int' }, 'discriminator': 'way', 'data': { 'up': 'Up' } } { 'union': 'Job', 'base': { 'sort': 'Sort' }, 'discriminator': 'sort', 'data': { 'copy': 'Copy' } } { 'command': 'c', 'data': 'Job', 'boxed': true, 'returns': 'Job' }`,
		},
	},
	{
		name: "arguments become a boxed union",
		releases: []string{
			`{ 'command': 'c', 'data': { 'protocol': 'str', 'password': 'str', '*display': 'str' } }`,
			`{ 'enum': 'Protocol', 'data': [ 'vnc', 'spice' ] } { 'struct': 'Vnc', 'data': { '*display': 'str' } } { 'union': 'Options', 'base': { 'protocol': 'Protocol', 'password': 'str' }, 'discriminator': 'protocol', 'data': { 'vnc': 'Vnc' } } { 'command': 'c', 'data': 'Options', 'boxed': true }`,
		},
	},
	{
		name: "a union gets another discriminator, and the first again",
		releases: []string{
			`{ 'enum': 'Ea', 'data': [ 'p', 'q' ] } { 'struct': 'Pp', 'data': { 'm': 'int' } } { 'union': 'Uni', 'base': { 'e': 'Ea', 'f': 'Ea' }, 'discriminator': 'e', 'data': { 'p': 'Pp' } } { 'command': 'c', 'data': 'Uni', 'boxed': true, 'returns': 'Uni' }`,
			`{ 'enum': 'Ea', 'data': [ 'p', 'q' ] } { 'struct': 'Pp', 'data': { 'm': 'int' } } { 'union': 'Uni', 'base': { 'e': 'Ea', 'f': 'Ea' }, 'discriminator': 'f', 'data': { 'q': 'Pp' } } { 'command': 'c', 'data': 'Uni', 'boxed': true, 'returns': 'Uni' }`,
			`{ 'enum': 'Ea', 'data': [ 'p', 'q' ] } { 'struct': 'Pp', 'data': { 'm': 'int' } } { 'union': 'Uni', 'base': { 'e': 'Ea', 'f': 'Ea' }, 'discriminator': 'e', 'data': { 'p': 'Pp' } } { 'command': 'c', 'data': 'Uni', 'boxed': true, 'returns': 'Uni' }`,
		},
	},
	{
		name: "results are added, change and go",
		releases: []string{
			`{ 'command': 'a' } { 'command': 'b', 'returns': [ 'Res' ] } { 'command': 'c', 'returns': 'Res' } { 'struct': 'Res', 'data': { '*n': 'int' } }`,
			`{ 'command': 'a', 'returns': [ 'Res' ] } { 'command': 'b' } { 'command': 'c', 'returns': [ 'Res' ] } { 'struct': 'Res', 'data': { '*n': 'int' } }`,
		},
		want: []string{"command a -> [Res] or nothing", "command b -> [Res] or nothing"},
	},
	{
		name: "three types become one, one becomes three",
		releases: []string{
			`{ 'struct': 'Aa', 'data': { 'x': 'int' } } { 'struct': 'Ba', 'data': { 'x': 'int', 'y': 'int' } } { 'struct': 'Ca', 'data': { 'z': 'str' } } { 'command': 'c', 'data': { 'a': 'Aa', 'b': 'Ba', 'c': 'Ca' } } { 'command': 'd', 'data': { 'a': 'Aa', 'b': 'Aa', 'c': 'Aa' } }`,
			`{ 'struct': 'Da', 'data': { '*x': 'int', '*y': 'int', '*z': 'str' } } { 'struct': 'Ea', 'data': { 'x': 'int' } } { 'struct': 'Fa', 'data': { 'x': 'int', 'f': 'Da' } } { 'command': 'c', 'data': { 'a': 'Da', 'b': 'Da', 'c': 'Da' } } { 'command': 'd', 'data': { 'a': 'Da', 'b': 'Ea', 'c': 'Fa' } }`,
		},
	},
	{
		name: "data of events",
		releases: []string{
			`{ 'event': 'EV' } { 'event': 'FV', 'data': { 'a': 'int' } } { 'struct': 'Aa', 'data': { 'x': 'int' } } { 'event': 'GV', 'data': 'Aa' }`,
			`{ 'event': 'EV', 'data': { 'a': 'str' } } { 'event': 'FV' } { 'enum': 'Sort', 'data': [ 'p', 'q' ] } { 'struct': 'Pp', 'data': { 'y': 'int' } } { 'union': 'Ba', 'base': { 'sort': 'Sort', 'x': 'int' }, 'discriminator': 'sort', 'data': { 'p': 'Pp' } } { 'event': 'GV', 'data': 'Ba', 'boxed': true }`,
		},
		want: []string{"event EV *a:str@2", "event FV *a:int@1"},
	},
	{
		name: "members that differ in letters only",
		releases: []string{
			`{ 'struct': 'Args', 'data': { 'max-size': 'int' } } { 'command': 'c', 'data': 'Args' }`,
			`{ 'pragma': { 'member-name-exceptions': [ 'Args' ] } } { 'struct': 'Args', 'data': { 'max_size': 'int' } } { 'command': 'c', 'data': 'Args' }`,
		},
	},
}

func TestCases(t *testing.T) {
	for _, test := range mergeCases {
		t.Run(test.name, func(t *testing.T) {
			list := test.load(t)
			res, err := Merge(list, Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range res.Clashes {
				t.Error(c)
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
			for _, r := range list {
				covers(t, r, res.Schema)
			}
		})
	}
}

// TestWireCases does what TestWire does, for small schemas.
func TestWireCases(t *testing.T) {
	m := newWireModule(t)
	for _, test := range mergeCases {
		m.add(test.name, test.load(t), 40)
	}
	m.run()
}

// TestConditions merges definitions with different conditions. What is unconditional in some
// release is unconditional in the result.
func TestConditions(t *testing.T) {
	test := mergeCase{releases: []string{
		`{ 'struct': 'Args', 'data': { 'a': { 'type': 'int', 'if': 'A' }, 'b': 'int' } } { 'command': 'c', 'boxed': true, 'data': 'Args', 'if': 'A' } { 'enum': 'Enu', 'data': [ 'x', { 'name': 'y', 'if': 'A' } ] } { 'event': 'EV', 'data': { 'e': 'Enu' }, 'if': 'A' }`,
		`{ 'struct': 'Args', 'data': { 'a': { 'type': 'int', 'if': 'A' }, 'b': { 'type': 'int', 'if': 'A' } } } { 'command': 'c', 'boxed': true, 'data': 'Args', 'if': 'A' } { 'enum': 'Enu', 'data': [ 'x', { 'name': 'y', 'if': 'B' } ], 'if': 'A' } { 'event': 'EV', 'data': { 'e': 'Enu' } }`,
	}}
	res, err := Merge(test.load(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	c, e, ev := res.Schema.ByName["c"].(*ir.Command), res.Schema.ByName["Enu"].(*ir.Enum), res.Schema.ByName["EV"].(*ir.Event)
	members := c.Arg.(*ir.Struct).Members
	got := []string{ir.CondString(c.If), ir.CondString(members[0].If), ir.CondString(members[1].If), ir.CondString(e.If), ir.CondString(e.Values[1].If), ir.CondString(ev.If)}
	if want := []string{"A", "A", "", "", "B or A", ""}; !slices.Equal(got, want) {
		t.Errorf("conditions %q, want %q", got, want)
	}
}

func TestEither(t *testing.T) {
	text, name := ir.CondText{Text: "defined(CONFIG_X)"}, ir.CondMacro{Name: "CONFIG_X"}
	if got := either([]ir.Cond{name, text}); got != ir.Cond(name) {
		t.Errorf("one condition in two forms is %v", got)
	}
	if got := either([]ir.Cond{name, ir.CondText{Text: "X > 3"}}); ir.CondString(got) != "CONFIG_X or (X > 3)" {
		t.Errorf("two conditions are %v", ir.CondString(got))
	}
	if got := either(nil); got != nil {
		t.Errorf("none is %v", got)
	}
}
