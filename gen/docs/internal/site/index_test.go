package site_test

import (
	"encoding/json"
	"path"
	"strings"
	"testing"
)

// checkIndexes checks that every page of a definition is in the index of the search
// of its folder, and that each entry has a page, and an id there if it is a
// member, value or branch: where search.js leads to.
func (m *made) checkIndexes(t testing.TB) {
	t.Helper()
	for name, data := range m.files {
		if path.Base(name) == "names.js" {
			m.checkIndex(t, strings.TrimSuffix(name, "names.js"), string(data))
		}
	}
}

func (m *made) checkIndex(t testing.TB, top, text string) {
	t.Helper()
	text, ok := strings.CutPrefix(text, "qapiNames(")
	text, closed := strings.CutSuffix(strings.TrimSpace(text), ");")
	var index struct {
		Modules []string
		Defs    [][]any
		Slugs   map[int]string
	}
	if err := json.Unmarshal([]byte(text), &index); !ok || !closed || err != nil {
		t.Fatalf("names.js: %v", err)
	}
	pages := 0
	for name := range m.pages {
		switch path.Dir(name) + "/" {
		case top + "command/", top + "event/", top + "type/":
			pages++
		}
	}
	if len(index.Defs) != pages {
		t.Errorf("%d definitions can be searched, of %d", len(index.Defs), pages)
	}
	for i, d := range index.Defs {
		kind, slug := d[0].(string), d[1].(string)
		if s := index.Slugs[i]; s != "" {
			slug = s
		}
		if int(d[2].(float64)) >= len(index.Modules) {
			t.Errorf("names.js: %v is in a module that is not there", d)
		}
		folder, prefix := "type/", "member-"
		switch kind {
		case "c":
			folder, prefix = "command/", "arg-"
		case "e":
			folder, prefix = "event/", "data-"
		case "n":
			prefix = "value-"
		}
		page := m.pages[top+folder+slug+".html"]
		if page == nil {
			t.Errorf("names.js: %v has no page", d)
			continue
		}
		for _, member := range d[5:] {
			name, _, _ := strings.Cut(member.(string), ":")
			id := prefix + name
			if branch, ok := strings.CutPrefix(name, "="); ok {
				id = "branch-" + branch
			}
			if !page.ids[id] {
				t.Errorf("names.js: %s%s has no id %s", folder, slug, id)
			}
		}
	}
}
