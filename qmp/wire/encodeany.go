package wire

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"unsafe"
)

// any appends a value of any type.
func (e *encoder) any(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case Null:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case string:
		return e.string(b, v)
	case json.Number:
		return e.number(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case uint64:
		return strconv.AppendUint(b, v, 10)
	case float64:
		return e.float(b, v)
	case []any:
		return e.anyList(b, v)
	case map[string]any:
		return e.anyMap(b, v)
	}
	t := reflect.TypeOf(v)
	src := (*words)(unsafe.Pointer(&v)).data
	if t.Kind() == reflect.Pointer {
		if src == nil {
			e.fail(ReasonGo, "nil "+t.String())
			return b
		}
		t = t.Elem()
	} else {
		c := reflect.New(t)
		c.Elem().Set(reflect.ValueOf(v))
		src = c.UnsafePointer()
	}
	p := planOf(t)
	if p.kind != kindAny {
		return e.value(b, p, src)
	}
	// Such a pointer can lead to itself.
	if e.enter() {
		b = e.any(b, *(*any)(src))
		e.depth--
	}
	return b
}

func (e *encoder) anyList(b []byte, list []any) []byte {
	if !e.enter() {
		return b
	}
	b = append(b, '[')
	for k, v := range list {
		if k > 0 {
			b = append(b, ',')
		}
		if b = e.any(b, v); e.err != nil {
			e.at(k)
			return b
		}
	}
	e.depth--
	return append(b, ']')
}

// anyMap appends an object, its members in order of their names.
func (e *encoder) anyMap(b []byte, m map[string]any) []byte {
	if !e.enter() {
		return b
	}
	b = append(b, '{')
	for k, name := range slices.Sorted(maps.Keys(m)) {
		if k > 0 {
			b = append(b, ',')
		}
		b = e.string(b, name)
		if e.err == nil {
			b = e.any(append(b, ':'), m[name])
		}
		if e.err != nil {
			e.in(name)
			return b
		}
	}
	e.depth--
	return append(b, '}')
}
