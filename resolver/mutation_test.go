package resolver_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

var mutateMain = flag.Bool("mutate.main", false, "TestMutations: use QEMU's main schemas, which tell their release; takes minutes")

// eras are releases whose schemas are subject to different rules.
var eras = []string{"2.12.0", "4.2.0", "6.1.0", "7.2.0", "10.2.0"}

// TestMutations inserts the inputs of QEMU's negative tests into a real schema of each era. The
// schema must be refused exactly if the rules of its release refuse the input. The agent's
// schemas need a file VERSION for that, since they are small and name no release for years.
func TestMutations(t *testing.T) {
	shared := corpus.Dir(t)
	tests := negativeTests(t, filepath.Join(shared, "qapi-tests"))
	for _, era := range live.Sample(t, eras, 2) {
		t.Run(era, func(t *testing.T) {
			release, err := dialect.Parse(era)
			if err != nil {
				t.Fatal(err)
			}
			dir := filepath.Join(shared, "corpus", era)
			root := "qga/qapi-schema.json"
			if *mutateMain {
				root = "qapi/qapi-schema.json"
			}
			refused, accepted := 0, []string{}
			for _, name := range tests {
				want := mutated(t, os.DirFS(dir), root, filepath.Join(shared, "qapi-tests"), name, release)
				tree := fs.FS(os.DirFS(dir))
				if !*mutateMain {
					tree = overlay{tree, fstest.MapFS{"VERSION": {Data: []byte(era + "\n")}}}
				}
				got := mutated(t, tree, root, filepath.Join(shared, "qapi-tests"), name, 0)
				since, known := refusedSince[name]
				if known && (want == "") != (release < since) {
					t.Errorf("pinned, %s is refused (%q), though that began with %s", name, want, since)
				}
				if !known && want == "" {
					t.Errorf("%s is accepted", name)
				}
				switch {
				case want == "":
					accepted = append(accepted, name)
					if got != "" {
						t.Errorf("%s is refused (%s), though %s accepts it", name, got, era)
					}
				case got == "":
					t.Errorf("%s is accepted, though %s says %s", name, era, want)
				default:
					refused++
				}
			}
			t.Logf("%d refused; accepted by the rules of %s: %s", refused, era, strings.Join(accepted, " "))
			if refused < 100 {
				t.Errorf("only %d of %d constructs are refused", refused, len(tests))
			}
		})
	}
}

// refusedSince lists the tests whose input older releases accept, with the first release that
// refuses it. All eras refuse the others.
var refusedSince = map[string]dialect.Release{
	"doc-bad-boxed-command-arg":       dialect.Of(4, 2),
	"doc-bad-enum-member":             dialect.Of(4, 2),
	"doc-bad-event-arg":               dialect.Of(4, 2),
	"doc-bad-feature":                 dialect.Of(4, 2),
	"doc-bad-indent":                  dialect.Of(5, 2),
	"doc-bad-space-between-sentences": dialect.Of(10, 2),
	"doc-empty-features":              dialect.Of(9, 0),
	"doc-invalid-return2":             dialect.Of(9, 0),
	"doc-long-line":                   dialect.Of(10, 2),
}

// negativeTests returns the names of QEMU's negative tests.
func negativeTests(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.err"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".err")
		if text, err := os.ReadFile(file); err != nil || len(text) == 0 || slices.Contains(stale, name) {
			continue
		}
		if _, err := os.Stat(filepath.Join(dir, name+".json")); err == nil {
			names = append(names, name)
		}
	}
	if len(names) < 140 {
		t.Fatalf("%d negative tests, want 140 and more", len(names))
	}
	return names
}

// stale lists tests with an error that QEMU's compiler no longer reports.
var stale = []string{"event-args-if-unboxed"}

// An overlay is a file system with additional files, which replace those of the same name.
type overlay struct {
	fs.FS
	more fstest.MapFS
}

func (o overlay) Open(name string) (fs.File, error) {
	if o.more[name] != nil {
		return o.more.Open(name)
	}
	return o.FS.Open(name)
}

// mutated returns the first error in a schema to which the input of a test is added, or "". If
// release is 0, it is detected.
func mutated(t *testing.T, fsys fs.FS, root, tests, name string, release dialect.Release) string {
	t.Helper()
	text, err := fs.ReadFile(fsys, root)
	if err != nil {
		t.Fatal(err)
	}
	more := fstest.MapFS{root: {Data: fmt.Appendf(text, "\n{ 'include': '%s.json' }\n", name)}}
	for _, pattern := range []string{name + ".json", "include*.json"} {
		files, err := filepath.Glob(filepath.Join(tests, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			more[path.Join(path.Dir(root), filepath.Base(file))] = &fstest.MapFile{Data: data}
		}
	}
	_, errs := qapigo.Load(overlay{fsys, more}, root, qapigo.Options{Dialect: release})
	if first := errs.First(); first != nil {
		return first.Msg
	}
	return ""
}
