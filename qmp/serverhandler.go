package qmp

import (
	"context"
	"reflect"
)

// Handler returns the Run of a [ServerCommand] for a function of one of the types
//
//	func(context.Context) error
//	func(context.Context, A) error
//	func(context.Context) (R, error)
//	func(context.Context, A) (R, error)
//
// where A and R are the types of Args and Result. If R is a pointer and the result nil, the
// command returns the empty object. Handler returns nil for a nil function, and panics if f is of
// another type.
func Handler(f any) func(ctx context.Context, args any) (result any, err error) {
	v := reflect.ValueOf(f)
	if !isHandler(v) {
		name := "nil"
		if v.IsValid() {
			name = v.Type().String()
		}
		panic("qmp: " + name + " cannot handle a command")
	}
	if v.IsNil() {
		return nil
	}
	t := v.Type()
	return func(ctx context.Context, args any) (any, error) {
		in := []reflect.Value{reflect.ValueOf(&ctx).Elem()}
		if t.NumIn() == 2 {
			in = append(in, reflect.ValueOf(args).Elem())
		}
		out := v.Call(in)
		if err, _ := out[len(out)-1].Interface().(error); err != nil || len(out) == 1 {
			return nil, err
		}
		if t.Out(0).Kind() == reflect.Pointer { // of a command that need not return anything
			if out[0].IsNil() {
				return nil, nil
			}
			return out[0].Interface(), nil
		}
		result := reflect.New(t.Out(0))
		result.Elem().Set(out[0])
		return result.Interface(), nil
	}
}

func isHandler(v reflect.Value) bool {
	if v.Kind() != reflect.Func {
		return false
	}
	t := v.Type()
	in, out := t.NumIn(), t.NumOut()
	return !t.IsVariadic() && (in == 1 || in == 2) && (out == 1 || out == 2) &&
		t.In(0) == reflect.TypeFor[context.Context]() && t.Out(out-1) == reflect.TypeFor[error]()
}
