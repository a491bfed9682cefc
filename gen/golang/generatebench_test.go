package golang_test

import (
	"testing"

	"github.com/qapi-go/qapi-go/gen/golang"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
)

// BenchmarkGenerate generates the package of QEMU's main schema, with all of its
// parts, without reading the schema and writing the files.
func BenchmarkGenerate(b *testing.B) {
	s := loadFile(b, corpus.Schemas(b, corpus.Dir(b), "10.2.0")[0].Root)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := golang.Generate(s, golang.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
