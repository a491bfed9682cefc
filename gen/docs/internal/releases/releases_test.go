package releases_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/gen/docs/internal/releases"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
	"github.com/qapi-go/qapi-go/ir"
)

// TestReached checks how many of the commands that a change reaches are named.
func TestReached(t *testing.T) {
	for _, n := range []int{1, releases.MaxReached, releases.MaxReached + 1, 30} {
		var old, now strings.Builder
		old.WriteString("{ 'struct': 'Set', 'data': { 'a': 'int' } }\n")
		now.WriteString("{ 'struct': 'Set', 'data': { 'a': 'str' } }\n")
		for i := range n {
			command := fmt.Sprintf("{ 'command': 'c%02d', 'data': { 's': 'Set' } }\n", i)
			old.WriteString(command)
			now.WriteString(command)
		}
		s := releases.New()
		s.Add("1.0", schematest.Text(t, old.String()))
		s.Add("1.1", schematest.Text(t, now.String()))
		s.Complete()
		found := false
		for _, c := range s.Releases[1].Step.Changes {
			if c.Path != "Set.a" {
				continue
			}
			found = true
			if want := min(n, releases.MaxReached); len(c.Reached) != want || c.More != n-want || c.Reached[0] != "c00" {
				t.Errorf("%d commands: %v and %d more", n, c.Reached, c.More)
			}
		}
		if !found {
			t.Errorf("%d commands: no change of Set.a", n)
		}
	}
}

// TestReachedOwn checks that a command is not named as reached by a change of itself.
func TestReachedOwn(t *testing.T) {
	s := releases.New()
	s.Add("1.0", schematest.Text(t, "{ 'command': 'own', 'data': { 'x': 'int' } }\n{ 'command': 'gone' }\n"))
	s.Add("1.1", schematest.Text(t, "{ 'command': 'own', 'data': { 'x': 'str' } }\n"))
	s.Complete()
	changes := s.Releases[1].Step.Changes
	if len(changes) != 2 {
		t.Errorf("changes: %+v", changes)
	}
	for _, c := range changes {
		if len(c.Reached) > 0 || c.More > 0 {
			t.Errorf("%s reaches %v and %d more", c.Path, c.Reached, c.More)
		}
	}
}

// TestDeprecation checks what is known of deprecations: for what the oldest release
// deprecates, not since when.
func TestDeprecation(t *testing.T) {
	const (
		kept       = "{ 'command': 'c', 'data': { 'm': 'int' } }"
		deprecated = "{ 'command': 'c', 'features': ['deprecated'], 'data': { 'm': { 'type': 'int', 'features': ['deprecated'] } } }"
	)
	for _, c := range []struct {
		schemas []string // of 1.0, 1.1, …
		want    string   // in the newest
	}{
		{[]string{deprecated}, ""},
		{[]string{deprecated, deprecated}, "1.0 or before"},
		{[]string{kept, deprecated, deprecated}, "1.1"},
		{[]string{kept, kept}, ""},
	} {
		s := releases.New()
		var newest *ir.Schema
		for i, text := range c.schemas {
			newest = schematest.Text(t, text)
			s.Add(fmt.Sprintf("1.%d", i), newest)
		}
		s.Complete()
		r := model.New(newest, model.Options{})
		s.Annotate(len(c.schemas)-1, r)
		if several := len(c.schemas) > 1; (r.Releases != nil) != several {
			t.Errorf("of %d releases: %v", len(c.schemas), r.Releases)
		}
		for what, got := range map[string]model.Lifetime{
			"command":  r.Lookup("c").Lifetime,
			"argument": r.Lookup("c").Member("m").Lifetime,
		} {
			if got.Deprecated != c.want {
				t.Errorf("%s, release %d of them: deprecated in %q, want %q", what, len(c.schemas), got.Deprecated, c.want)
			}
		}
	}
}

// TestLifetimes checks what a survey knows of three releases.
func TestLifetimes(t *testing.T) {
	texts := map[string]string{
		"1.0": "{ 'command': 'kept', 'data': { 'kept': 'int', 'early': 'int' } }\n{ 'command': 'early' }\n" +
			"{ 'enum': 'Kept', 'data': [ 'kept', 'early' ] }\n{ 'struct': 'Early', 'data': {} }\n{ 'command': 'get', 'data': { 'of': 'Kept' } }\n",
		"1.1": "{ 'command': 'kept', 'data': { 'kept': 'int', '*later': 'int' } }\n{ 'command': 'mid' }\n" +
			"{ 'enum': 'Kept', 'data': [ 'kept', 'later' ] }\n{ 'struct': 'Later', 'data': {} }\n{ 'command': 'get', 'data': { 'of': 'Kept' } }\n",
		"1.2": "{ 'command': 'kept', 'data': { 'kept': 'int', '*later': 'int' } }\n{ 'command': 'last' }\n" +
			"{ 'enum': 'Kept', 'data': [ 'kept', 'later' ] }\n{ 'struct': 'Later', 'data': {} }\n{ 'command': 'get', 'data': { 'of': 'Kept' } }\n",
	}
	s := releases.New()
	schemas := make(map[string]*ir.Schema)
	for _, name := range []string{"1.0", "1.1", "1.2"} {
		schemas[name] = schematest.Text(t, texts[name])
		s.Add(name, schemas[name])
	}
	s.Complete()
	for i, r := range s.Releases {
		ref := model.New(schemas[r.Name], model.Options{})
		s.Annotate(i, ref)
		if got := strings.Join(ref.Releases, " "); got != "1.0 1.1 1.2" {
			t.Errorf("%s is one of %q", r.Name, got)
		}
		if r.Commands != len(ref.Commands) || r.Types != len(ref.Types) || r.Events != 0 {
			t.Errorf("%s: %+v", r.Name, r)
		}
		want := map[string]string{
			"kept": "", "kept.kept": "", "kept.early": "removed in 1.1", "kept.later": "added in 1.1",
			"early": "removed in 1.1", "mid": "added in 1.1, removed in 1.2", "last": "added in 1.2",
			"Kept": "", "Kept.kept": "", "Kept.early": "removed in 1.1", "Kept.later": "added in 1.1",
			"Early": "removed in 1.1", "Later": "added in 1.1", "get": "", "get.of": "",
		}
		check := func(name string, l model.Lifetime) {
			if got := strings.Join(l.Words(), ", "); got != want[name] {
				t.Errorf("%s: %s: %q, want %q", r.Name, name, got, want[name])
			}
		}
		for _, d := range ref.Definitions {
			check(d.Name, d.Lifetime)
			for _, m := range d.Members {
				check(d.Name+"."+m.Name, m.Lifetime)
			}
		}
	}
	for _, c := range []struct {
		path      string
		has       string // one letter for each release
		nearest   [3]int
		removedBy [3]string
	}{
		{"command/kept", "yyy", [3]int{0, 1, 2}, [3]string{}},
		{"command/early", "ynn", [3]int{0, 1, 2}, [3]string{"1.1", "1.2", ""}}, // later releases have its page, too
		{"command/mid", "nyn", [3]int{1, 1, 2}, [3]string{"", "1.2", ""}},
		{"command/none", "nnn", [3]int{-1, -1, -1}, [3]string{"1.1", "1.2", ""}},
		{"module/test", "yyy", [3]int{0, 1, 2}, [3]string{}},
		{"module/none", "nnn", [3]int{-1, -1, -1}, [3]string{"1.1", "1.2", ""}},
	} {
		for i := range s.Releases {
			if got := s.Has(c.path, i); got != (c.has[i] == 'y') {
				t.Errorf("release %d has %s: %v", i, c.path, got)
			}
			if got := s.Nearest(c.path, i); got != c.nearest[i] {
				t.Errorf("nearest to release %d with %s: %d, want %d", i, c.path, got, c.nearest[i])
			}
			if got := s.RemovedBy(c.path, i); got != c.removedBy[i] {
				t.Errorf("%s, release %d: removed by %q, want %q", c.path, i, got, c.removedBy[i])
			}
		}
	}
}
