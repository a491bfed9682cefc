package ast

import "iter"

// All returns each declaration of f and, after an include directive, those of
// the file it includes: the order in which QEMU's compiler meets them. The
// first value is the file the declaration stands in.
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
