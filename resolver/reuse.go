package resolver

// maxReused is the size up to which clearing a map is cheaper than making a new one.
const maxReused = 64

// emptied returns an empty map for n entries: m if it is small, else a new one. The caller must
// not use m otherwise afterwards. m may be nil.
func emptied[V any](m map[string]V, n int) map[string]V {
	if m == nil || n > maxReused || len(m) > maxReused {
		return make(map[string]V, n)
	}
	clear(m)
	return m
}
