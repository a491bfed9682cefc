package lint

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/ir"
)

// replaces matches words that name a replacement, or say that there is none.
var replaces = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(use|using|used|instead|replac\w*|supersed\w*|alternative\w*|prefer\w*|favou?r|switch|equivalent|see)\b`)
})

// replacement finds deprecated items whose documentation does not name a replacement.
func (l *linter) replacement() {
	for it, def := range l.definitions {
		var first *ast.Feature
		features := [][]*ast.Feature{def.Head().Features}
		for n := range namesIn(def) {
			features = append(features, n.features)
		}
		for _, list := range features {
			for _, f := range list {
				if f.Name.Value == "deprecated" && first == nil {
					first = f
				}
			}
		}
		if first == nil || it.doc == nil {
			continue
		}
		at, text := first.Name, ""
		for _, s := range it.doc.Sections {
			if s.Kind == ast.DocFeature && s.Name.Value == "deprecated" {
				at, text = s.Name, s.Text
			}
		}
		if !replaces().MatchString(strings.ReplaceAll(text, "\n", " ")) {
			l.warn(codeReplacement, it, at.From, at.To, "the documentation does not say what to use instead")
		}
	}
}

// unusedTypes finds types that no other definition refers to.
func (l *linter) unusedTypes() {
	used := make(map[string]bool)
	for d := range l.IR.Definitions() {
		refers(d, func(t ir.Type) {
			if t != d {
				used[t.Head().Name] = true
			}
		})
	}
	for it, def := range l.definitions {
		name := def.Head().Name
		if _, ok := l.IR.ByName[name.Value].(ir.Type); ok && !used[name.Value] {
			l.warn(codeUnusedType, it, name.From, name.To, fmt.Sprintf("unused %s", def.Keyword()))
		}
	}
}

// refers calls use for each named type that a definition refers to, directly or through
// lists and implicit types.
func refers(d ir.Def, use func(ir.Type)) {
	for ref := range ir.References(d) {
		switch t := ref.Type.(type) {
		case *ir.Builtin:
		case *ir.Array:
			refers(t, use)
		case *ir.Struct:
			if t.Implicit {
				refers(t, use)
				continue
			}
			use(t)
		default:
			use(t)
		}
	}
}
