package subset_test

import (
	"fmt"
	"testing/fstest"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/ir/subset"
)

// Select reduces a schema to what some commands need, and Decide to what a build with the given
// macros contains.
func Example() {
	text := `{ 'enum': 'State', 'data': [ 'on', 'off', { 'name': 'dim', 'if': 'CONFIG_DIM' } ] }
{ 'command': 'query-state', 'returns': [ 'State' ] }
{ 'struct': 'Size', 'data': { 'width': 'int' } }
{ 'command': 'resize', 'data': 'Size' }
{ 'pragma': { 'command-returns-exceptions': [ 'query-state' ] } }
`
	schema, errs := qapigo.Load(fstest.MapFS{"s.json": {Data: []byte(text)}}, "s.json", qapigo.Options{})
	if errs.HasErrors() {
		fmt.Println(errs.First().Msg)
		return
	}
	part, err := subset.Select(schema, []string{"query-*"}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for def := range subset.Decide(part, nil).ByModule() {
		fmt.Println(def.Kind(), def.Head().Name)
	}
	fmt.Println("macros:", subset.Macros(schema))
	// Output:
	// enum State
	// command query-state
	// macros: [CONFIG_DIM]
}
