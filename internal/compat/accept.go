package compat

import (
	"fmt"
	"io"
	"strings"
)

// An Acceptance is a line of a list of accepted changes.
type Acceptance struct {
	Rule   RuleCode
	Path   string
	Reason string
	Line   int
	Used   bool // set by Accept if a change matches
}

// ParseAccepted reads a list of accepted changes. A line holds a rule, the path of a change
// and a reason, separated by spaces; '#' starts a comment line. Errors start with name.
func ParseAccepted(name, text string) ([]*Acceptance, error) {
	var list []*Acceptance
	n := 0
	for line := range strings.Lines(text) {
		n++
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		switch {
		case rulesByName()[RuleCode(fields[0])] == nil:
			return nil, fmt.Errorf("%s:%d: unknown rule %q", name, n, fields[0])
		case len(fields) < 3:
			return nil, fmt.Errorf("%s:%d: want a rule, a path and a reason", name, n)
		}
		list = append(list, &Acceptance{Rule: RuleCode(fields[0]), Path: fields[1], Reason: strings.Join(fields[2:], " "), Line: n})
	}
	return list, nil
}

// Accept marks the changes of a report that the list accepts. They are still shown, but no
// longer counted.
func Accept(r *Report, list []*Acceptance) {
	for _, a := range list {
		for _, c := range r.Changes {
			if c.Rule == a.Rule && c.Path == a.Path {
				c.Accepted, a.Used = a.Reason, true
			}
		}
	}
}

// Acceptances writes a list that accepts all changes of at least the given severity: for
// each a line that [ParseAccepted] reads once a reason is added.
func Acceptances(w io.Writer, r *Report, least Severity) error {
	var b strings.Builder
	seen := make(map[string]bool)
	for _, c := range r.Changes {
		if c.Severity < least || c.Accepted != "" {
			continue
		}
		fmt.Fprintf(&b, "# %s: %s%s\n", c.Severity, c.Message, c.remarks())
		if line := string(c.Rule) + " " + c.Path; !seen[line] {
			seen[line] = true
			b.WriteString(line + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
