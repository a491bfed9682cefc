package parser

// A slab hands out pieces of larger pieces of memory, which is cheaper than as
// many allocations. A larger piece is freed when nothing points into it.
type slab[T any] struct{ free []T }

// slabSize is how many elements a slab allocates at once.
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

// take returns n zero elements. Appending to them does not change others.
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
