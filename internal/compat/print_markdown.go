package compat

import (
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/qapi-go/qapi-go/diag"
)

// chapters are the parts of a Markdown changelog. A change goes into the first that takes
// it.
var chapters = []struct {
	title string
	takes func(*Change) bool
}{
	{"Breaking changes", func(c *Change) bool { return c.Severity == Breaking && c.Accepted == "" }},
	{"Accepted", func(c *Change) bool { return c.Accepted != "" }},
	{"Announced removals", func(c *Change) bool { return c.Severity == Note }},
	{"Changes of Go source", func(c *Change) bool { return c.Direction == Go }},
	{"Warnings", func(c *Change) bool { return c.Severity == Warning }},
	{"New commands and events", func(c *Change) bool { return c.Rule == RuleCommandAdded || c.Rule == RuleEventAdded }},
	{"Deprecated", func(c *Change) bool { return c.Rule == RuleDeprecated }},
	{"New in arguments", func(c *Change) bool { return c.Direction == Send && strings.Contains(string(c.Rule), "_ADDED") }},
	{"New in results and events", func(c *Change) bool { return c.Direction == Recv && strings.Contains(string(c.Rule), "_ADDED") }},
	{"Other", func(*Change) bool { return true }},
}

// Markdown writes a report as a changelog.
func Markdown(w io.Writer, r *Report, n Names) error {
	lines := make([][]string, len(chapters))
	for _, c := range r.Changes {
		for i, ch := range chapters {
			if ch.takes(c) {
				lines[i] = append(lines[i], c.markdown())
				break
			}
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# From %s to %s\n\nThis page was made by `qapi-go diff`: %s.\n", markdownText().Replace(diag.Visible(n.Old)), markdownText().Replace(diag.Visible(n.New)), r.Summary())
	for i, ch := range chapters {
		if len(lines[i]) > 0 {
			fmt.Fprintf(&b, "\n## %s\n\n%s", ch.title, strings.Join(lines[i], ""))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// markdown returns a change as an item of a list.
func (c *Change) markdown() string {
	text := fmt.Sprintf("- `%s`: %s", c.Path, markdownText().Replace(c.Message+c.remarks()))
	if users := c.users(); users != "" {
		text += "; in " + markdownText().Replace(users)
	}
	return text + "\n"
}

// markdownText escapes markup in text.
var markdownText = sync.OnceValue(func() *strings.Replacer {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "<", "&lt;", "[", `\[`, "]", `\]`)
})
