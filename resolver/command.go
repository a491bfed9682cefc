package resolver

import (
	"slices"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/ir"
)

func (r *resolver) checkCommand(e *entity, c *ir.Command) {
	src := e.src.(*ast.Command)
	r.checkArguments(src, src.Data, c.Arg, c.Boxed)
	if src.Returns == nil || !r.resolved(src, c.Returns, src.Returns, "command's 'returns'") || r.excepted(r.returnsFree, src) {
		return
	}
	if r.releases.Before(2, 4) {
		return // these releases do not check it
	}
	t := c.Returns
	if a, ok := t.(*ir.Array); ok {
		t = a.Elem
	}
	switch t.(type) {
	case *ir.Struct, *ir.Union:
	default:
		d := r.errorf(src, src.Returns, codeBadReturns, "command's 'returns' cannot take %s", describe(c.Returns))
		noteDef(d, t, "'%s' is defined here", t.Head().Name)
		d.Hint("a command must return an object or an array of objects, unless the pragma 'command-returns-exceptions' lists it")
	}
}

func (r *resolver) checkEvent(e *entity, ev *ir.Event) {
	src := e.src.(*ast.Event)
	r.checkArguments(src, src.Data, ev.Arg, ev.Boxed)
}

// checkArguments checks the 'data' of a command or event.
func (r *resolver) checkArguments(src ast.Def, data *ast.Data, arg ir.Type, boxed bool) {
	if data == nil {
		return
	}
	what := src.Keyword() + "'s 'data'"
	boxed = boxed || src.Head().Incomplete // the flag may be misspelt
	switch arg := arg.(type) {
	case nil:
		if data.Name != nil {
			r.unknownType(src, data.Name, what)
		}
	case *ir.Struct:
		r.checkObject(r.entity(arg)) // its members are needed below
		if !boxed && !r.releases.Before(8, 1) {
			r.checkUnconditional(src, data, arg)
		}
		if boxed && data.Name != nil && len(arg.AllMembers()) == 0 && r.releases.Within(dialect.Of(2, 7), dialect.Of(4, 1)) {
			r.errorf(src, data, codeBadArguments, "cannot use 'boxed' with empty type").
				Hint("QEMU 4.2 allowed empty types")
		}
	case *ir.Union:
		if !boxed && !r.releases.Before(2, 5) {
			d := r.errorf(src, data, codeNeedsBoxed, "%s can take %s only with 'boxed': true", what, describe(arg))
			noteDef(d, arg, "'%s' is defined here", arg.Name)
		}
	default:
		if _, ok := arg.(*ir.Alternate); ok && boxed && r.releases.Before(4, 2) {
			return
		}
		d := r.errorf(src, data, codeBadArguments, "%s cannot take %s", what, describe(arg))
		noteDef(d, arg, "'%s' is defined here", arg.Head().Name)
	}
}

// checkUnconditional checks that no argument has a condition. Without 'boxed' each is a
// parameter of a C function.
func (r *resolver) checkUnconditional(src ast.Def, data *ast.Data, arg *ir.Struct) {
	m, known := r.conditional[arg]
	if !known {
		all := arg.AllMembers()
		if i := slices.IndexFunc(all, func(m *ir.Member) bool { return m.If != nil }); i >= 0 {
			m = all[i]
		}
		r.conditional[arg] = m
	}
	if m == nil {
		return
	}
	var at ast.Node = data
	if data.Name == nil {
		at = &r.written(m).Name
	}
	d := r.errorf(src, at, codeNeedsBoxed, "conditional %s arguments require 'boxed': true", src.Keyword())
	if data.Name != nil {
		d.Note(m.Pos, r.memberEnd(m), "member '%s' is conditional", m.Name)
	}
}
