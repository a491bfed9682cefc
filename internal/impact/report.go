package impact

import (
	"bufio"
	"os"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/ir"
)

// A Report lists the changes between two schemas that affect a program.
type Report struct {
	Hits     []Hit // most severe first, and then in the order of the comparison
	Compared int   // number of changes between the schemas
	Program  *Program
}

// Analyze compares two schemas and returns the changes that affect a program. The options are
// those of the comparison, except its levels: changes that break the program's source are
// always included, and are breaking.
func Analyze(p *Program, old, new *ir.Schema, o compat.Options) *Report {
	o.Levels = []compat.Direction{compat.Send, compat.Recv}
	wire := compat.Compare(old, new, o)
	r := &Report{Program: p, Compared: len(wire.Changes)}
	r.Hits = Match(p, old, new, wire.Changes)
	if !o.Introspected {
		o.Levels = []compat.Direction{compat.Go}
		source := slices.DeleteFunc(compat.Compare(old, new, o).Changes, func(c *compat.Change) bool { return c.Direction != compat.Go })
		r.Compared += len(source)
		for _, hit := range Match(p, old, new, source) {
			r.addSource(hit)
		}
	}
	for i := range r.Hits {
		r.Hits[i].Advice = advice(new, r.Hits[i].Change)
		r.Hits[i].breakSource()
	}
	slices.SortStableFunc(r.Hits, func(a, b Hit) int { return int(b.Change.Severity) - int(a.Change.Severity) })
	return r
}

// addSource adds a change of Go source: to the hit of the change on the wire that causes it, if
// there is one.
func (r *Report) addSource(hit Hit) {
	for i := range r.Hits {
		h := &r.Hits[i]
		if strings.TrimSuffix(h.Change.Path, ".return") == hit.Change.Path {
			h.Compiler = hit.Change.Message
			return
		}
	}
	hit.Compiler = hit.Change.Message
	r.Hits = append(r.Hits, hit)
}

// breakSource makes a removal breaking if the program uses the removed name in Go: even if it
// was unstable or deprecated, the program does not compile without it.
func (h *Hit) breakSource() {
	switch h.Change.Rule {
	case compat.RuleCommandRemoved, compat.RuleEventRemoved, compat.RuleArgRemoved, compat.RuleMemberRemoved, compat.RuleEnumValueRemoved, compat.RuleMovedToBranch:
	default:
		if h.Compiler == "" {
			return
		}
	}
	if h.Change.Severity < compat.Breaking && slices.ContainsFunc(h.Uses, func(u Use) bool { return !u.Raw }) {
		c := *h.Change
		c.Severity = compat.Breaking
		h.Change = &c
		if h.Compiler == "" {
			h.Compiler = "the program does not compile"
		}
	}
}

// advice returns the documentation of the feature deprecated or unstable in the new schema, in
// one line.
func advice(s *ir.Schema, c *compat.Change) string {
	feature := ""
	switch c.Rule {
	case compat.RuleDeprecated:
		feature = "deprecated"
	case compat.RuleStableToUnstable:
		feature = "unstable"
	default:
		return ""
	}
	owner, _, _ := strings.Cut(c.Path, ".")
	def := s.ByName[owner]
	if def == nil {
		return ""
	}
	if sec := def.Head().Doc.Section(ir.SectionFeature, feature); sec != nil {
		return strings.Join(strings.Fields(sec.Text), " ")
	}
	return ""
}

// sources reads the lines of files of a program, for reports.
type sources map[string][]string

// line returns a line of a file without surrounding blanks, or "" if it cannot be read.
func (s sources) line(file string, line int) string {
	lines, ok := s[file]
	if !ok {
		if f, err := os.Open(file); err == nil {
			scan := bufio.NewScanner(f)
			scan.Buffer(nil, 1<<20)
			for scan.Scan() {
				lines = append(lines, strings.TrimSpace(scan.Text()))
			}
			f.Close()
		}
		s[file] = lines
	}
	if line < 1 || line > len(lines) {
		return ""
	}
	return lines[line-1]
}
