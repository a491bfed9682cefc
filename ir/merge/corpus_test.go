package merge

import (
	"bytes"
	"fmt"
	"go/token"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/gen/golang"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/ir"
)

func load(t *testing.T, fset *token.FileSet, top, root string) *ir.Schema {
	t.Helper()
	rel, _ := filepath.Rel(top, root)
	s, errs := qapigo.Load(os.DirFS(top), filepath.ToSlash(rel), qapigo.Options{Fset: fset})
	for _, d := range errs.All() {
		t.Fatalf("%s: %s", fset.Position(d.Pos), d.Msg)
	}
	return s
}

var releases = []string{"1.1.0", "1.7.0", "2.3.50", "2.8.0", "2.12.0", "4.2.0", "6.1.0", "7.2.0", "9.2.0", "10.0.0", "10.2.0"}

// otherSchemas are the releases with schemas of the guest agent and of the storage daemon.
var otherSchemas = map[string][]string{"qga": releases, "storage-daemon": releases[6:]}

// loadAll loads the main schemas of releases.
func loadAll(t *testing.T, names ...string) []Release { return loadSchemas(t, "qemu", names...) }

func loadSchemas(t *testing.T, schema string, names ...string) []Release {
	t.Helper()
	dir := corpus.Dir(t)
	fset := token.NewFileSet()
	var list []Release
	for i, r := range names {
		found := corpus.Schemas(t, dir, r)
		k := slices.IndexFunc(found, func(c corpus.Schema) bool { return c.Name == schema })
		if k < 0 {
			t.Fatalf("%s has no schema %s", r, schema)
		}
		c := found[k]
		name := r
		if slices.Contains(names[:i], r) {
			name += " again"
		}
		list = append(list, Release{name, load(t, fset, filepath.Join(dir, "corpus", r), c.Root)})
	}
	return list
}

func generate(t *testing.T, s *ir.Schema) string {
	t.Helper()
	files, err := golang.Generate(s, golang.Options{Package: "qapi"})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for _, f := range files {
		fmt.Fprintf(&b, "=== %s\n%s", f.Path, f.Data)
	}
	return b.String()
}

// TestSameReleaseTwice checks that merging a release with itself does not change the generated
// package.
func TestSameReleaseTwice(t *testing.T) {
	for _, r := range live.Sample(t, releases, 3) {
		t.Run(r, func(t *testing.T) {
			list := loadAll(t, r, r)
			res, err := Merge(list, Options{})
			if err != nil {
				t.Fatal(err)
			}
			res.Schema.Releases = nil // as of a schema as it was read: nothing is in some of them only
			one, two := generate(t, list[1].Schema), generate(t, res.Schema)
			if one != two {
				t.Errorf("the package differs at %q", firstDifference(one, two))
			}
			for _, c := range res.Changes {
				t.Errorf("%v", c)
			}
		})
	}
}

// firstDifference returns the text of both around the first different byte.
func firstDifference(a, b string) [2]string {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	around := func(s string) string { return s[max(n-80, 0):min(n+80, len(s))] }
	return [2]string{around(a), around(b)}
}

// sets returns sets of releases to merge: all, oldest and newest, a fleet, neighbours, and
// random ones. Without slow tests it returns only some of them.
func sets(t *testing.T, releases []string) [][]string {
	t.Helper()
	sets := [][]string{releases, {releases[0], releases[len(releases)-1]}, {"7.2.0", "10.0.0", "10.2.0"}}
	for i := 1; i < len(releases); i++ {
		sets = append(sets, releases[i-1:i+1])
	}
	return live.Sample(t, append(sets, randomSets(releases, 6)...), 3)
}

// randomSets returns random sets of three releases, the same in each run.
func randomSets(releases []string, n int) [][]string {
	var sets [][]string
	r := rand.New(rand.NewPCG(14, 3))
	for range n {
		chosen := r.Perm(len(releases))[:3]
		slices.Sort(chosen)
		sets = append(sets, []string{releases[chosen[0]], releases[chosen[1]], releases[chosen[2]]})
	}
	return sets
}

// TestCorpus merges sets of QEMU's releases and checks that nothing clashes and that the result
// covers each release.
func TestCorpus(t *testing.T) {
	for _, names := range sets(t, releases) {
		t.Run(strings.Join(names, ","), func(t *testing.T) {
			list := loadAll(t, names...)
			res, err := Merge(list, Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range res.Clashes {
				t.Error(c)
			}
			count := make(map[ChangeKind]int)
			for _, c := range res.Changes {
				count[c.Kind]++
			}
			t.Log(count)
			for _, r := range list {
				covers(t, r, res.Schema)
			}
		})
	}
}

// TestCompile generates and builds packages for sets of releases. If two Go names clash, the
// newest release is preferred.
func TestCompile(t *testing.T) {
	live.Slow(t, "it compiles the packages of many sets of releases")
	dir := t.TempDir()
	write := func(path, text string) {
		t.Helper()
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", corpus.GoMod(t, "example.org/m"))
	for i, names := range sets(t, releases) {
		res, err := Merge(loadAll(t, names...), Options{})
		if err != nil {
			t.Fatal(err)
		}
		files, err := golang.Generate(res.Schema, golang.Options{Package: "qapi", Docs: golang.DocsNone, Prefer: names[len(names)-1]})
		if err != nil {
			t.Errorf("%v: %v", names, err)
			continue
		}
		for _, f := range files {
			write(fmt.Sprintf("p%d/%s", i, f.Path), string(f.Data))
		}
	}
	cmd := exec.CommandContext(t.Context(), "go", "vet", "./...")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "GOPROXY=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// covers checks that the merged schema accepts everything that can be on the wire in a release.
func covers(t *testing.T, r Release, merged *ir.Schema) *cover {
	c := &cover{t: t, release: r.Name, seen: make(map[[2]ir.Type]bool), held: make(map[*ir.Member]ir.Type)}
	for _, cmd := range r.Schema.Commands {
		got, ok := merged.ByName[cmd.Name].(*ir.Command)
		if !ok || !got.In.Has(r.Name) {
			t.Errorf("%s: no command %s", r.Name, cmd.Name)
			continue
		}
		c.types(cmd.Name, cmd.Arg, got.Arg)
		if cmd.Returns != nil {
			c.types(cmd.Name+" result", cmd.Returns, got.Returns)
		}
		if cmd.Returns == nil && got.Returns != nil && !got.ReturnsSometimes {
			t.Errorf("%s: %s returns nothing", r.Name, cmd.Name)
		}
	}
	for _, ev := range r.Schema.Events {
		got, ok := merged.ByName[ev.Name].(*ir.Event)
		if !ok || !got.In.Has(r.Name) {
			t.Errorf("%s: no event %s", r.Name, ev.Name)
			continue
		}
		c.types(ev.Name, ev.Arg, got.Arg)
	}
	if len(c.seen) == 0 {
		t.Errorf("%s: nothing was compared", r.Name)
	}
	return c
}

type cover struct {
	t       *testing.T
	release string
	seen    map[[2]ir.Type]bool
	held    map[*ir.Member]ir.Type // of members of built-in types: what holds them
}

func (c *cover) types(path string, was, got ir.Type) {
	if was == nil || c.seen[[2]ir.Type{was, got}] {
		if was == nil {
			c.object(path, nil, got)
		}
		return
	}
	c.seen[[2]ir.Type{was, got}] = true
	fail := func() { c.t.Errorf("%s: %s: %s %s is held by %v", c.release, path, was.Kind(), was.Head().Name, got) }
	if a, ok := got.(*ir.Alternate); ok {
		if _, ok := was.(*ir.Alternate); !ok {
			for _, b := range a.Branches {
				if kindOf(b.Type) == kindOf(was) {
					c.types(path, was, b.Type)
					return
				}
			}
			fail()
			return
		}
	}
	switch w := was.(type) {
	case *ir.Builtin:
		c.builtin(path, w, got)
	case *ir.Array:
		if g, ok := got.(*ir.Array); ok {
			c.types(path+"[]", w.Elem, g.Elem)
		} else {
			fail()
		}
	case *ir.Enum:
		g, ok := got.(*ir.Enum)
		if !ok {
			fail()
			return
		}
		for _, v := range w.Values {
			if have := valueOf(g, v.Name); have == nil || !have.In.Has(c.release) {
				c.t.Errorf("%s: %s: no value %s", c.release, path, v.Name)
			}
		}
	case *ir.Alternate:
		g, ok := got.(*ir.Alternate)
		if !ok {
			fail()
			return
		}
		for _, b := range w.Branches {
			i := slices.IndexFunc(g.Branches, func(o *ir.AltBranch) bool { return kindOf(o.Type) == kindOf(b.Type) })
			if i < 0 {
				c.t.Errorf("%s: %s: no branch for %s", c.release, path, b.JSON)
				continue
			}
			c.types(path+"/"+b.Name, b.Type, g.Branches[i].Type)
		}
	default:
		c.object(path, was, got)
	}
}

func (c *cover) builtin(path string, was *ir.Builtin, got ir.Type) {
	if _, ok := got.(*ir.Enum); ok && was.JSON == ir.JSONString {
		return
	}
	g, ok := got.(*ir.Builtin)
	if ok && was.JSON == ir.JSONInt && g.JSON == ir.JSONInt {
		n, signed := was.Bits()
		k, other := g.Bits()
		ok = signed == other && k >= n || !signed && other && k > n || signed && n == 64 && k == 64
	} else if ok {
		ok = was.JSON == g.JSON || g.JSON == ir.JSONValue || g.JSON == ir.JSONNumber && was.JSON == ir.JSONInt
	}
	if !ok {
		c.t.Errorf("%s: %s: %s is held by %v", c.release, path, was.Name, got)
	}
}

// object checks that members and branches are there, and that no member is
// mandatory that the release does not have or has as optional.
func (c *cover) object(path string, was, got ir.Type) {
	members, branches := parts(was)
	have, haveBranches := parts(got)
	mandatory := make(map[string]bool)
	for _, m := range members {
		mandatory[m.Name] = !m.Optional
		i := slices.IndexFunc(have, func(o *ir.Member) bool { return o.Name == m.Name })
		if i < 0 {
			c.t.Errorf("%s: %s: no member %s", c.release, path, m.Name)
			continue
		}
		if _, ok := m.Type.(*ir.Builtin); ok {
			c.held[m] = have[i].Type
		}
		c.types(path+"."+m.Name, m.Type, have[i].Type)
	}
	for _, m := range have {
		if !m.Optional && !mandatory[m.Name] {
			c.t.Errorf("%s: %s: member %s is mandatory", c.release, path, m.Name)
		}
	}
	if g, ok := got.(*ir.Union); ok && was != nil && was.Kind() == "struct" {
		c.bare(path, members, g)
	}
	if u, ok := was.(*ir.Union); ok {
		if g := got.(*ir.Union); g.Discriminator.Name != u.Discriminator.Name {
			return // its branches are among the common members
		}
	}
	for _, b := range branches {
		i := slices.IndexFunc(haveBranches, func(o *ir.Branch) bool { return o.Name == b.Name })
		if i < 0 {
			c.t.Errorf("%s: %s: no branch %s", c.release, path, b.Name)
			continue
		}
		c.types(path+"/"+b.Name, b.Type, haveBranches[i].Type)
	}
}

// bare checks that a struct that has the discriminator of the union that holds it
// leaves out what the branches have.
func (c *cover) bare(path string, members []*ir.Member, u *ir.Union) {
	i := slices.IndexFunc(members, func(m *ir.Member) bool { return m.Name == u.Discriminator.Name })
	if i < 0 {
		return
	}
	enum, _ := members[i].Type.(*ir.Enum)
	for _, b := range u.Branches {
		if enum == nil || valueOf(enum, b.Name) != nil {
			c.object(path+"/"+b.Name, nil, b.Type)
		}
	}
}

func parts(t ir.Type) ([]*ir.Member, []*ir.Branch) {
	switch t := t.(type) {
	case *ir.Struct:
		return t.AllMembers(), nil
	case *ir.Union:
		return t.Base.AllMembers(), t.Branches
	}
	return nil, nil
}
