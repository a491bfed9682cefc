package markdown_test

import (
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/gen/docs/internal/markdown"
	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
)

// TestDiff checks that a change of the schema changes only the lines it is about.
func TestDiff(t *testing.T) {
	tests := []struct {
		name   string
		change *strings.Replacer
		want   string
	}{
		{"a sentence", strings.NewReplacer("Run it.", "Run it now, and quickly."), "-Run it.\n+Run it now, and quickly.\n"},
		{"a member", strings.NewReplacer("'mode': 'Mode' } }\n", "'mode': 'Mode', '*x': 'int' } }\n", "# @mode: one\n", "# @mode: one\n#\n# @x: more\n"),
			"+- <a id=\"type-Box.member-x\"></a>`x` (integer, optional):\n+  more\n"},
		{"lines above", strings.NewReplacer("# A module.", "#\n#\n#\n# A module."), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			changed := tt.change.Replace(pageSchema)
			if changed == pageSchema {
				t.Fatal("nothing was changed")
			}
			// What commands show in place of a type is not of interest here.
			got := difference(typePart(t, pageSchema), typePart(t, changed))
			if got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// typePart returns the module's page without the results of its commands.
func typePart(t *testing.T, schema string) []string {
	t.Helper()
	files := markdown.Pages(model.New(schematest.Text(t, schema), model.Options{}))
	var lines []string
	for _, f := range files {
		if f.Path != "module/test.md" {
			continue
		}
		returns := false
		for l := range strings.Lines(string(f.Data)) {
			switch {
			case strings.HasPrefix(l, "**Returns:"):
				returns = true
			case strings.HasPrefix(l, "**"), strings.HasPrefix(l, "#"):
				returns = false
			}
			if !returns {
				lines = append(lines, l)
			}
		}
	}
	return lines
}

// difference returns the lines between what both have at their start and at their
// end.
func difference(old, new []string) string {
	for len(old) > 0 && len(new) > 0 && old[0] == new[0] {
		old, new = old[1:], new[1:]
	}
	for len(old) > 0 && len(new) > 0 && old[len(old)-1] == new[len(new)-1] {
		old, new = old[:len(old)-1], new[:len(new)-1]
	}
	var b strings.Builder
	for _, l := range old {
		b.WriteString("-" + l)
	}
	for _, l := range new {
		b.WriteString("+" + l)
	}
	return b.String()
}
