package resolver_test

import (
	"fmt"
	"go/token"
	"testing/fstest"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/parser"
	"github.com/qapi-go/qapi-go/resolver"
)

// Parses a schema and resolves it. Load in the module's root package does both.
func ExampleResolve() {
	files := fstest.MapFS{"garden.json": {Data: []byte("{ 'struct': 'Bed', 'data': { 'rows': 'int' } }\n{ 'command': 'dig', 'data': 'Bad' }\n")}}
	fset, errs := token.NewFileSet(), new(diag.List)
	res := parser.Load(fset, parser.Source{FS: files, Root: "garden.json"}, errs)
	schema := resolver.Resolve(fset, res.Root, res.Files, errs)
	fmt.Println(schema == nil)
	for _, d := range errs.Sorted() {
		fmt.Printf("%s: %s [%s]\n", fset.Position(d.Pos), d.Msg, d.Code)
	}
	// Output:
	// true
	// garden.json:2:29: command's 'data' uses unknown type 'Bad' [unknown-type]
}
