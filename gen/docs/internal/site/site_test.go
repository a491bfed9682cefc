package site_test

import (
	"bytes"
	"compress/gzip"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/gen/docs/internal/site"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
)

// A made is a site with its pages read.
type made struct {
	*model.Reference
	files map[string][]byte
	pages map[string]*document
}

// makeSite makes the site of a reference. Anything wrong with a page, and any
// link that leads nowhere, fails the test.
func makeSite(t testing.TB, r *model.Reference) *made {
	t.Helper()
	files, err := site.Pages(r, site.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m := readSite(t, files)
	m.Reference = r
	m.checkLinks(t)
	return m
}

// readSite reads the pages of a site. Anything wrong with one, and anything that a
// search finds at no place, fails the test.
func readSite(t testing.TB, files []gen.File) *made {
	t.Helper()
	m := &made{files: make(map[string][]byte), pages: make(map[string]*document)}
	for _, f := range files {
		if m.files[f.Path] != nil {
			t.Errorf("%s is duplicated", f.Path)
		}
		m.files[f.Path] = f.Data
		if strings.HasSuffix(f.Path, ".html") {
			d := parse(string(f.Data))
			m.pages[f.Path] = d
			for _, p := range d.problems {
				t.Errorf("%s: %s", f.Path, p)
			}
		}
	}
	m.checkIndexes(t)
	return m
}

// checkLinks checks that each link inside the site leads to a file, and to an id
// if it names one, and that others lead to the web.
func (m *made) checkLinks(t testing.TB) {
	t.Helper()
	n := 0
	for from, d := range m.pages {
		for _, link := range d.links {
			u, err := url.Parse(link)
			if err != nil {
				t.Errorf("%s: %q: %v", from, link, err)
				continue
			}
			if u.Scheme != "" || u.Host != "" {
				if u.Scheme != "http" && u.Scheme != "https" {
					t.Errorf("%s: a link to %q", from, link)
				}
				continue
			}
			n++
			to := from
			if u.Path != "" {
				to = path.Join(path.Dir(from), u.Path)
			}
			if m.files[to] == nil {
				t.Errorf("%s: a link to %s, which is not there", from, link)
			} else if u.Fragment != "" && !m.pages[to].ids[u.Fragment] {
				t.Errorf("%s: a link to %s, which has no such id", from, link)
			}
		}
	}
	if n == 0 {
		t.Error("no links")
	}
}

// load makes the reference of a schema of QEMU's.
func load(t testing.TB, release string, s corpus.Schema) *model.Reference {
	t.Helper()
	schema := schematest.Load(t, filepath.Join(corpus.Dir(t), "corpus", release), s.Root)
	return model.New(schema, model.Options{Name: filepath.Base(s.Root)})
}

// The limits of QEMU 10.2's site.
const (
	maxSite      = 12 << 20
	maxMedianGz  = 8 << 10
	maxPageGz    = 60 << 10
	maxElements  = 3000
	maxIndexGz   = 25 << 10
	maxSummaryGz = 60 << 10
	maxAssetsGz  = 25 << 10
	maxPartGz    = 8 << 10  // of the index of the text
	maxPartsGz   = 80 << 10 // all parts
)

// TestBudgets checks the sizes of the site of QEMU 10.2.
func TestBudgets(t *testing.T) {
	m := makeSite(t, load(t, "10.2.0", corpus.Schemas(t, corpus.Dir(t), "10.2.0")[0]))
	total, assets, part, parts := 0, 0, 0, 0
	var sizes, elements []int
	largest, most := "", ""
	for name, data := range m.files {
		total += len(data)
		switch path.Ext(name) {
		case ".css":
			assets += zipped(data)
		case ".js":
			switch size := zipped(data); {
			case name == "names.js", name == "summaries.js":
			case strings.HasPrefix(name, "words-"):
				part, parts = max(part, size), parts+size
			default:
				assets += size
			}
		}
		d := m.pages[name]
		if d == nil {
			continue
		}
		size := zipped(data)
		sizes, elements = append(sizes, size), append(elements, d.elements)
		if size == slices.Max(sizes) {
			largest = name
		}
		if d.elements == slices.Max(elements) {
			most = name
		}
	}
	slices.Sort(sizes)
	slices.Sort(elements)
	for _, b := range []struct {
		what     string
		got, max int
	}{
		{"bytes in all files", total, maxSite},
		{"bytes of a page, median, compressed", sizes[len(sizes)/2], maxMedianGz},
		{"bytes of " + largest + ", the largest page, compressed", sizes[len(sizes)-1], maxPageGz},
		{"elements of a page, median", elements[len(elements)/2], maxElements},
		{"elements of " + most + ", which has most", elements[len(elements)-1], maxElements},
		{"bytes of the names to search, compressed", zipped(m.files["names.js"]), maxIndexGz},
		{"bytes of the summaries to search, compressed", zipped(m.files["summaries.js"]), maxSummaryGz},
		{"bytes of the largest part of the text to search, compressed", part, maxPartGz},
		{"bytes of all parts, compressed", parts, maxPartsGz},
		{"bytes of scripts and style sheet, compressed", assets, maxAssetsGz},
	} {
		t.Logf("%s: %d of %d", b.what, b.got, b.max)
		if b.got > b.max {
			t.Errorf("%s: %d, more than %d", b.what, b.got, b.max)
		}
	}
}

func zipped(data []byte) int {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(data)
	w.Close()
	return b.Len()
}

// TestSameTwice checks that the files and their order are the same each time.
func TestSameTwice(t *testing.T) {
	s := corpus.Schemas(t, corpus.Dir(t), "9.2.0")[0]
	var runs [2][]gen.File
	for i := range runs {
		files, err := site.Pages(load(t, "9.2.0", s), site.Options{})
		if err != nil {
			t.Fatal(err)
		}
		runs[i] = files
	}
	if len(runs[0]) != len(runs[1]) {
		t.Fatalf("%d files and %d", len(runs[0]), len(runs[1]))
	}
	for i, f := range runs[0] {
		if g := runs[1][i]; f.Path != g.Path || !bytes.Equal(f.Data, g.Data) {
			t.Errorf("file %d: %s and %s differ", i, f.Path, g.Path)
		}
	}
}

// BenchmarkPages makes the site of QEMU 10.2 from its resolved schema.
func BenchmarkPages(b *testing.B) {
	s := corpus.Schemas(b, corpus.Dir(b), "10.2.0")[0]
	schema := schematest.Load(b, filepath.Join(corpus.Dir(b), "corpus", "10.2.0"), s.Root)
	for b.Loop() {
		if _, err := site.Pages(model.New(schema, model.Options{}), site.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
