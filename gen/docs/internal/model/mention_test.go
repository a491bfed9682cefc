package model_test

import (
	"testing"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
)

// TestMentionsEverywhere checks that a name is found wherever it can stand in a
// text.
func TestMentionsEverywhere(t *testing.T) {
	for place, text := range map[string]string{
		"paragraph":  "# See @stop-it.",
		"list":       "# - See @stop-it.",
		"definition": "# @stop-it\n#     Is a term.",
		"quote":      "# As follows\n#\n#     See @stop-it.",
		"note":       "# .. note:: See @stop-it.",
		"emphasis":   "# **See stop-it.**",
		"line block": "# | a\n# | See @stop-it.",
		"table":      "# +---+----------------+\n# | a | See @stop-it.  |\n# +---+----------------+",
		"table head": "# == =========\n# a  @stop-it\n# == =========\n# b  c\n# == =========",
		"example":    "# Example:\n#\n# -> { 'execute': 'stop-it' }\n# <- { 'return': {} }",
	} {
		s := schematest.Text(t, "{ 'command': 'stop-it' }\n\n##\n# @a:\n#\n# About.\n#\n"+text+"\n#\n# Since: 5.2\n##\n{ 'command': 'a' }\n")
		r := model.New(s, model.Options{})
		if by := r.Lookup("stop-it").MentionedBy; len(by) != 1 || by[0].Name != "a" {
			t.Errorf("in a %s: mentioned by %v", place, by)
		}
	}
}
