package releases_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/gen/docs/internal/releases"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
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
