package wire

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strconv"
)

// reflect writes v as encoding/json does, with two exceptions: only what JSON requires is escaped,
// and strings that are not valid UTF-8 are refused.
func (e *encoder) reflect(n int, v reflect.Value) int {
	p := reflectPlanOf(v.Type())
	switch {
	case !v.CanInterface(): // an embedded field of an unexported type, named by a tag: its methods cannot be called
	case p.pointerMarshals && v.CanAddr():
		return e.marshaler(n, v.Addr())
	case p.marshals:
		return e.marshaler(n, v)
	case p.pointerTexts && v.CanAddr():
		return e.text(n, v.Addr())
	case p.texts:
		return e.text(n, v)
	}
	switch kind := v.Kind(); kind {
	case reflect.Bool:
		return e.bool(n, v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return e.int(n, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return e.uint(n, v.Uint())
	case reflect.Float32, reflect.Float64:
		return e.float(n, v.Float(), v.Type().Bits())
	case reflect.String:
		if v.Type() != numberType {
			return e.string(n, v.String())
		}
		if v.Len() == 0 {
			return e.put(n, "0")
		}
		return e.number(n, json.Number(v.String()))
	case reflect.Pointer, reflect.Interface:
		return e.reflectPointer(n, v)
	case reflect.Slice:
		switch {
		case v.IsNil():
			return e.null(n)
		case v.Type().Elem().Kind() == reflect.Uint8 && !marshals(reflect.PointerTo(v.Type().Elem())):
			return e.put(n, string(append(appendBase64([]byte{'"'}, v.Bytes()), '"')))
		}
		return e.reflectList(n, v)
	case reflect.Array:
		return e.reflectList(n, v)
	case reflect.Map:
		return e.reflectMap(n, v)
	case reflect.Struct:
		return e.reflectStruct(n, p, v)
	}
	return e.fail(ReasonGo, "unsupported type: "+v.Type().String())
}

func marshals(t reflect.Type) bool {
	p := reflectPlanOf(t)
	return p.marshals || p.texts
}

// marshaler writes the result of MarshalJSON, without white space, since a message is one line.
func (e *encoder) marshaler(n int, v reflect.Value) int {
	own, ok := method(v).(marshaler)
	if !ok {
		return e.null(n)
	}
	text, err := own.MarshalJSON()
	if err != nil {
		return e.failCause(err)
	}
	end := e.raw(n, append([]byte{}, text...)) // raw writes nil as null, but an empty result is an error
	if end < 0 {
		return -1
	}
	return n + compact(e.buf[n:end])
}

// text writes the result of MarshalText as a string.
func (e *encoder) text(n int, v reflect.Value) int {
	own, ok := method(v).(encoding.TextMarshaler)
	if !ok {
		return e.null(n)
	}
	text, err := own.MarshalText()
	if err != nil {
		return e.failCause(err)
	}
	return e.string(n, string(text))
}

// method returns v as an interface value to call its methods, or nil if v is a nil pointer.
func method(v reflect.Value) any {
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return nil
	}
	return v.Interface()
}

// compact removes the white space between the tokens of the JSON in b, in place, and returns the
// new length.
func compact(b []byte) int {
	n, inString := 0, false
	for k := 0; k < len(b); k++ {
		c := b[k]
		if !inString && (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
			continue
		}
		if c == '"' {
			inString = !inString
		}
		b[n] = c
		n++
		if c == '\\' {
			k++
			b[n] = b[k]
			n++
		}
	}
	return n
}

// reflectPointer writes the value that a pointer or interface refers to. A chain of pointers may be
// cyclic, so each counts as one level of nesting.
func (e *encoder) reflectPointer(n int, v reflect.Value) int {
	if v.IsNil() {
		return e.null(n)
	}
	v = v.Elem()
	if v.Kind() != reflect.Pointer && v.Kind() != reflect.Interface {
		return e.reflect(n, v)
	}
	if !e.nest() {
		return e.tooDeep()
	}
	n = e.reflect(n, v)
	e.depth--
	return n
}

func (e *encoder) reflectList(n int, v reflect.Value) int {
	if !e.nest() {
		return e.tooDeep()
	}
	n = e.putByte(n, '[')
	for k := range v.Len() {
		if k > 0 {
			n = e.putByte(n, ',')
		}
		if n = e.reflect(n, v.Index(k)); n < 0 {
			return e.at(k)
		}
	}
	e.depth--
	return e.putByte(n, ']')
}

// reflectMap writes an object with its members sorted by name.
func (e *encoder) reflectMap(n int, v reflect.Value) int {
	t := v.Type().Key()
	if !isKey(t.Kind()) && !t.Implements(textType) {
		return e.fail(ReasonGo, "unsupported type: "+v.Type().String())
	}
	if v.IsNil() {
		return e.null(n)
	}
	if !e.nest() {
		return e.tooDeep()
	}
	members := namedValues{make([]string, 0, v.Len()), make([]reflect.Value, 0, v.Len())}
	for all := v.MapRange(); all.Next(); {
		name, err := keyName(all.Key())
		if err != nil {
			return e.failCause(err)
		}
		members.names = append(members.names, name)
		members.values = append(members.values, all.Value())
	}
	members.sort()
	start := n
	n = e.putByte(n, '{')
	for k, name := range members.names {
		if k == 0 {
			n = start // the first comma becomes the brace
		} else if members.names[k-1] == name {
			return e.fail(ReasonDuplicate, "two keys of a map are named "+quote(name))
		}
		if n = e.name(n, name); n >= 0 {
			n = e.reflect(n, members.values[k])
		}
		if n < 0 {
			return e.in(name)
		}
	}
	e.depth--
	e.buf[start] = '{'
	return e.putByte(n, '}')
}

// keyName returns the member name for a key of a map.
func keyName(key reflect.Value) (string, error) {
	if key.Kind() == reflect.String {
		return key.String(), nil
	}
	if key.Type().Implements(textType) {
		own, ok := method(key).(encoding.TextMarshaler)
		if !ok {
			return "", nil
		}
		text, err := own.MarshalText()
		return string(text), err
	}
	if key.CanInt() {
		return string(strconv.AppendInt(nil, key.Int(), 10)), nil
	}
	return string(strconv.AppendUint(nil, key.Uint(), 10)), nil
}

func (e *encoder) reflectStruct(n int, p *reflectPlan, v reflect.Value) int {
	if !e.nest() {
		return e.tooDeep()
	}
	start := n
	for k := range p.fields {
		f := &p.fields[k]
		field, ok := f.of(v)
		if !ok || f.omitEmpty && isEmpty(field) || f.omitZero && isZeroOwn(field) {
			continue
		}
		if n = e.name(n, f.name); n >= 0 {
			at := n
			if n = e.reflect(n, field); n >= 0 && f.quoted {
				n = e.inString(at, n, field.Type())
			}
		}
		if n < 0 {
			return e.in(f.name)
		}
	}
	e.depth--
	if n == start {
		return e.put(n, "{}")
	}
	e.buf[start] = '{' // in place of the first comma
	return e.putByte(n, '}')
}

// of returns the field of v. ok is false if an embedded pointer on the path to it is nil.
func (f *reflectField) of(v reflect.Value) (_ reflect.Value, ok bool) {
	for _, k := range f.index {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return v, false
			}
			v = v.Elem()
		}
		v = v.Field(k)
	}
	return v, true
}

// inString replaces the scalar of type t in e.buf[start:n] by a string that contains it, unless it
// is null or was written by a method.
func (e *encoder) inString(start, n int, t reflect.Type) int {
	text := string(e.buf[start:n])
	p := reflectPlanOf(t)
	if text == "null" || p.marshals || p.pointerMarshals || p.texts || p.pointerTexts {
		return n
	}
	return e.string(start, text)
}

// isEmpty reports whether the option omitempty omits v.
func isEmpty(v reflect.Value) bool {
	switch k := v.Kind(); k {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Interface, reflect.Pointer:
		return v.IsNil()
	default:
		return isScalar(k) && v.IsZero()
	}
}

// isZeroOwn reports whether the option omitzero omits v. It calls the method IsZero if there is
// one.
func isZeroOwn(v reflect.Value) bool {
	t := v.Type()
	switch {
	case !v.CanInterface():
	case t.Implements(zeroerType):
		if v.Kind() == reflect.Interface && !v.IsNil() && v.Elem().Kind() == reflect.Pointer {
			v = v.Elem()
		}
		own, ok := method(v).(zeroer)
		return !ok || own.IsZero()
	case reflect.PointerTo(t).Implements(zeroerType):
		if !v.CanAddr() {
			c := reflect.New(t).Elem()
			c.Set(v)
			v = c
		}
		return v.Addr().Interface().(zeroer).IsZero()
	}
	return v.IsZero()
}
