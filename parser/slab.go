package parser

// A slab allocates elements in chunks, which is cheaper than one by one. The garbage collector
// frees a chunk when nothing points into it.
type slab[T any] struct{ free []T }

// slabSize is the number of elements in a chunk.
const slabSize = 256

// new returns a pointer to a zero element.
func (s *slab[T]) new() *T {
	if len(s.free) == 0 {
		s.free = make([]T, slabSize)
	}
	p := &s.free[0]
	s.free = s.free[1:]
	return p
}

// take returns n zero elements. Its capacity is n, so appending to it does not overwrite
// others.
func (s *slab[T]) take(n int) []T {
	switch {
	case n == 0:
		return nil
	case n > slabSize:
		return make([]T, n)
	case n > len(s.free):
		s.free = make([]T, 2*slabSize)
	}
	list := s.free[:n:n]
	s.free = s.free[n:]
	return list
}

// copy returns a copy of list.
func (s *slab[T]) copy(list []T) []T {
	copied := s.take(len(list))
	copy(copied, list)
	return copied
}

// An arena allocates elements that are valid until it is reset.
type arena[T any] struct {
	chunks [][]T
	next   int // number of chunks in use
	free   []T // free part of the last one
}

// keptChunks is the number of chunks that reset keeps. Few items need more.
const keptChunks = 16

// reset makes all elements available for reuse.
func (a *arena[T]) reset() {
	if len(a.chunks) > keptChunks {
		clear(a.chunks[keptChunks:])
		a.chunks = a.chunks[:keptChunks]
	}
	a.next, a.free = 0, nil
}

// new returns a pointer to a zero element.
func (a *arena[T]) new() *T { return &a.take(1)[0] }

// take returns n zero elements.
func (a *arena[T]) take(n int) []T {
	switch {
	case n == 0:
		return nil
	case n > slabSize:
		return make([]T, n)
	case n > len(a.free):
		if a.next == len(a.chunks) {
			a.chunks = append(a.chunks, make([]T, slabSize))
		}
		a.free = a.chunks[a.next]
		a.next++
	}
	list := a.free[:n:n]
	a.free = a.free[n:]
	clear(list)
	return list
}

// copy returns a copy of list.
func (a *arena[T]) copy(list []T) []T {
	copied := a.take(len(list))
	copy(copied, list)
	return copied
}
