package names_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/names"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
)

const planned = `{ 'pragma': { 'command-name-exceptions': [ 'qmp_capabilities' ], 'command-returns-exceptions': [ 'set-it' ] } }
{ 'enum': 'Enum', 'data': [ 'a-b', 'c' ] }
{ 'struct': 'Some', 'data': { 'x-y': 'int', '*any': 'any' } }
{ 'struct': 'Part', 'data': { 'b': 'Some' } }
{ 'union': 'Any', 'base': { 'e': 'Enum' }, 'discriminator': 'e', 'data': { 'c': 'Part' } }
{ 'alternate': 'Alt', 'data': { 'text': 'str', 'nothing': 'null' } }
{ 'command': 'set-any', 'data': 'Any', 'boxed': true }
{ 'command': 'set-it', 'data': { 'id': 'Alt' }, 'returns': 'int' }
{ 'command': 'add-it', 'data': { 'id': 'str' }, 'gen': false }
{ 'command': 'qmp_capabilities' }
{ 'event': 'IT_CHANGED', 'data': { 'id': 'int' } }
`

// describe returns a plan, a declaration a line.
func describe(p *names.Plan) []string {
	var lines []string
	for _, f := range p.Files {
		lines = append(lines, "file "+f.Path)
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *names.Enum:
				lines = append(lines, "enum "+d.Name+" "+strings.Join(d.Values, " "))
			case *names.Object:
				line := "object " + d.Name
				for _, field := range d.Fields {
					line += " " + field.Name
				}
				if d.Union != nil {
					line += " tag=" + d.Tag
				}
				if d.Extra {
					line += " extra"
				}
				if d.JSON {
					line += " json"
				}
				lines = append(lines, line)
			case *names.Alternate:
				lines = append(lines, "alternate "+d.Name+" "+strings.Join(d.Fields, " "))
			case *names.Alias:
				lines = append(lines, "alias "+d.Name+" "+p.Type(d.Command.Arg))
			case *names.Method:
				lines = append(lines, strings.TrimRight("method "+d.Name+" "+d.Args, " "))
			}
		}
	}
	return lines
}

func TestPlan(t *testing.T) {
	all := names.Options{Client: true, Events: true, Server: true}
	types := []string{
		"file test.go",
		"enum Enum EnumAB EnumC",
		"object Some XY Any json",
		"object Part B",
		"object Any E tag=E json",
		"alternate Alt Text Null",
		"alias SetAnyArgs Any", "method SetAny Any",
		"object SetItArgs ID", "method SetIt SetItArgs",
		"object AddItArgs ID extra json", "method AddIt AddItArgs",
		"method",
	}
	renamed := func(pairs ...string) []string {
		return strings.Split(strings.NewReplacer(pairs...).Replace(strings.Join(types, "\n")), "\n")
	}
	tests := []struct {
		name string
		opts names.Options
		want []string
	}{
		{"types", names.Options{}, types},
		{"all parts", all, append(slices.Clone(types), "object ItChangedEvent ID")},
		{"renamed", names.Options{Rename: map[string]string{
			"Enum": "Letter", "Enum.c": "LastC", "Some.x-y": "Long", "Alt.nothing": "No", "set-it": "Put", "IT_CHANGED": "Changed", "test.json": "all.go",
		}}, renamed("test.go", "all.go", "enum Enum EnumAB EnumC", "enum Letter LetterAB LastC", "XY", "Long", "Null", "No", "SetIt", "Put")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := names.New(schematest.Text(t, planned), tt.opts)
			if err != nil {
				t.Fatal(err)
			}
			if got := describe(p); !slices.Equal(got, tt.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

// TestNeedsJSON checks which members need methods for encoding/json.
func TestNeedsJSON(t *testing.T) {
	for member, want := range map[string]bool{
		"'a': 'int'": false, "'a': 'any'": true, "'a': [ 'any' ]": true,
		"'a': [ 'uint8' ]": true, "'a': [ 'uint16' ]": false, "'a': 'uint8'": false,
		"'a': 'null'": false, "'*a': 'null'": true, "'a': 'Alt'": false, "'*a': 'Alt'": true,
	} {
		s := schematest.Text(t, "{ 'alternate': 'Alt', 'data': { 's': 'str', 'n': 'null' } }\n{ 'struct': 'Some', 'data': { "+member+" } }\n")
		p, err := names.New(s, names.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.Contains(describe(p), "object Some A json"); got != want {
			t.Errorf("%s: %t, want %t", member, got, want)
		}
	}
}

// TestLinks checks the doc links of packages with various parts.
func TestLinks(t *testing.T) {
	s := schematest.Text(t, planned)
	for def, want := range map[string][2]string{ // of types, of all parts
		"Any": {"Any", "Any"}, "set-it": {"", "Client.SetIt"}, "IT_CHANGED": {"", "ItChangedEvent"},
		"qmp_capabilities": {"", ""}, "int": {"", ""}, "nothing": {"", ""},
	} {
		for i, o := range []names.Options{{}, {Client: true, Events: true, Server: true}} {
			p, err := names.New(s, o)
			if err != nil {
				t.Fatal(err)
			}
			if got, ok := p.Link(def); got != want[i] || ok != (want[i] != "") {
				t.Errorf("%s with %+v: got %q, %v; want %q", def, o, got, ok, want[i])
			}
		}
	}
}

// TestReservedNames checks which names each part of a package reserves.
func TestReservedNames(t *testing.T) {
	client := names.Options{Client: true}
	events := names.Options{Events: true}
	server := names.Options{Server: true}
	for _, test := range []struct {
		name  string
		opts  names.Options
		clash bool
	}{
		{"Client", client, true}, {"NewClient", client, true}, {"History", client, true},
		{"Client", server, false}, {"SubscribeAll", events, true}, {"SubscribeAll", client, false},
		{"Handlers", server, true}, {"Handlers", events, false},
		{"UnknownBranch", names.Options{}, true}, {"AnyBranch", names.Options{}, true},
		{"ReleaseFeatures", server, false}, // part of packages for several releases only
	} {
		s := schematest.Text(t, planned+"{ 'struct': '"+test.name+"', 'data': {} }\n")
		_, err := names.New(s, test.opts)
		var clash *names.ClashError
		if got := errors.As(err, &clash); got != test.clash {
			t.Errorf("%s with %+v: clash %t, want %t: %v", test.name, test.opts, got, test.clash, err)
		}
	}
	s := schematest.Text(t, planned+"{ 'struct': 'ReleaseFeatures', 'data': {} }\n")
	s.Releases = []string{"1.0", "1.1"}
	if _, err := names.New(s, server); err == nil {
		t.Error("ReleaseFeatures does not clash in a package for several releases")
	}
}

// TestClashPositions checks both positions of a clash.
func TestClashPositions(t *testing.T) {
	s := schematest.Text(t, "{ 'struct': 'EnX', 'data': {} }\n{ 'enum': 'En', 'data': [ 'x' ] }\n")
	_, err := names.New(s, names.Options{})
	var clash *names.ClashError
	if !errors.As(err, &clash) {
		t.Fatalf("no clash: %v", err)
	}
	first, second := s.Fset.Position(clash.Clashes[0].First.Pos), s.Fset.Position(clash.Clashes[0].Second.Pos)
	if len(clash.Clashes) != 1 || first.Line != 1 || first.Column != 13 || second.Line != 2 || second.Column != 27 {
		t.Errorf("%d clashes, between %v and %v", len(clash.Clashes), first, second)
	}
	if got := names.Clashes(s); len(got) != 1 || got[0].Message() != clash.Clashes[0].Message() {
		t.Errorf("Clashes returns %v", got)
	}
}
