package wire

import (
	"encoding"
	"reflect"
	"strconv"
	"strings"
)

// reflect decodes a value into v as encoding/json does, except that duplicate members are refused.
func (d *decoder) reflect(i int, v reflect.Value) int {
	class := classNone
	if i < len(d.data) {
		class = classOf(d.data[i])
	}
	v, own := indirect(v, class == classNull)
	switch own := own.(type) {
	case unmarshaler:
		next := d.skip(i)
		if next < 0 {
			return -1
		}
		return d.caused(i, next, own.UnmarshalJSON(d.data[i:next:next]))
	case encoding.TextUnmarshaler:
		var s string
		next := d.string(i, &s)
		if next < 0 {
			return -1
		}
		return d.caused(i, next, own.UnmarshalText([]byte(s)))
	}
	kind := v.Kind()
	switch {
	case kind == reflect.Pointer && !v.CanSet():
		return d.unset(i, v)
	case kind == reflect.Interface && v.NumMethod() == 0:
		value, next := d.any(i)
		switch {
		case next >= 0 && value != nil:
			v.Set(reflect.ValueOf(value))
		case next >= 0:
			v.SetZero()
		}
		return next
	case class == classNull:
		if kind == reflect.Pointer || kind == reflect.Map || kind == reflect.Slice || kind == reflect.Interface {
			v.SetZero()
		}
		return d.null(i) // other types ignore null
	case kind == reflect.Bool:
		var b bool
		i = d.bool(i, &b)
		v.SetBool(b)
	case kind >= reflect.Int && kind <= reflect.Int64:
		var n int64
		i = d.signed(i, v.Type().Bits(), &n)
		v.SetInt(n)
	case kind >= reflect.Uint && kind <= reflect.Uintptr:
		var n uint64
		i = d.unsigned(i, v.Type().Bits(), &n)
		v.SetUint(n)
	case kind == reflect.Float32 || kind == reflect.Float64:
		text, _, next := d.number(i, "number")
		if next < 0 {
			return -1
		}
		f, err := strconv.ParseFloat(string(text), v.Type().Bits())
		if err != nil {
			return d.fail(i, ReasonRange, clip(text)+" does not fit "+kind.String())
		}
		v.SetFloat(f)
		return next
	case kind == reflect.String:
		return d.reflectString(class, i, v)
	case kind == reflect.Slice && class == classString && v.Type().Elem().Kind() == reflect.Uint8:
		return d.base64(i, v)
	case kind == reflect.Slice || kind == reflect.Array:
		return d.reflectList(i, v)
	case kind == reflect.Map:
		return d.reflectMap(i, v)
	case kind == reflect.Struct:
		return d.reflectStruct(i, v)
	default:
		return d.fail(i, ReasonGo, "cannot decode into "+v.Type().String())
	}
	return i
}

// indirect returns the value that v points to, allocating it where necessary, or the first value on
// the way with a decoding method, and that method's receiver. It stops at a nil pointer that cannot
// be set. For null it also stops at the first pointer that can be set to nil.
func indirect(v reflect.Value, null bool) (_ reflect.Value, own any) {
	for {
		p := v
		if v.Kind() != reflect.Pointer {
			if v.Type().Name() == "" || !v.CanAddr() {
				return v, nil
			}
			p = v.Addr()
		} else {
			if null && v.CanSet() {
				return v, nil
			}
			if v.IsNil() {
				if !v.CanSet() {
					return v, nil
				}
				v.Set(reflect.New(v.Type().Elem()))
			}
		}
		if p.Type().NumMethod() > 0 && p.CanInterface() {
			switch own := p.Interface().(type) {
			case unmarshaler:
				return v, own
			case encoding.TextUnmarshaler:
				if !null {
					return v, own
				}
			}
		}
		if v.Kind() != reflect.Pointer {
			return v, nil
		}
		v = v.Elem()
	}
}

// unset fails for a nil pointer that cannot be set.
func (d *decoder) unset(i int, v reflect.Value) int {
	return d.fail(i, ReasonGo, "cannot set an embedded pointer to the unexported "+v.Type().Elem().String())
}

// caused returns next, or fails with the error that a method returned.
func (d *decoder) caused(i, next int, err error) int {
	if err != nil {
		d.fail(i, ReasonType, err.Error())
		d.err.Err = err
		return -1
	}
	return next
}

// reflectString decodes a string, or a number into a json.Number.
func (d *decoder) reflectString(class, i int, v reflect.Value) int {
	number := v.Type() == numberType
	if number && class == classNumber {
		text, _, next := d.number(i, "number")
		v.SetString(string(text))
		return next
	}
	var s string
	next := d.string(i, &s)
	if next >= 0 && number && !isNumber(s) {
		return d.fail(i, ReasonType, quote(s)+" is no JSON number")
	}
	v.SetString(s)
	return next
}

// base64 decodes a base64 string into a slice of bytes.
func (d *decoder) base64(i int, v reflect.Value) int {
	var s string
	next := d.string(i, &s)
	if next < 0 {
		return -1
	}
	b, ok := parseBase64(s)
	if !ok {
		return d.fail(i, ReasonType, "the string is not base64")
	}
	v.SetBytes(b)
	return next
}

// reflectList decodes an array into a slice or an array. Elements beyond the length of an array are
// dropped.
func (d *decoder) reflectList(i int, v reflect.Value) int {
	if i = d.open(i, '[', "array"); i < 0 {
		return -1
	}
	slice := v.Kind() == reflect.Slice
	done := i < len(d.data) && d.data[i] == ']'
	if done {
		d.depth--
		i++
	}
	n := 0
	for ; !done; n++ {
		if slice && n == v.Cap() {
			v.Grow(1)
		}
		if slice && n == v.Len() {
			v.SetLen(n + 1)
		}
		if n < v.Len() {
			i = d.reflect(i, v.Index(n))
		} else {
			i = d.skip(i)
		}
		if i < 0 {
			return d.at(n)
		}
		i, done = d.more(i, ']')
	}
	switch {
	case slice && n == 0:
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	case slice:
		v.SetLen(n)
	default:
		for ; n < v.Len(); n++ {
			v.Index(n).SetZero()
		}
	}
	return i
}

// reflectMembers decodes an object. For each member it calls member with the index of the name, the
// name, and the index of the value. The name shares memory with the input.
func (d *decoder) reflectMembers(i int, member func(at int, name string, i int) int) int {
	if i = d.open(i, '{', "object"); i < 0 {
		return -1
	}
	if i < len(d.data) && d.data[i] == '}' {
		d.depth--
		return i + 1
	}
	var names nameSet
	for {
		at := i
		var name string
		if name, i = d.name(i); i < 0 {
			return -1
		}
		if names.add(name) {
			d.duplicate(at)
			return d.in(name)
		}
		if i = member(at, name, i); i < 0 {
			return d.in(name)
		}
		var done bool
		if i, done = d.more(i, '}'); done {
			return i
		}
	}
}

func (d *decoder) reflectMap(i int, v reflect.Value) int {
	t := v.Type()
	texts := reflect.PointerTo(t.Key()).Implements(textUnmarshalType)
	if !texts && !isKey(t.Key().Kind()) {
		return d.fail(i, ReasonGo, "cannot decode into "+t.String())
	}
	if v.IsNil() {
		v.Set(reflect.MakeMap(t))
	}
	return d.reflectMembers(i, func(at int, name string, i int) int {
		key := reflect.New(t.Key()).Elem()
		if texts {
			if d.reflect(at, key) < 0 {
				return -1
			}
		} else if !setKey(key, name) {
			return d.fail(at, ReasonType, quote(name)+" is no "+t.Key().String())
		}
		value := reflect.New(t.Elem()).Elem()
		if i = d.reflect(i, value); i >= 0 {
			v.SetMapIndex(key, value)
		}
		return i
	})
}

// setKey sets a string or integer key to the value that name represents, and reports whether it
// represents one.
func setKey(key reflect.Value, name string) bool {
	switch k := key.Kind(); {
	case k == reflect.String:
		key.SetString(strings.Clone(name))
		return true
	case k <= reflect.Int64:
		n, err := strconv.ParseInt(name, 10, key.Type().Bits())
		key.SetInt(n)
		return err == nil
	default:
		n, err := strconv.ParseUint(name, 10, key.Type().Bits())
		key.SetUint(n)
		return err == nil
	}
}

func (d *decoder) reflectStruct(i int, v reflect.Value) int {
	p := reflectPlanOf(v.Type())
	return d.reflectMembers(i, func(at int, name string, i int) int {
		f := p.find(name)
		if f == nil {
			return d.skip(i)
		}
		field := v
		for _, k := range f.index {
			if field.Kind() == reflect.Pointer {
				if field.IsNil() {
					if !field.CanSet() {
						return d.unset(at, field)
					}
					field.Set(reflect.New(field.Type().Elem()))
				}
				field = field.Elem()
			}
			field = field.Field(k)
		}
		if f.quoted {
			return d.quoted(i, field)
		}
		return d.reflect(i, field)
	})
}

// quoted decodes a string that contains the JSON of a scalar, or null.
func (d *decoder) quoted(i int, v reflect.Value) int {
	if i < len(d.data) && classOf(d.data[i]) == classNull {
		return d.reflect(i, v)
	}
	var s string
	next := d.string(i, &s)
	if next < 0 {
		return -1
	}
	inner := decoder{data: []byte(s)}
	if inner.reflect(0, v) != len(s) {
		d.fail(i, ReasonType, quote(s)+" in a string is no "+v.Type().String())
		if inner.err != nil {
			d.err.Err = inner.err.Err
		}
		return -1
	}
	return next
}
