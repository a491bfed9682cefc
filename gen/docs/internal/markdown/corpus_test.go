package markdown_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/gen/docs/internal/markdown"
	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/internal/prose"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
)

// releases are those of the corpus.
var releases = []string{"1.1.0", "1.7.0", "2.3.50", "2.8.0", "2.12.0", "4.2.0", "6.1.0", "7.2.0", "9.2.0", "10.0.0", "10.2.0"}

// TestCorpus checks for every schema of the corpus that each definition, member,
// value and branch has its place, that no link is dead and no anchor there twice,
// and that text is shown as it is written.
func TestCorpus(t *testing.T) {
	dir := corpus.Dir(t)
	for _, release := range live.Sample(t, releases, 3) {
		for _, s := range corpus.Schemas(t, dir, release) {
			t.Run(release+"-"+s.Name, func(t *testing.T) {
				r := model.New(schematest.Load(t, filepath.Join(dir, "corpus", release), s.Root), model.Options{})
				pages := pagesOf(t, r)
				checkLinks(t, pages)
				byPath := make(map[string]*rendered)
				for _, p := range pages {
					checkHTML(t, p)
					byPath[p.path] = p
				}
				for _, d := range r.Definitions {
					checkDefinition(t, byPath[d.Module.Path()+".md"], d)
				}
				checkFacts(t, s.Oracle, r, byPath)
				for _, m := range r.Modules {
					for _, it := range m.Items {
						if it.Prose != nil {
							checkText(t, byPath[m.Path()+".md"], m.Name, *it.Prose)
						}
					}
				}
			})
		}
	}
}

// checkFacts checks that each definition, member, value and branch that QEMU's own
// compiler finds has its place.
func checkFacts(t *testing.T, oracle string, r *model.Reference, pages map[string]*rendered) {
	t.Helper()
	data, err := os.ReadFile(oracle)
	if err != nil {
		t.Fatal(err)
	}
	type named struct{ Name string }
	var facts struct {
		Definitions []struct {
			Name, Kind                      string
			Args, Members, Values, Branches []named
		}
	}
	if err := json.Unmarshal(data, &facts); err != nil {
		t.Fatal(err)
	}
	parts := 0
	for _, f := range facts.Definitions {
		d := r.Lookup(f.Name)
		if d == nil {
			t.Errorf("%s is missing", f.Name)
			continue
		}
		p, anchor := pages[d.Module.Path()+".md"], strings.Replace(d.Path(), "/", "-", 1)
		if !p.anchors[anchor] || !strings.Contains(p.text, f.Name) {
			t.Errorf("%s %s is not there", f.Kind, f.Name)
		}
		argument := map[string]string{"command": "arg-", "event": "data-"}[f.Kind]
		for prefix, list := range map[string][]named{argument: f.Args, "member-": f.Members, "value-": f.Values, "branch-": f.Branches} {
			for _, part := range list {
				if parts++; !p.anchors[anchor+"."+prefix+part.Name] || !strings.Contains(p.text, part.Name) {
					t.Errorf("%s: %s%s is not there", f.Name, prefix, part.Name)
				}
			}
		}
	}
	if len(facts.Definitions) == 0 || len(facts.Definitions) != len(r.Definitions) {
		t.Errorf("%d definitions, and %d are shown", len(facts.Definitions), len(r.Definitions))
	}
	t.Logf("%d definitions with %d members, values and branches: all there", len(facts.Definitions), parts)
}

func pagesOf(t *testing.T, r *model.Reference) []*rendered {
	t.Helper()
	files := markdown.Pages(r)
	var pages []*rendered
	for _, f := range files {
		pages = append(pages, render(t, f))
	}
	return pages
}

func checkDefinition(t *testing.T, p *rendered, d *model.Definition) {
	t.Helper()
	anchor := strings.Replace(d.Path(), "/", "-", 1)
	if !p.anchors[anchor] {
		t.Errorf("%s has no anchor", d.Name)
	}
	for _, m := range d.Members {
		if !p.anchors[anchor+"."+m.Anchor()] {
			t.Errorf("%s: %s has no anchor", d.Name, m.Anchor())
		}
		if !strings.Contains(p.text, m.Name) {
			t.Errorf("%s: %s is not there", d.Name, m.Name)
		}
		checkText(t, p, d.Name, m.Text)
	}
	for _, f := range d.Features {
		checkText(t, p, d.Name, f.Text)
	}
	for _, list := range [][]model.Prose{d.Blurb, {d.ReturnsText}, d.Errors, d.Notes} {
		for _, text := range list {
			checkText(t, p, d.Name, text)
		}
	}
	for _, ex := range d.Examples {
		checkBlocks(t, p, d.Name, ex.Blocks)
	}
	for word := range strings.FieldsSeq(d.Def.Head().Doc.Since()) {
		if !strings.Contains(p.text, strings.Trim(word, "@'`.")) {
			t.Errorf("%s: since %s is not there", d.Name, word)
		}
	}
}

func checkText(t *testing.T, p *rendered, name string, text model.Prose) {
	t.Helper()
	checkBlocks(t, p, name, text.Blocks)
}

// checkBlocks looks for each piece of plain text, wherever it stands, and each block of
// code.
func checkBlocks(t *testing.T, p *rendered, name string, blocks []prose.Block) {
	t.Helper()
	for n := range prose.Nodes(blocks) {
		switch n := n.(type) {
		case prose.Text:
			if !strings.Contains(p.text, oneSpace(n.Text)) {
				t.Errorf("%s: %q is not shown as it is", name, n.Text)
			}
		case prose.Literal:
			checkFence(t, p, name, n.Text)
		case prose.Dialog:
			var lines []string
			for _, l := range n.Lines {
				lines = append(lines, l.Text)
			}
			checkFence(t, p, name, strings.Join(lines, "\n"))
		}
	}
}

func checkFence(t *testing.T, p *rendered, name, text string) {
	t.Helper()
	for _, f := range p.fences {
		if strings.TrimRight(f, "\n") == text {
			return
		}
	}
	t.Errorf("%s: this code is not shown as it is:\n%s", name, text)
}

func BenchmarkPages(b *testing.B) {
	dir := corpus.Dir(b)
	s := corpus.Schemas(b, dir, "10.2.0")[0]
	r := model.New(schematest.Load(b, filepath.Join(dir, "corpus", "10.2.0"), s.Root), model.Options{})
	for b.Loop() {
		markdown.Pages(r)
	}
}
