package parser

import (
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
)

// BenchmarkLoad reads the main schema of 10.2, and schemas 10 and 100 times its size. For
// profiles see BenchmarkCheck of the command.
func BenchmarkLoad(b *testing.B) {
	dir := corpus.Dir(b)
	b.Run("original", func(b *testing.B) {
		benchLoad(b, Source{FS: os.DirFS(filepath.Join(dir, "corpus", "10.2.0")), Root: "qapi/qapi-schema.json"})
	})
	for _, n := range []int{10, 100} {
		b.Run("copies="+strconv.Itoa(n), func(b *testing.B) {
			benchLoad(b, Source{FS: corpus.Copies(b, dir, "10.2.0", n), Root: corpus.CopiesRoot})
		})
	}
}

func benchLoad(b *testing.B, src Source) {
	b.ReportAllocs()
	for b.Loop() {
		var errs diag.List
		Load(token.NewFileSet(), src, &errs)
		if errs.Len() > 0 {
			b.Fatalf("%d diagnostics", errs.Len())
		}
	}
}
