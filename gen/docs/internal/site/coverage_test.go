package site_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// corpusReleases are those of the corpus.
var corpusReleases = []string{"1.1.0", "1.7.0", "2.3.50", "2.8.0", "2.12.0", "4.2.0", "6.1.0", "7.2.0", "9.2.0", "10.0.0", "10.2.0"}

// A fact is what QEMU's own compiler says of a definition.
type fact struct {
	Name          string   `json:"name"`
	Kind          string   `json:"kind"`
	ArgType       string   `json:"arg_type"`
	Args          []named  `json:"args"`
	Members       []named  `json:"members"`
	AllMembers    []named  `json:"all_members"`
	Values        []named  `json:"values"`
	Branches      []named  `json:"branches"`
	EmptyBranches []string `json:"empty_branches"`
}

type named struct {
	Name string          `json:"name"`
	Type json.RawMessage `json:"type"`
}

// inline returns the members of a struct in the place of the type (up to 2.3).
func (n named) inline() []named {
	var t struct{ Inline []named }
	if json.Unmarshal(n.Type, &t) != nil {
		var list []json.RawMessage
		if json.Unmarshal(n.Type, &list) == nil && len(list) == 1 {
			return named{Type: list[0]}.inline()
		}
		return nil
	}
	return t.Inline
}

// TestCoverage checks that every definition, member, argument, value and branch
// that QEMU's compiler finds, in every schema of the corpus, has a place of its
// own in the site, and that the sites are sound.
func TestCoverage(t *testing.T) {
	dir := corpus.Dir(t)
	for _, release := range live.Sample(t, corpusReleases, 3) {
		for _, s := range corpus.Schemas(t, dir, release) {
			t.Run(release+"-"+s.Name, func(t *testing.T) {
				m := makeSite(t, load(t, release, s))
				data, err := os.ReadFile(s.Oracle)
				if err != nil {
					t.Fatal(err)
				}
				var facts struct{ Definitions []*fact }
				if err := json.Unmarshal(data, &facts); err != nil {
					t.Fatal(err)
				}
				byName := make(map[string]*fact)
				for _, f := range facts.Definitions {
					byName[f.Name] = f
				}
				counts := make(map[string]int)
				for _, f := range facts.Definitions {
					m.checkFact(t, f, byName, counts)
				}
				if counts["definitions"] == 0 || counts["definitions"] != len(m.Definitions) {
					t.Errorf("%d definitions, the site has %d", counts["definitions"], len(m.Definitions))
				}
				t.Logf("%d commands, %d events, %d types, %d members, %d values, %d branches: all there; %d pages", counts["command"],
					counts["event"], counts["definitions"]-counts["command"]-counts["event"], counts["members"], counts["values"], counts["branches"], len(m.pages))
			})
		}
	}
}

func (m *made) checkFact(t *testing.T, f *fact, byName map[string]*fact, counts map[string]int) {
	t.Helper()
	d := m.Lookup(f.Name)
	if d == nil {
		t.Errorf("%s is missing", f.Name)
		return
	}
	page := m.pages[d.Path()+".html"]
	if page == nil {
		t.Errorf("%s has no page", f.Name)
		return
	}
	counts["definitions"]++
	counts[f.Kind]++
	if d.Kind != model.Kind(f.Kind) {
		t.Errorf("%s is of kind %s, want %s", f.Name, d.Kind, f.Kind)
	}
	check := func(id, name, what string) {
		t.Helper()
		counts[what]++
		switch {
		case !page.ids[id]:
			t.Errorf("%s: no id %s", f.Name, id)
		case !strings.Contains(page.texts[id], name):
			t.Errorf("%s: %s has the text %q", f.Name, id, page.texts[id])
		}
	}
	prefix := "member-"
	switch f.Kind {
	case "command":
		prefix = "arg-"
	case "event":
		prefix = "data-"
	}
	var members func(prefix string, list []named)
	members = func(prefix string, list []named) {
		for _, n := range list {
			check(prefix+n.Name, n.Name, "members")
			members(prefix+n.Name+".", n.inline())
		}
	}
	members(prefix, f.Args)
	if a := byName[f.ArgType]; a != nil {
		members(prefix, a.AllMembers)
	}
	members(prefix, f.Members)
	for _, n := range f.AllMembers {
		check(prefix+n.Name, n.Name, "members shown with those of bases")
	}
	for _, n := range f.Values {
		check("value-"+n.Name, n.Name, "values")
	}
	for _, n := range f.Branches {
		check("branch-"+n.Name, n.Name, "branches")
	}
	for _, n := range f.EmptyBranches {
		check("branch-"+n, n, "branches")
	}
}
