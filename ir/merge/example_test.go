package merge_test

import (
	"fmt"
	"go/token"
	"testing/fstest"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/ir/merge"
)

// A member that some release lacks is optional in the merged schema.
func Example() {
	fset := token.NewFileSet() // of all releases
	var releases []merge.Release
	for _, r := range []struct{ name, text string }{
		{"1.0", "{ 'command': 'resize', 'data': { 'width': 'int' } }"},
		{"1.1", "{ 'command': 'resize', 'data': { 'width': 'int', 'height': 'int' } }"},
	} {
		schema, errs := qapigo.Load(fstest.MapFS{"s.json": {Data: []byte(r.text)}}, "s.json", qapigo.Options{Fset: fset})
		if errs.HasErrors() {
			fmt.Println(errs.First().Msg)
			return
		}
		releases = append(releases, merge.Release{Name: r.name, Schema: schema})
	}
	result, err := merge.Merge(releases, merge.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	args := result.Schema.Commands[0].Arg.(*ir.Struct)
	for _, m := range args.AllMembers() {
		fmt.Println(m.Name, "optional:", m.Optional)
	}
	// Output:
	// width optional: false
	// height optional: true
}
