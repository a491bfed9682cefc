// Package qapigo holds the example schema that the command line falls back on:
// the protocol of a small machine monitor, which uses every construct of the
// QAPI schema language.
//
// The compiler itself is in the packages below; the command is cmd/qapi-go.
package qapigo

import "embed"

// Example is the file system of the example schema.
//
//go:embed testdata/schemas/vm/*.json
var Example embed.FS

// ExampleRoot is the path of the example's root file in Example.
const ExampleRoot = "testdata/schemas/vm/vm.json"
