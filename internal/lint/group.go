package lint

import (
	"slices"

	"github.com/qapi-go/qapi-go/diag"
)

// A Group is the findings of one rule.
type Group struct {
	Code     diag.Code
	Title    string             // of the rule, such as "A broken reference"
	Findings []*diag.Diagnostic // in the order of the source, never empty
}

// ByRule groups findings, which are in the order of the source, by rule, the most important rule
// first.
func ByRule(found []*diag.Diagnostic) []Group {
	groups := make(map[diag.Code]*Group)
	for _, d := range found {
		g := groups[d.Code]
		if g == nil {
			g = &Group{Code: d.Code}
			if e, ok := diag.Explain(d.Code); ok {
				g.Title = e.Title
			}
			groups[d.Code] = g
		}
		g.Findings = append(g.Findings, d)
	}
	var list []Group
	for _, r := range Rules() {
		if g := groups[r.Code]; g != nil {
			list = append(list, *g)
		}
	}
	return slices.Clip(list)
}
