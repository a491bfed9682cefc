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
