package resolver_test

import (
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/parser"
	"github.com/qapi-go/qapi-go/resolver"
)

// BenchmarkResolve resolves the main schema of 10.2, and schemas 10 and 100 times
// its size.
func BenchmarkResolve(b *testing.B) {
	dir := corpus.Dir(b)
	b.Run("original", func(b *testing.B) {
		benchResolve(b, parser.Source{FS: os.DirFS(filepath.Join(dir, "corpus", "10.2.0")), Root: "qapi/qapi-schema.json"})
	})
	for _, n := range []int{10, 100} {
		b.Run("copies="+strconv.Itoa(n), func(b *testing.B) {
			benchResolve(b, parser.Source{FS: corpus.Copies(b, dir, "10.2.0", n), Root: corpus.CopiesRoot})
		})
	}
}

func benchResolve(b *testing.B, src parser.Source) {
	fset, errs := token.NewFileSet(), new(diag.List)
	res := parser.Load(fset, src, errs)
	b.ReportAllocs()
	for b.Loop() {
		if resolver.Resolve(fset, res.Root, res.Files, errs) == nil {
			b.Fatal(errs.First().Msg)
		}
	}
}
