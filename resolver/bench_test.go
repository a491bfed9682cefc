package resolver_test

import (
	"go/token"
	"os"
	"path/filepath"
	"testing"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/corpus"
	"github.com/qapi-go/qapi-go/parser"
	"github.com/qapi-go/qapi-go/resolver"
)

// BenchmarkResolve resolves QEMU's main schema.
func BenchmarkResolve(b *testing.B) {
	dir := filepath.Join(corpus.Dir(b), "corpus", "10.2.0")
	fset, errs := token.NewFileSet(), new(diag.List)
	res := parser.Load(fset, parser.Source{FS: os.DirFS(dir), Root: "qapi/qapi-schema.json"}, errs)
	b.ReportAllocs()
	for b.Loop() {
		if resolver.Resolve(fset, res.Root, res.Files, errs) == nil {
			b.Fatal(errs.First().Msg)
		}
	}
}
