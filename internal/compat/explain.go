package compat

import (
	"embed"
	"fmt"
	"strings"
)

// An Explanation describes a rule.
type Explanation struct {
	Rule   Rule
	Title  string // one line
	Text   string
	Source string // where the rule comes from
	Old    string // an example: a schema,
	New    string // and a later version of it to which the rule applies
}

// explanations holds a file for each rule: the title, a blank line, the text, and then
// sections that start with a line "-- NAME --": "source", "old", "new".
//
//go:embed explain/*.txt
var explanations embed.FS

// Explain returns the explanation of the rule of that name, or false if there
// is no such rule.
func Explain(name string) (*Explanation, bool) {
	rule := rulesByName()[RuleCode(name)]
	data, err := explanations.ReadFile("explain/" + name + ".txt")
	if rule == nil || err != nil {
		return nil, false
	}
	e := &Explanation{Rule: *rule}
	head, rest, _ := strings.Cut(string(data), "\n-- ")
	e.Title, e.Text, _ = strings.Cut(head, "\n")
	e.Text = strings.TrimSpace(e.Text)
	for rest != "" {
		var section string
		section, rest, _ = strings.Cut(rest, "\n-- ")
		label, text, _ := strings.Cut(section, " --\n")
		text = strings.TrimRight(text, "\n") + "\n"
		switch label {
		case "source":
			e.Source = strings.TrimSpace(text)
		case "old":
			e.Old = text
		case "new":
			e.New = text
		}
	}
	return e, true
}

// String returns the explanation for a terminal.
func (e *Explanation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\n%s\n\nSeverity: %s\n\nSource: %s\n", e.Rule.Name, e.Title, e.Text, e.Rule.severities(), e.Source)
	for _, example := range []struct{ label, text string }{{"Old", e.Old}, {"New", e.New}} {
		fmt.Fprintf(&b, "\n%s:\n\n", example.label)
		for line := range strings.Lines(example.text) {
			b.WriteString("    " + line)
		}
	}
	return b.String()
}

// severities describes the severities of a rule.
func (r Rule) severities() string {
	switch {
	case strings.HasPrefix(string(r.Name), "GO_"):
		return fmt.Sprintf("%s; %s with --level go", r.Any, Breaking)
	case r.Send == r.Recv:
		return r.Any.String()
	}
	return fmt.Sprintf("%s where a client sends it, %s where it receives it", r.Send, r.Recv)
}
