package compat

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/qapi-go/qapi-go/diag"
)

// Names are the names of the two schemas in a report.
type Names struct{ Old, New string }

// Summary returns a sentence with the number of changes of each severity.
func (r *Report) Summary() string {
	var parts []string
	for s := Breaking; s >= Info; s-- {
		parts = append(parts, fmt.Sprintf("%d %s", r.Count(s), s))
	}
	text := fmt.Sprintf("compared %d commands and events: %s", r.Compared, strings.Join(parts, ", "))
	if n := r.accepted(); n > 0 {
		text += fmt.Sprintf(", %d accepted", n)
	}
	if len(r.Changes) == 0 {
		text += "; no changes"
	}
	return text
}

func (r *Report) accepted() int {
	n := 0
	for _, c := range r.Changes {
		if c.Accepted != "" {
			n++
		}
	}
	return n
}

// maxUsers is how many commands and events of a change are listed in text formats.
const maxUsers = 4

// users lists the commands and events that a change affects, unless its path names them.
func (c *Change) users() string {
	if len(c.UsedBy) == 0 || len(c.UsedBy) == 1 && strings.HasPrefix(c.Path+".", c.UsedBy[0]+".") {
		return ""
	}
	n := min(len(c.UsedBy), maxUsers)
	text := strings.Join(c.UsedBy[:n], ", ")
	if more := len(c.UsedBy) - n; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// remarks returns what follows the message: direction, reason, and why it is accepted.
func (c *Change) remarks() string {
	var parts []string
	switch c.Direction {
	case Send:
		parts = append(parts, "sent")
	case Recv:
		parts = append(parts, "received")
	}
	if c.Reason != "" {
		parts = append(parts, c.Reason)
	}
	if c.Accepted != "" {
		parts = append(parts, "accepted: "+c.Accepted)
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, "; ") + ")"
}

// String returns file:line with control characters made visible, or "".
func (p Place) String() string {
	if p.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", diag.Visible(p.File), p.Line)
}

// Text writes a report for a terminal: changes with their places, by severity.
func Text(w io.Writer, r *Report, n Names) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s -> %s\n", diag.Visible(n.Old), diag.Visible(n.New))
	for i, c := range r.Changes {
		if i == 0 || r.Changes[i-1].Severity != c.Severity {
			fmt.Fprintf(&b, "\n%s\n", c.Severity)
		}
		fmt.Fprintf(&b, "  %s: %s%s [%s]\n", c.Path, diag.Visible(c.Message), diag.Visible(c.remarks()), c.Rule)
		if s := c.Old.String(); s != "" {
			fmt.Fprintf(&b, "      old: %s\n", s)
		}
		if s := c.New.String(); s != "" {
			fmt.Fprintf(&b, "      new: %s\n", s)
		}
		if s := c.users(); s != "" {
			fmt.Fprintf(&b, "      in:  %s\n", s)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", r.Summary())
	_, err := io.WriteString(w, b.String())
	return err
}

// A jsonReport is what JSON writes. Keys may be added, but not removed.
type jsonReport struct {
	Format   int            `json:"format"`
	Old      string         `json:"old"`
	New      string         `json:"new"`
	Compared int            `json:"compared"`
	Summary  map[string]int `json:"summary"` // encoding/json sorts the keys
	Changes  []jsonChange   `json:"changes"`
}

type jsonChange struct {
	Rule      RuleCode  `json:"rule"`
	Severity  string    `json:"severity"`
	Direction Direction `json:"direction,omitzero"`
	Path      string    `json:"path"`
	Message   string    `json:"message"`
	Reason    string    `json:"reason,omitzero"`
	Old       Place     `json:"old,omitzero"`
	New       Place     `json:"new,omitzero"`
	UsedBy    []string  `json:"usedBy,omitempty"`
	Accepted  string    `json:"accepted,omitzero"`
}

// JSON writes a report as one object, which docs/diff.md describes.
func JSON(w io.Writer, r *Report, n Names) error {
	out := jsonReport{Format: 1, Old: n.Old, New: n.New, Compared: r.Compared, Summary: map[string]int{"accepted": r.accepted()},
		Changes: make([]jsonChange, 0, len(r.Changes))}
	for s := Info; s <= Breaking; s++ {
		out.Summary[s.String()] = r.Count(s)
	}
	for _, c := range r.Changes {
		out.Changes = append(out.Changes, jsonChange{c.Rule, c.Severity.String(), c.Direction, c.Path, c.Message,
			c.Reason, c.Old, c.New, c.UsedBy, c.Accepted})
	}
	return writeJSON(w, out)
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// GitHub writes a report as workflow commands of GitHub Actions: errors, warnings and
// notices at the place in the new schema, or else in the old one. Changes of severity
// [Info] are left out.
func GitHub(w io.Writer, r *Report, n Names) error {
	commands := map[Severity]string{Breaking: "error", Warning: "warning", Note: "notice"}
	var b strings.Builder
	for _, c := range r.Changes {
		command := commands[c.Severity]
		if command == "" || c.Accepted != "" {
			continue
		}
		at := c.New
		if at == (Place{}) {
			at = c.Old
		}
		b.WriteString("::" + command + " ")
		if at != (Place{}) {
			fmt.Fprintf(&b, "file=%s,line=%d,", diag.Visible(gitHubProperty.Replace(at.File)), at.Line)
		}
		fmt.Fprintf(&b, "title=%s::%s\n", c.Rule, diag.Visible(gitHubData.Replace(c.Path+": "+c.Message+c.remarks())))
	}
	fmt.Fprintf(&b, "::notice title=qapi-go diff::%s\n", diag.Visible(gitHubData.Replace(n.Old+" -> "+n.New+": "+r.Summary())))
	_, err := io.WriteString(w, b.String())
	return err
}

// GitHub's own escapes for the text and the properties of a command.
var (
	gitHubData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	gitHubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)
