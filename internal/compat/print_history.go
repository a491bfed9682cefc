package compat

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Summary returns what a history found, in words.
func (h *History) Summary() string {
	var kinds []string
	for _, kind := range []string{"command", "event", "member", "value"} {
		n := h.count(func(i *Item) bool { return i.Kind == kind })
		if n != 1 {
			kind += "s"
		}
		kinds = append(kinds, fmt.Sprintf("%d %s", n, kind))
	}
	return fmt.Sprintf("%d releases: %s; %d contradict their \"Since:\", %d removed too soon after they were deprecated",
		len(h.Releases), strings.Join(kinds, ", "),
		h.count(func(i *Item) bool { return i.Disagrees != "" }), h.count(func(i *Item) bool { return i.TooShort }))
}

func (h *History) count(is func(*Item) bool) int {
	n := 0
	for _, item := range h.Items {
		if is(item) {
			n++
		}
	}
	return n
}

// Findings reports whether the history has findings: a wrong "Since:", or a removal too
// soon after the deprecation.
func (h *History) Findings() bool {
	return h.count(func(i *Item) bool { return i.Disagrees != "" || i.TooShort }) > 0
}

// sorted returns the items sorted by path.
func (h *History) sorted() []*Item {
	items := slices.Clone(h.Items)
	slices.SortStableFunc(items, func(a, b *Item) int { return strings.Compare(a.Path, b.Path) })
	return items
}

// since returns the first release, after "<=" if the item may be older.
func (i *Item) since() string {
	if i.Certain {
		return i.Since
	}
	return "<=" + i.Since
}

// fate returns what became of an item.
func (i *Item) fate() []string {
	var parts []string
	if i.Deprecated != "" {
		parts = append(parts, "deprecated in "+i.Deprecated)
	}
	if i.Removed != "" {
		parts = append(parts, "removed in "+i.Removed)
	}
	if i.Moved != "" {
		parts = append(parts, "now "+i.Moved)
	}
	return parts
}

// TextHistory writes a history for a terminal: a line for each item, then the findings.
func TextHistory(w io.Writer, h *History) error {
	var b strings.Builder
	items := h.sorted()
	for _, item := range items {
		fmt.Fprintf(&b, "%-7s  %s: %s\n", item.Kind, item.Path,
			strings.Join(append([]string{"since " + item.since()}, item.fate()...), ", "))
	}
	for _, item := range items {
		if item.Disagrees != "" {
			fmt.Fprintf(&b, "%s: warning: %s says since %s, but %s\n", item.Place, item.Path, item.Says, item.Disagrees)
		}
		if item.TooShort {
			fmt.Fprintf(&b, "%s: warning: %s was deprecated in %s and removed in %s: too soon [DEPRECATION_TOO_SHORT]\n",
				item.Place, item.Path, item.Deprecated, item.Removed)
		}
	}
	fmt.Fprintf(&b, "%s\n", h.Summary())
	_, err := io.WriteString(w, b.String())
	return err
}

// MarkdownHistory writes a history as tables.
func MarkdownHistory(w io.Writer, h *History) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# History\n\nThis page was made by `qapi-go diff --history`: %s.\n", h.Summary())
	items := h.sorted()
	for _, part := range []struct{ kind, title string }{
		{"command", "Commands"}, {"event", "Events"}, {"member", "Members"}, {"value", "Values"},
	} {
		fmt.Fprintf(&b, "\n## %s\n\n| name | since | later | the schema says |\n|---|---|---|---|\n", part.title)
		for _, item := range items {
			if item.Kind != part.kind {
				continue
			}
			says := item.Says
			if item.Disagrees != "" {
				says += ", but " + item.Disagrees
			}
			if item.TooShort {
				says = strings.TrimSpace(says + " (removed too soon)")
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", item.Path, cell(item.since()), cell(strings.Join(item.fate(), ", ")), cell(says))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// cell escapes text for a table.
func cell(s string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ").Replace(markdownText().Replace(s))
}

type jsonItem struct {
	Kind       string `json:"kind"`
	Path       string `json:"path"`
	Since      string `json:"since"`
	Certain    bool   `json:"certain"`
	Deprecated string `json:"deprecated,omitzero"`
	Removed    string `json:"removed,omitzero"`
	Moved      string `json:"moved,omitzero"`
	Says       string `json:"says,omitzero"`
	Disagrees  string `json:"disagrees,omitzero"`
	TooShort   bool   `json:"tooShort,omitzero"`
	Place      Place  `json:"place,omitzero"`
}

// JSONHistory writes a history as one object, which docs/diff.md describes.
func JSONHistory(w io.Writer, h *History) error {
	out := struct {
		Format   int        `json:"format"`
		Releases []string   `json:"releases"`
		Items    []jsonItem `json:"items"`
	}{1, h.Releases, make([]jsonItem, 0, len(h.Items))}
	for _, i := range h.sorted() {
		out.Items = append(out.Items, jsonItem{i.Kind, i.Path, i.Since, i.Certain, i.Deprecated, i.Removed, i.Moved,
			i.Says, i.Disagrees, i.TooShort, i.Place})
	}
	return writeJSON(w, out)
}
