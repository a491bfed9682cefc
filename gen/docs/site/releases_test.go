package site_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/compat"
	"github.com/qapi-go/qapi-go/gen/docs/reference"
	"github.com/qapi-go/qapi-go/gen/docs/releases"
	"github.com/qapi-go/qapi-go/gen/docs/site"
	"github.com/qapi-go/qapi-go/internal/corpus"
	"github.com/qapi-go/qapi-go/internal/schematest"
)

// makeReleases makes the sites of several releases, as makeSite does.
func makeReleases(t testing.TB, list []compat.Release) *made {
	t.Helper()
	set := releases.New(list, reference.Options{Name: "qapi-schema.json"})
	files, err := site.Releases(set, site.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m := readSite(t, files)
	m.checkLinks(t)
	return m
}

// TestAllReleases makes one site of all releases of the corpus: no link is dead,
// and no release is too large.
func TestAllReleases(t *testing.T) {
	shared := corpus.Dir(t)
	folders, err := os.ReadDir(filepath.Join(shared, "corpus"))
	if err != nil {
		t.Fatal(err)
	}
	var list []compat.Release
	for _, f := range folders {
		version, _ := compat.ParseVersion(f.Name())
		c := corpus.Schemas(t, shared, f.Name())[0]
		list = append(list, compat.Release{Name: f.Name(), Version: version, Schema: schematest.Load(t, filepath.Join(shared, "corpus", f.Name()), c.Root)})
	}
	m := makeReleases(t, list)
	sizes := make(map[string]int)
	for name, data := range m.files {
		folder, _, _ := strings.Cut(name, "/")
		sizes[folder] += len(data)
	}
	for _, r := range list {
		if sizes[r.Name] > maxSite {
			t.Errorf("%s: %d bytes", r.Name, sizes[r.Name])
		}
		t.Logf("%s: %d bytes", r.Name, sizes[r.Name])
	}
	t.Logf("%d files, changes: %d bytes", len(m.files), sizes["changes"])
}
