package parser

import (
	"go/token"
	"os"
	"path/filepath"
	"testing"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/corpus"
)

// BenchmarkLoad reads the main schema of 10.2.
func BenchmarkLoad(b *testing.B) {
	top := filepath.Join(corpus.Dir(b), "corpus", "10.2.0")
	src := Source{FS: os.DirFS(top), Root: "qapi/qapi-schema.json"}
	b.ReportAllocs()
	for b.Loop() {
		var errs diag.List
		Load(token.NewFileSet(), src, &errs)
		if errs.Len() > 0 {
			b.Fatalf("%d diagnostics", errs.Len())
		}
	}
}
