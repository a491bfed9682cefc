package site_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/gen/docs/internal/releases"
	"github.com/qapi-go/qapi-go/gen/docs/internal/site"
	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
)

// makeReleases makes the sites of several releases, as makeSite does.
func makeReleases(t testing.TB, list []compat.Release) *made {
	t.Helper()
	slices.SortFunc(list, func(a, b compat.Release) int { return a.Version.Compare(b.Version) })
	survey := releases.New()
	for _, r := range list {
		survey.Add(r.Name, r.Schema)
	}
	survey.Complete()
	series := site.NewSeries(survey, site.Options{})
	var files []gen.File
	for i, r := range list {
		ref := model.New(r.Schema, model.Options{Name: "qapi-schema.json", Release: r.Name})
		survey.Annotate(i, ref)
		more, err := series.Release(i, ref)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, more...)
	}
	files = append(files, series.Index()...)
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
	for _, f := range live.Sample(t, folders, 4) {
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

// ownReleases are three releases of a schema made for this test.
func ownReleases(t testing.TB) []compat.Release {
	t.Helper()
	var list []compat.Release
	for _, name := range []string{"2.0", "1.0", "1.2"} { // in no order
		version, _ := compat.ParseVersion(name)
		dir := filepath.Join("testdata", "releases", name)
		list = append(list, compat.Release{Name: name, Version: version, Schema: schematest.Load(t, dir, filepath.Join(dir, "vm.json"))})
	}
	return list
}

// TestReleases checks what pages say of other releases.
func TestReleases(t *testing.T) {
	m := makeReleases(t, ownReleases(t))
	tests := []struct {
		name, file string
		want       []string
	}{
		{"the releases, newest first", "index.html", []string{
			`The newest release is <a href="2.0/index.html">2.0</a>.`,
			`<th scope="col" class="count">Types</th><th scope="col">What changed</th>`,
			`<a href="2.0/index.html">2.0</a></th><td class="count">2</td><td class="count">1</td><td class="count">1</td><td><a href="changes/1.2-2.0.html">since 1.2</a>`,
		}},
		{"the switch", "1.2/command/run.html", []string{
			`class="brand">Reference of qapi-schema.json</a><details`,
			`<details class="releases"><summary>1.2</summary>`,
			`<li><a href="../../2.0/command/run.html">2.0</a></li><li><span aria-current="true">1.2</span></li><li><a href="../../1.0/command/run.html">1.0</a></li>`,
			`<a href="../../changes/1.0-1.2.html">Changes</a>`,
		}},
		{"the nearest release that has a page", "2.0/event/STOPPED.html", []string{
			`<li><a href="../../2.0/event/STOPPED.html">1.0</a><small> not there; added in 2.0</small></li>`,
			`<span class="badge added">added in 2.0</span>`, `<li>Added in 2.0, the first release here that has it.</li>`,
		}},
		{"what is there from the start", "2.0/command/run.html", []string{`Added in 1.0, the oldest release here, or before.`}},
		{"a command that was added", "1.2/command/remove.html", []string{`<span class="badge added">added in 1.2</span>`}},
		{"a member that was added", "2.0/command/remove.html", []string{
			`<span class="badge added">added in 2.0</span></th><td class="type">`,
		}},
		{"a command that will go", "1.0/command/eject.html", []string{
			`<span class="badge deprecated">deprecated in 1.2</span>`, `<span class="badge removed">removed in 2.0</span>`,
			`<li>Deprecated in 1.2.</li><li>Removed in 2.0.</li>`,
		}},
		{"a command that is deprecated", "1.2/command/eject.html", []string{
			`<span class="badge kind">command</span> <span class="badge since">since 1.0</span> <span class="badge deprecated">deprecated in 1.2</span> <span class="badge removed">removed in 2.0</span></p>`,
		}},
		{"a member that is deprecated", "1.2/command/run.html", []string{
			`<code>speed</code></a> <span class="badge optional">optional</span> <a href="#feature-deprecated" class="badge deprecated">deprecated in 1.2</a></th>`,
		}},
		{"a member that will go", "1.0/command/eject.html", []string{
			`<code>force</code></a> <span class="badge optional">optional</span> <span class="badge removed">removed in 1.2</span>`,
		}},
		{"a member that is gone", "1.2/command/eject.html", []string{
			`<p>Removed:</p>`, `<a href="../../1.0/command/eject.html#arg-force"><code>force</code></a> <span class="badge removed">removed in 1.2</span>`,
			`<dd>at once</dd>`,
		}},
		{"a value that is gone", "2.0/type/Speed.html", []string{
			`<a href="../../1.0/type/Speed.html#value-old-one"><code>old-one</code></a>`,
			`<span class="badge added">added in 1.2</span>`,
		}},
		{"a former definition", "2.0/command/eject.html", []string{
			`<strong>Removed in 2.0.</strong> The last release here that has it is <a href="../../1.2/command/eject.html">1.2</a>.`,
			`<a href="../../1.2/command/remove.html"><code>remove</code></a>`, `Take a disk out.`,
			`Some disks cannot be taken out.`,
		}},
		{"what was removed", "2.0/removed.html", []string{
			`<a href="command/eject.html"><code>eject</code></a>`, `removed in 2.0`, `See <a href="../1.2/command/remove.html">`,
		}},
		{"nothing was removed", "1.0/removed.html", []string{`<p>None.</p>`}},
		{"the search finds it", "2.0/names.js", []string{`["c","eject",`, `"r"]`}},
		{"changes", "changes/1.0-1.2.html", []string{
			`<h2 id="breaking">`, `<a href="../1.0/command/eject.html#arg-force"><code>eject.force</code></a>`,
			`<a href="../1.2/command/remove.html"><code>remove</code></a>`,
			`data-root="../1.2/"`,
		}},
		{"announced removals", "changes/1.2-2.0.html", []string{`<h2 id="note">`, `<a href="../1.2/command/eject.html"><code>eject</code></a>`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := string(m.files[tt.file])
			for _, want := range tt.want {
				if !strings.Contains(got, want) {
					t.Errorf("%s does not have %s\n%s", tt.file, want, got)
				}
			}
		})
	}
	for _, name := range []string{"1.0/command/remove.html", "1.2/event/STOPPED.html", "changes/1.0-2.0.html"} {
		if m.files[name] != nil {
			t.Errorf("%s is there", name)
		}
	}
}

// TestReleasesAreTheSame makes the sites twice.
func TestReleasesAreTheSame(t *testing.T) {
	first, second := makeReleases(t, ownReleases(t)), makeReleases(t, ownReleases(t))
	if len(first.files) != len(second.files) {
		t.Errorf("%d files, then %d", len(first.files), len(second.files))
	}
	for name, data := range first.files {
		if string(second.files[name]) != string(data) {
			t.Errorf("%s differs", name)
		}
	}
}
