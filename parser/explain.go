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
	if d.Newest != 0 {
		line(d.Dated, "'Since: %s', the newest in the documentation", d.Newest)
	}
	for i := range d.Evidence {
		e := &d.Evidence[i]
		more, contradicts := "", ""
		switch {
		case e.Count == 2:
			more = ", and in 1 more place"
		case e.Count > 2:
			more = fmt.Sprintf(", and in %d more places", e.Count-1)
		}
		switch {
		case e.Mistake:
			contradicts = "; may be a mistake"
		case !e.overlaps(d.Releases):
			contradicts = "; contradicts the rest"
		}
		line(e.Pos, "%s (%s)%s%s", e.Construct, e.period(), more, contradicts)
	}
	return b.String()
}

// period returns a string such as "up to 6.1", "since 2.4" or "2.4 to 4.1".
func (e *Evidence) period() string {
	switch {
	case e.Since == 0:
		return "up to " + e.Until.String()
	case e.Until == 0:
		return "since " + e.Since.String()
	}
	return e.Since.String() + " to " + e.Until.String()
}

// overlaps reports whether any release of the range accepts the construct.
func (e *Evidence) overlaps(r dialect.Range) bool {
	return e.Since <= r.Last && (e.Until == 0 || r.First <= e.Until)
}
