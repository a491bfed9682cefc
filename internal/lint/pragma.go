package lint

import (
	"fmt"
	"strings"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/ir"
)

// staleExceptions finds exceptions in pragmas that are not needed. A file outside the root
// file's folder may be shared with other schemas, so it may list names that are not defined
// here.
func (l *linter) staleExceptions() {
	last := make(map[string]*ast.Setting)
	in := make(map[*ast.Setting]*item)
	for _, it := range l.items {
		if p, ok := it.decl.(*ast.Pragma); ok {
			for i := range p.Settings {
				s := &p.Settings[i]
				last[s.Name.Value], in[s] = s, it
			}
		}
	}
	defs := make(map[string]ast.Def)
	for _, def := range l.definitions {
		defs[def.Head().Name.Value] = def
	}
	for _, pragma := range []struct {
		name   string
		needed func(ast.Def) bool
	}{
		{"command-name-exceptions", func(d ast.Def) bool { return isCommand(d) && strings.Contains(stem(d.Head().Name.Value), "_") }},
		{"command-returns-exceptions", func(d ast.Def) bool {
			c, ok := l.IR.ByName[d.Head().Name.Value].(*ir.Command)
			return ok && !isObject(c.Returns)
		}},
		{"member-name-exceptions", l.needsNames},
		{"documentation-exceptions", func(d ast.Def) bool { return len(undocumented(d)) > 0 }},
	} {
		set := last[pragma.name]
		if set == nil {
			continue
		}
		it := in[set]
		shared := strings.HasPrefix(it.file.Name, "../")
		for _, n := range set.Names {
			def := defs[n.Value]
			if def == nil {
				def = defs[strings.TrimSuffix(strings.TrimPrefix(n.Value, "q_obj_"), "-base")]
			}
			switch {
			case def == nil && !shared:
				l.warn(codeStale, it, n.From, n.To, fmt.Sprintf("'%s' lists an undefined name", pragma.name))
			case def != nil && !pragma.needed(def):
				l.warn(codeStale, it, n.From, n.To, fmt.Sprintf("no '%s' is needed here", pragma.name)).
					Note(def.Head().Name.From, def.Head().Name.To, "this breaks no rule")
			}
		}
	}
}

func isCommand(d ast.Def) bool {
	_, ok := d.(*ast.Command)
	return ok
}

// needsNames reports whether a name in the definition breaks the rules for names of
// members, which allowed '_' up to QEMU 5.2.
func (l *linter) needsNames(d ast.Def) bool {
	for n := range namesIn(d) {
		s := stem(n.name.Value)
		if strings.ContainsAny(s, uppers) || l.release >= dialect.Of(6, 0) && strings.Contains(s, "_") {
			return true
		}
	}
	return false
}
