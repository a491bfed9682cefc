package site

import (
	"encoding/json"
	"strings"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
)

// kindLetters are the kinds of definition in the index of the search.
var kindLetters = map[model.Kind]string{
	model.Command: "c", model.Event: "e", model.Enum: "n",
	model.Struct: "s", model.Union: "u", model.Alternate: "a",
}

// A searchIndex is the index of names. The package documentation describes the format.
type searchIndex struct {
	Modules []string       `json:"modules"`
	Titles  []string       `json:"titles"` // of modules
	Defs    [][]any        `json:"defs"`
	Slugs   map[int]string `json:"slugs,omitempty"`
}

// searchFiles returns the index of names, the summaries, which the first results do not need, and
// the full-text index.
func (s *site) searchFiles() ([]gen.File, error) {
	index := searchIndex{Modules: []string{}, Titles: []string{}, Defs: [][]any{}, Slugs: make(map[int]string)}
	places := make(map[*model.Module]int)
	for i, m := range s.Modules {
		places[m] = i
		index.Modules = append(index.Modules, m.Slug)
		index.Titles = append(index.Titles, m.Title)
	}
	summaries := []string{}
	for i, d := range s.Definitions {
		index.Defs = append(index.Defs, s.entry(d, places[d.Module]))
		summaries = append(summaries, d.Summary())
		if d.Slug != d.Name {
			index.Slugs[i] = d.Slug
		}
	}
	if len(s.gone) > 0 {
		index.Modules = append(index.Modules, "")
		for _, t := range s.gone {
			if i := len(index.Defs); t.slug != t.name {
				index.Slugs[i] = t.slug
			}
			index.Defs = append(index.Defs, []any{kindLetters[t.kind], t.name, len(index.Modules) - 1, t.since, "r"})
			summaries = append(summaries, "Removed in "+t.removed+". "+t.summary)
		}
	}
	first, err := script("names.js", "qapiNames", index)
	if err != nil {
		return nil, err
	}
	second, err := script("summaries.js", "qapiSummaries", summaries)
	if err != nil {
		return nil, err
	}
	text, err := s.fullText()
	return append([]gen.File{first, second}, text...), err
}

// script returns a script that calls a function with a value. json.Marshal escapes what could end
// the script.
func script(path, function string, value any) (gen.File, error) {
	data, err := json.Marshal(value)
	if err != nil {
		return gen.File{}, err
	}
	return gen.File{Path: path, Data: []byte(function + "(" + string(data) + ");\n")}, nil
}

// entry returns the entry of a definition in the index.
func (s *site) entry(d *model.Definition, module int) []any {
	flags := marks(d.Deprecated != nil, d.Unstable != nil, d.If != nil, !d.Reachable())
	e := []any{kindLetters[d.Kind], d.Name, module, d.Since, flags}
	for _, name := range s.searched(d) {
		e = append(e, name)
	}
	return e
}

// marks returns the letters of the flags that are set.
func marks(deprecated, unstable, conditional, unreachable bool) string {
	var b strings.Builder
	for i, is := range []bool{deprecated, unstable, conditional, unreachable} {
		if is {
			b.WriteByte("duix"[i])
		}
	}
	return b.String()
}

// searched returns the names of members and branches by which a definition can be found. A command
// whose arguments are a named type is found by the members of that type.
func (s *site) searched(d *model.Definition) []string {
	list := d.Members
	if !d.IsType() && len(list) == 0 {
		if data := s.Expand(d, model.Limits{}).Data; data != nil && data.Object != nil {
			for _, r := range data.Object.Rows {
				list = append(list, r.Member)
			}
		}
	}
	names := make([]string, len(list))
	for i, m := range list {
		if m.Kind == model.Branch {
			names[i] = "="
		}
		names[i] += m.Name
		if flags := marks(m.Has("deprecated"), m.Has("unstable"), m.If != nil, false); flags != "" {
			names[i] += ":" + flags
		}
	}
	return names
}
