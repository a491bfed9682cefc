package gen_test

import (
	"fmt"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/gen/docs"
	"github.com/qapi-go/qapi-go/gen/golang"
)

// Backends generate files in memory.
func Example() {
	schema, errs := qapigo.Load(qapigo.Example, qapigo.ExampleRoot, qapigo.Options{})
	if errs.HasErrors() {
		fmt.Println(errs.First().Msg)
		return
	}
	code, err := golang.Generate(schema, golang.Options{Package: "vm", Parts: golang.Types | golang.Client})
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := docs.Text(schema, docs.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range append(code, text...) {
		fmt.Println(f.Path)
	}
	// Output:
	// control.go
	// device.go
	// disk.go
	// machine.go
	// net.go
	// vm.go
	// qmp-commands.txt
	// qmp-events.txt
}
