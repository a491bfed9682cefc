package qapigo

import "embed"

// Example is the file system of the schema that the command uses if none is
// named: the protocol of a small machine monitor, which uses every construct of
// the QAPI schema language.
//
//go:embed testdata/schemas/vm/*.json
var Example embed.FS

// ExampleRoot is the path of the example's root file in Example.
const ExampleRoot = "testdata/schemas/vm/vm.json"
