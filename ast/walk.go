package ast

import "iter"

// All returns an iterator over the declarations of f, each with its file. The declarations of
// an included file follow the include directive. This is the order in which QEMU's compiler
// processes them.
func All(f *File) iter.Seq2[*File, Decl] {
	return func(yield func(*File, Decl) bool) { walk(f, yield) }
}

func walk(f *File, yield func(*File, Decl) bool) bool {
	for _, d := range f.Decls {
		if !yield(f, d) {
			return false
		}
		if inc, ok := d.(*Include); ok && inc.File != nil && !walk(inc.File, yield) {
			return false
		}
	}
	return true
}
