package merge

import "github.com/qapi-go/qapi-go/ir"

// A named is a command or event with the releases that have it.
type named[T ir.Def] struct {
	name string
	list []releaseOf[T] // newest first
}

type releaseOf[T ir.Def] struct {
	rel int
	def T
}

// newest returns the definition of the newest release that has it.
func (n *named[T]) newest() T { return n.list[0].def }

func (n *named[T]) releases() []int {
	in := make([]int, len(n.list))
	for k, r := range n.list {
		in[k] = r.rel
	}
	return in
}

// collect pairs definitions by name: those of the newest release in its order, then those that
// only older releases have.
func collect[T ir.Def](m *merger, of func(*ir.Schema) []T) []*named[T] {
	var list []*named[T]
	at := make(map[string]*named[T])
	for rel := m.newest(); rel >= 0; rel-- {
		for _, def := range of(m.list[rel].Schema) {
			name := def.Head().Name
			if at[name] == nil {
				at[name] = &named[T]{name: name}
				list = append(list, at[name])
			}
			at[name].list = append(at[name].list, releaseOf[T]{rel, def})
		}
	}
	return list
}

func (m *merger) commands() []*named[*ir.Command] {
	return collect(m, func(s *ir.Schema) []*ir.Command { return s.Commands })
}

func (m *merger) events() []*named[*ir.Event] {
	return collect(m, func(s *ir.Schema) []*ir.Event { return s.Events })
}

// argument returns the type for the arguments of a command or the data of an event.
func argument[T ir.Def](m *merger, n *named[T]) *target {
	list := make([]instance, len(n.list))
	for k, r := range n.list {
		switch def := ir.Def(r.def).(type) {
		case *ir.Command:
			list[k] = instance{r.rel, def.Arg}
		case *ir.Event:
			list[k] = instance{r.rel, def.Arg}
		}
	}
	return m.place(list, place{owner: n.name})
}

// result returns the type for the results of a command. It reports whether only some releases
// return a result.
func (m *merger) result(c *named[*ir.Command]) (t *target, sometimes bool) {
	var list []instance
	for _, r := range c.list {
		if r.def.Returns != nil {
			list = append(list, instance{r.rel, r.def.Returns})
		}
	}
	return m.place(list, place{c.name, "result"}), len(list) > 0 && len(list) < len(c.list)
}
