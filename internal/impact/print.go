package impact

import (
	"encoding/json"
	"fmt"
	"go/token"
	"io"
	"path/filepath"
	"strings"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/compat"
)

// Names are the names of the schemas and the program in a report.
type Names struct {
	Old, New string
	Dir      string // paths below it are shown relative to it; empty: as they are
}

// file returns the name of a file to print.
func (n Names) file(name string) string {
	if rel, err := filepath.Rel(n.Dir, name); n.Dir != "" && err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return name
}

func (n Names) pos(p token.Position) string {
	return fmt.Sprintf("%s:%d:%d", diag.Visible(n.file(p.Filename)), p.Line, p.Column)
}

// Count returns how many hits have a severity.
func (r *Report) Count(s compat.Severity) int {
	n := 0
	for _, h := range r.Hits {
		if h.Change.Severity == s {
			n++
		}
	}
	return n
}

// AtLeast reports whether a hit has that severity or a higher one.
func (r *Report) AtLeast(s compat.Severity) bool {
	for _, h := range r.Hits {
		if h.Change.Severity >= s {
			return true
		}
	}
	return false
}

// Summary returns a sentence with the numbers of the report.
func (r *Report) Summary() string {
	var parts []string
	for s := compat.Breaking; s >= compat.Info; s-- {
		parts = append(parts, fmt.Sprintf("%d %s", r.Count(s), s))
	}
	text := fmt.Sprintf("%d of %d changes hit the code in %s: %s", len(r.Hits), r.Compared, plural(r.Program.Packages, "package"), strings.Join(parts, ", "))
	if n := len(r.Program.Unseen); n > 0 {
		text += fmt.Sprintf("; %s could not be analysed", plural(n, "place"))
	}
	if len(r.Program.Generated) == 0 {
		text += "; none of them uses a generated package"
	}
	return text
}

// plural returns "1 place", "2 places".
func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// message returns a description of a change and its consequences.
func (h Hit) message() string {
	text := h.Change.Message
	if h.Compiler != "" && h.Compiler != h.Change.Message {
		text += "; in Go: " + h.Compiler
	}
	if h.Advice != "" {
		text += ". " + h.Advice
	}
	return text
}

// Text writes a report for a terminal: by severity, each change with the places in
// the program and their lines.
func Text(w io.Writer, r *Report, n Names) error {
	var b strings.Builder
	lines := make(sources)
	fmt.Fprintf(&b, "%s -> %s\n", diag.Visible(n.Old), diag.Visible(n.New))
	for i, h := range r.Hits {
		if i == 0 || r.Hits[i-1].Change.Severity != h.Change.Severity {
			fmt.Fprintf(&b, "\n%s\n", h.Change.Severity)
		}
		fmt.Fprintf(&b, "  %s: %s [%s]\n", h.Change.Path, diag.Visible(h.message()), h.Change.Rule)
		if at := h.Change.New; at.File != "" {
			fmt.Fprintf(&b, "      schema: %s\n", at)
		} else if at := h.Change.Old; at.File != "" {
			fmt.Fprintf(&b, "      schema: %s\n", at)
		}
		for _, u := range h.Uses {
			fmt.Fprintf(&b, "      %s: %s\n", n.pos(u.Pos), diag.Visible(lines.line(u.Pos.Filename, u.Pos.Line)))
		}
	}
	if len(r.Program.Unseen) > 0 {
		b.WriteString("\nnot analysed\n")
		for _, u := range r.Program.Unseen {
			fmt.Fprintf(&b, "  %s: %s\n", n.pos(u.Pos), diag.Visible(u.Why))
		}
	}
	fmt.Fprintf(&b, "\n%s\n", r.Summary())
	_, err := io.WriteString(w, b.String())
	return err
}

type jsonReport struct {
	Format    int            `json:"format"`
	Old       string         `json:"old"`
	New       string         `json:"new"`
	Compared  int            `json:"compared"`
	Packages  int            `json:"packages"`
	Generated []string       `json:"generated"`
	Summary   map[string]int `json:"summary"`
	Hits      []jsonHit      `json:"hits"`
	Unseen    []jsonUnseen   `json:"unseen"`
}

type jsonHit struct {
	Rule      string           `json:"rule"`
	Severity  string           `json:"severity"`
	Direction compat.Direction `json:"direction,omitzero"`
	Path      string           `json:"path"`
	Message   string           `json:"message"`
	Compiler  string           `json:"compiler,omitzero"`
	Advice    string           `json:"advice,omitzero"`
	Reason    string           `json:"reason,omitzero"`
	Old       compat.Place     `json:"old,omitzero"`
	New       compat.Place     `json:"new,omitzero"`
	Uses      []jsonUse        `json:"uses"`
}

type jsonUse struct {
	Kind   Kind   `json:"kind"`
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Source string `json:"source"`
}

type jsonUnseen struct {
	Why    string `json:"why"`
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// JSON writes a report as one object, which docs/upgrade.md describes.
func JSON(w io.Writer, r *Report, n Names) error {
	lines := make(sources)
	out := jsonReport{Format: 1, Old: n.Old, New: n.New, Compared: r.Compared, Packages: r.Program.Packages,
		Generated: append([]string{}, r.Program.Generated...), Summary: make(map[string]int),
		Hits: []jsonHit{}, Unseen: []jsonUnseen{}}
	for s := compat.Info; s <= compat.Breaking; s++ {
		out.Summary[s.String()] = r.Count(s)
	}
	for _, h := range r.Hits {
		c := h.Change
		hit := jsonHit{Rule: string(c.Rule), Severity: c.Severity.String(), Direction: c.Direction, Path: c.Path, Message: c.Message,
			Compiler: h.Compiler, Advice: h.Advice, Reason: c.Reason, Old: c.Old, New: c.New}
		for _, u := range h.Uses {
			hit.Uses = append(hit.Uses, jsonUse{u.Kind, n.file(u.Pos.Filename), u.Pos.Line, u.Pos.Column, lines.line(u.Pos.Filename, u.Pos.Line)})
		}
		out.Hits = append(out.Hits, hit)
	}
	for _, u := range r.Program.Unseen {
		out.Unseen = append(out.Unseen, jsonUnseen{u.Why, n.file(u.Pos.Filename), u.Pos.Line, u.Pos.Column})
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}

// Markdown writes a report as a page or a comment on a pull request.
func Markdown(w io.Writer, r *Report, n Names) error {
	var b strings.Builder
	lines := make(sources)
	fmt.Fprintf(&b, "# Changes of %s → %s that hit this code\n\n%s.\n", escape(n.Old), escape(n.New), r.Summary())
	for i, h := range r.Hits {
		if i == 0 || r.Hits[i-1].Change.Severity != h.Change.Severity {
			name := h.Change.Severity.String()
			fmt.Fprintf(&b, "\n## %s\n\n", strings.ToUpper(name[:1])+name[1:])
		}
		fmt.Fprintf(&b, "- `%s`: %s\n", h.Change.Path, escape(h.message()))
		for _, u := range h.Uses {
			fmt.Fprintf(&b, "  - %s: %s\n", escape(n.pos(u.Pos)), code(lines.line(u.Pos.Filename, u.Pos.Line)))
		}
	}
	if len(r.Program.Unseen) > 0 {
		b.WriteString("\n## Not analysed\n\n")
		for _, u := range r.Program.Unseen {
			fmt.Fprintf(&b, "- %s: %s\n", escape(n.pos(u.Pos)), escape(u.Why))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// escape escapes markup in text.
func escape(text string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "<", "&lt;", "[", `\[`, "]", `\]`).Replace(diag.Visible(text))
}

// code returns text as a code span, with enough back quotes.
func code(text string) string {
	text = diag.Visible(text)
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + " " + text + " " + fence
}

// GitHub writes a report as workflow commands of GitHub Actions, at the places in
// the program.
func GitHub(w io.Writer, r *Report, n Names) error {
	commands := map[compat.Severity]string{compat.Breaking: "error", compat.Warning: "warning", compat.Note: "notice", compat.Info: "notice"}
	var b strings.Builder
	for _, h := range r.Hits {
		for _, u := range h.Uses {
			fmt.Fprintf(&b, "::%s file=%s,line=%d,col=%d,title=%s::%s\n", commands[h.Change.Severity], property(n.file(u.Pos.Filename)),
				u.Pos.Line, u.Pos.Column, h.Change.Rule, data(h.Change.Path+": "+h.message()))
		}
	}
	for _, u := range r.Program.Unseen {
		fmt.Fprintf(&b, "::notice file=%s,line=%d,col=%d,title=not analysed::%s\n", property(n.file(u.Pos.Filename)), u.Pos.Line, u.Pos.Column, data(u.Why))
	}
	fmt.Fprintf(&b, "::notice title=qapi-go diff::%s\n", data(n.Old+" -> "+n.New+": "+r.Summary()))
	_, err := io.WriteString(w, b.String())
	return err
}

// data and property escape text for a workflow command.
func data(s string) string { return strings.ReplaceAll(diag.Visible(s), "%", "%25") }

func property(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(data(s))
}
