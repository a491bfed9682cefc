package wire

import (
	"encoding/json"
	"reflect"
	"unsafe"
)

// any writes a value of any type.
func (e *encoder) any(n int, v any) int {
	switch v := v.(type) {
	case nil, Null:
		return e.null(n)
	case bool:
		return e.bool(n, v)
	case string:
		return e.string(n, v)
	case json.Number:
		return e.number(n, v)
	case int:
		return e.int(n, int64(v))
	case int64:
		return e.int(n, v)
	case uint64:
		return e.uint(n, v)
	case float64:
		return e.float(n, v, 64)
	case []any:
		return e.anyList(n, v)
	case map[string]any:
		return e.anyMap(n, v)
	}
	t := reflect.TypeOf(v)
	src := (*words)(unsafe.Pointer(&v)).data
	if t.Kind() == reflect.Pointer {
		if src == nil {
			return e.fail(ReasonGo, "nil "+t.String())
		}
		t = t.Elem()
	} else {
		c := reflect.New(t)
		c.Elem().Set(reflect.ValueOf(v))
		src = c.UnsafePointer()
	}
	p := planOf(t)
	if p.kind != kindAny {
		return e.value(n, p, src)
	}
	// Such a pointer may be cyclic.
	if !e.nest() {
		return e.tooDeep()
	}
	n = e.any(n, *(*any)(src))
	e.depth--
	return n
}

func (e *encoder) anyList(n int, list []any) int {
	if !e.nest() {
		return e.tooDeep()
	}
	n = e.putByte(n, '[')
	for k, v := range list {
		if k > 0 {
			n = e.putByte(n, ',')
		}
		if n = e.any(n, v); n < 0 {
			return e.at(k)
		}
	}
	e.depth--
	return e.putByte(n, ']')
}

// anyMap writes an object with its members sorted by name.
func (e *encoder) anyMap(n int, m map[string]any) int {
	if !e.nest() {
		return e.tooDeep()
	}
	if len(m) == 0 {
		e.depth--
		return e.put(n, "{}")
	}
	start := n
	for _, name := range sortedKeys(m) {
		if n = e.name(n, name); n >= 0 {
			n = e.any(n, m[name])
		}
		if n < 0 {
			return e.in(name)
		}
	}
	e.depth--
	e.buf[start] = '{' // in place of the first comma
	return e.putByte(n, '}')
}

// sortedKeys returns the keys of m, sorted.
func sortedKeys(m map[string]any) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	namedValues{names: names}.sort()
	return names
}

// namedValues are names with or without values, in the same order.
type namedValues struct {
	names  []string
	values []reflect.Value // nil, or one for each name
}

// sort sorts by name, by heapsort. slices.Sort is 8 KiB of code that nothing else in a client uses.
func (m namedValues) sort() {
	for k := len(m.names)/2 - 1; k >= 0; k-- {
		m.siftDown(k, len(m.names))
	}
	for n := len(m.names) - 1; n > 0; n-- {
		m.swap(0, n)
		m.siftDown(0, n)
	}
}

// siftDown moves the name at k down the heap of the first n to its place.
func (m namedValues) siftDown(k, n int) {
	for child := 2*k + 1; child < n; child = 2*k + 1 {
		if child+1 < n && m.names[child] < m.names[child+1] {
			child++
		}
		if m.names[k] >= m.names[child] {
			return
		}
		m.swap(k, child)
		k = child
	}
}

//go:noinline
func (m namedValues) swap(k, l int) {
	m.names[k], m.names[l] = m.names[l], m.names[k]
	if m.values != nil {
		m.values[k], m.values[l] = m.values[l], m.values[k]
	}
}
