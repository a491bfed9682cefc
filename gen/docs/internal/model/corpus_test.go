package model_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
)

// releases are those of the corpus.
var releases = []string{"1.1.0", "1.7.0", "2.3.50", "2.8.0", "2.12.0", "4.2.0", "6.1.0", "7.2.0", "9.2.0", "10.0.0", "10.2.0"}

// TestCorpus checks what is true of every schema of the corpus: each definition is
// there once, at a place of its own, and laid out with anchors that are unique.
func TestCorpus(t *testing.T) {
	dir := corpus.Dir(t)
	for _, release := range live.Sample(t, releases, 3) {
		for _, s := range corpus.Schemas(t, dir, release) {
			t.Run(release+"-"+s.Name, func(t *testing.T) {
				schema := schematest.Load(t, filepath.Join(dir, "corpus", release), s.Root)
				r := model.New(schema, model.Options{})
				if got, want := len(r.Commands)+len(r.Events)+len(r.Types), len(slices.Collect(schema.Definitions())); got != want {
					t.Errorf("%d definitions, want %d", got, want)
				}
				paths := make(map[string]bool)
				for _, d := range r.Definitions {
					if paths[d.Path()] {
						t.Errorf("two definitions at %s", d.Path())
					}
					paths[d.Path()] = true
					checkAnchors(t, r, d)
				}
			})
		}
	}
}

// checkAnchors lays out a definition and checks that no anchor is duplicated,
// that each member has its own, and that nothing is cut that has no other place.
func checkAnchors(t *testing.T, r *model.Reference, d *model.Definition) {
	t.Helper()
	seen := make(map[string]bool)
	note := func(id string) {
		if seen[id] {
			t.Errorf("%s: anchor %s is duplicated", d.Name, id)
		}
		seen[id] = true
	}
	var visit func(v *model.Value)
	visit = func(v *model.Value) {
		if v == nil {
			return
		}
		if v.Cut && v.Def == nil {
			t.Errorf("%s: %s is cut, but has no page", d.Name, v.Anchor)
		}
		for _, f := range v.Forms {
			note(f.ID)
			visit(f.Value)
		}
		if v.Object == nil {
			return
		}
		for _, row := range v.Object.Rows {
			note(row.ID)
			visit(row.Value)
		}
		for _, c := range v.Object.Branches {
			for _, id := range c.IDs {
				note(id)
			}
			visit(c.Value)
		}
	}
	body := r.Expand(d, model.Limits{Depth: 6, Rows: 200})
	visit(body.Data)
	visit(body.Returns)
	for _, m := range d.Members {
		if m.Kind != model.EnumValue && !seen[m.Anchor()] {
			t.Errorf("%s: no anchor %s", d.Name, m.Anchor())
		}
	}
}

func BenchmarkNew(b *testing.B) {
	dir := corpus.Dir(b)
	s := corpus.Schemas(b, dir, "10.2.0")[0]
	schema := schematest.Load(b, filepath.Join(dir, "corpus", "10.2.0"), s.Root)
	for b.Loop() {
		model.New(schema, model.Options{})
	}
}

func BenchmarkExpand(b *testing.B) {
	dir := corpus.Dir(b)
	s := corpus.Schemas(b, dir, "10.2.0")[0]
	schema := schematest.Load(b, filepath.Join(dir, "corpus", "10.2.0"), s.Root)
	r := model.New(schema, model.Options{})
	for b.Loop() {
		for _, d := range r.Definitions {
			r.Expand(d, model.Limits{Depth: 6, Rows: 200})
		}
	}
}
