// Package genrt is the part of the runtime for generated code only. Programs use package qmp and
// their generated package. The functions here may change together with the generator.
package genrt

import (
	"reflect"
	"slices"

	"github.com/qapi-go/qapi-go/qmp"
)

// Dispatch returns a copy of the rows of a dispatch table in which Run is the [qmp.Handler] of the
// fields of a struct of functions, in the same order. handlers is a pointer to the struct. The row
// of qmp_capabilities, which the server runs itself, has no field. Dispatch panics if the numbers
// of rows and fields differ. One table compiles faster than a function for each command.
func Dispatch(rows []qmp.ServerCommand, handlers any) []qmp.ServerCommand {
	fields := reflect.ValueOf(handlers).Elem()
	rows = slices.Clone(rows)
	n := 0
	for i := range rows {
		if rows[i].Name == "qmp_capabilities" {
			continue
		}
		if n < fields.NumField() {
			rows[i].Run = qmp.Handler(fields.Field(n).Interface())
		}
		n++
	}
	if n != fields.NumField() {
		panic("genrt: " + fields.Type().String() + " does not have a function for each row")
	}
	return rows
}

// SubscribeAll subscribes to all events: those of types are decoded, the others are
// [*qmp.UnknownEvent]. types has a nil pointer of each type. It is not inlined, so that generated
// packages compile faster.
//
//go:noinline
func SubscribeAll(s qmp.EventSource, types []qmp.Event, opts []qmp.SubscribeOption) *qmp.Subscription[qmp.Event] {
	return qmp.SubscribeAny(s, append(slices.Clip(types), (*qmp.UnknownEvent)(nil)), opts...)
}
