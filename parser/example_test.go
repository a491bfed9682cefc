package parser_test

import (
	"fmt"
	"go/token"
	"testing/fstest"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/parser"
)

func ExampleLoad() {
	files := fstest.MapFS{"garden.json": {Data: []byte("{ 'struct': 'Bed', 'data': { 'rows': 'int' } }\n{ 'comand': 'water' }\n")}}
	fset, errs := token.NewFileSet(), new(diag.List)
	res := parser.Load(fset, parser.Source{FS: files, Root: "garden.json"}, errs)
	fmt.Println(len(res.Files), "file,", len(res.Root.Decls), "definition")
	for _, d := range errs.Sorted() {
		fmt.Printf("%s: %s\n", fset.Position(d.Pos), d.Msg)
	}
	// Output:
	// 1 file, 1 definition
	// garden.json:2:3: expression must have exactly one key 'enum', 'struct', 'union', 'alternate', 'command', 'event'
}

// Prints which dialect was detected, and why.
func ExampleDialect_Explain() {
	files := fstest.MapFS{"garden.json": {Data: []byte("{ 'struct': 'Bed', 'data': { 'rows': 'int' } }\n{ 'command': 'dig', 'if': 'defined(SPADE)' }\n")}}
	fset := token.NewFileSet()
	res := parser.Load(fset, parser.Source{FS: files, Root: "garden.json"}, new(diag.List))
	fmt.Print(res.Dialect.Explain(fset, "garden.json"))
	// Output:
	// garden.json: dialect 6.1, accepting what any release from 2.12 to 6.2 accepts: it is the last release that accepts what the schema uses
	//   garden.json:2:27: 'if' with C text (up to 6.1)
	//   garden.json:1:3: 'struct' (since 2.4)
	//   garden.json:2:27: 'if' (since 3.0)
}
