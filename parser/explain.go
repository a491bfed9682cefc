package parser

import (
	"fmt"
	"go/token"
	"strings"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
)

// Explain describes how the dialect of the named schema was chosen, in a few lines of text: the
// release, the range, the reason, and each construct with its first position.
func (d *Dialect) Explain(fset *token.FileSet, name string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: dialect %s", diag.Visible(name), d.Release)
	if d.Pinned {
		b.WriteString(" (given)\n")
		return b.String()
	}
	if d.Releases.First != d.Releases.Last {
		fmt.Fprintf(&b, ", accepting what any release from %s accepts", d.Releases)
	}
	fmt.Fprintf(&b, ": %s\n", d.Reason)
	line := func(pos token.Pos, format string, args ...any) {
		p := fset.Position(pos)
		fmt.Fprintf(&b, "  %s:%d:%d: %s\n", diag.Visible(p.Filename), p.Line, p.Column, diag.Visible(fmt.Sprintf(format, args...)))
	}
	if d.newest != 0 {
		line(d.dated, "'Since: %s', the newest in the documentation", d.newest)
	}
	for i := range d.evidence {
		e := &d.evidence[i]
		more, contradicts := "", ""
		switch {
		case e.count == 2:
			more = ", and in 1 more place"
		case e.count > 2:
			more = fmt.Sprintf(", and in %d more places", e.count-1)
		}
		switch {
		case e.mistake:
			contradicts = "; may be a mistake"
		case !e.overlaps(d.Releases):
			contradicts = "; contradicts the rest"
		}
		line(e.pos, "%s (%s)%s%s", e.name, e.period(), more, contradicts)
	}
	return b.String()
}

// period returns a string such as "up to 6.1", "since 2.4" or "2.4 to 4.1".
func (e *constructInfo) period() string {
	switch {
	case e.since == 0:
		return "up to " + e.until.String()
	case e.until == 0:
		return "since " + e.since.String()
	}
	return e.since.String() + " to " + e.until.String()
}

// overlaps reports whether any release of the range accepts the construct.
func (e *constructInfo) overlaps(r dialect.Range) bool {
	return e.since <= r.Last && (e.until == 0 || r.First <= e.until)
}
