package golang

import (
	"go/token"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
	"github.com/qapi-go/qapi-go/ir"
)

// TestHistoryTable reads the history of a schema from its documentation: only
// what there is something to say of, and the way to it.
func TestHistoryTable(t *testing.T) {
	s := schematest.Text(t, `{ 'enum': 'Hue', 'data': [ 'red', 'blue' ] }
{ 'struct': 'Plain', 'data': { 'x': 'int' } }
##
# @Lamp:
#
# @hue: a hue
#
# @watt: power (since 8.1)
##
{ 'struct': 'Lamp', 'data': { 'hue': 'Hue', '*watt': 'int' } }
##
# @on:
#
# @lamps: the lamps
#
# @plain: nothing to say
#
# @dim: slowly (since 9.2)
#
# Since: 7.0
##
{ 'command': 'on', 'data': { 'lamps': [ 'Lamp' ], 'plain': 'Plain', '*dim': 'bool' } }
{ 'command': 'off', 'data': { 'plain': 'Plain' } }
{ 'command': 'plug', 'data': { 'driver': 'str' }, 'gen': false }
{ 'command': 'lamp', 'data': 'Lamp' }
`)
	want := `
on 7.0 -
 .lamps - - Lamp
 .dim 9.2 -
plug - -
 *
lamp - - Lamp
Lamp - -
 .watt 8.1 -
`
	if got := historyTable(s); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// TestHistoryOfReleases reads it from what releases have.
func TestHistoryOfReleases(t *testing.T) {
	s := &ir.Schema{Fset: token.NewFileSet(), Releases: []string{"1.0", "2.0", "3.0"}}
	hue := &ir.Enum{Info: ir.Info{Name: "Hue"}, Values: []*ir.EnumValue{{Name: "red", In: ir.Presence{"1.0"}}, {Name: "blue"}}}
	lamp := &ir.Struct{Info: ir.Info{Name: "Lamp"}, Members: []*ir.Member{{Name: "hue", Type: hue}, {Name: "next", In: ir.Presence{"2.0"}}}}
	lamp.Members[1].Type = lamp
	s.Commands = []*ir.Command{{Info: ir.Info{Name: "on", In: ir.Presence{"2.0", "3.0"}}, Arg: lamp, Gen: true}, {Info: ir.Info{Name: "off"}, Gen: true}}
	want := `
on 2.0 - Lamp
Lamp - -
 .hue - - Hue
 .next 2.0 3.0 Lamp
Hue - -
 =red - 2.0
`
	if got := historyTable(s); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
