package ir

import "iter"

// ByModule ranges over the definitions that are written in the schema, module
// by module in the order in which the files were opened.
func (s *Schema) ByModule() iter.Seq[Def] {
	return func(yield func(Def) bool) {
		for _, m := range s.Modules {
			for _, item := range m.Items {
				if def, ok := item.(Def); ok && !yield(def) {
					return
				}
			}
		}
	}
}
