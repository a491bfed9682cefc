package ast_test

import (
	"fmt"
	"go/token"
	"testing/fstest"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/parser"
)

// Lists the definitions of a schema and of the files it includes.
func ExampleAll() {
	files := fstest.MapFS{
		"garden.json": {Data: []byte("{ 'include': 'types.json' }\n{ 'command': 'water', 'data': { 'bed': 'Bed' } }\n")},
		"types.json":  {Data: []byte("# what grows where\n{ 'struct': 'Bed', 'data': { 'rows': 'int' } }\n")},
	}
	res := parser.Load(token.NewFileSet(), parser.Source{FS: files, Root: "garden.json"}, new(diag.List))
	for file, decl := range ast.All(res.Root) {
		if def, ok := decl.(ast.Def); ok {
			fmt.Println(file.Name, def.Keyword(), def.Head().Name.Value)
		}
	}
	// Output:
	// types.json struct Bed
	// garden.json command water
}
