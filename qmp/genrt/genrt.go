// Package genrt is the part of the runtime that only generated code calls. Programs use package
// qmp and the generated package; what is here may change together with what is generated.
package genrt

import (
	"reflect"
	"slices"

	"github.com/qapi-go/qapi-go/qmp"
)

// Dispatch returns the rows of a dispatch table with Run set to the [qmp.Handler] of each field
// of a struct of functions, in the same order. handlers is a pointer to the struct. The server
// runs qmp_capabilities itself: its row has no field. The rows that are passed in are not
// changed. Setting them here and not with a function for each command keeps generated packages
// quick to compile.
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

// SubscribeAll starts to collect all events, those of types typed and the others as
// [*qmp.UnknownEvent]. types has a nil pointer of each type. It is not inlined, since generated
// packages would have the more to compile.
//
//go:noinline
func SubscribeAll(s qmp.EventSource, types []qmp.Event, opts []qmp.SubscribeOption) *qmp.Subscription[qmp.Event] {
	return qmp.SubscribeAny(s, append(slices.Clip(types), (*qmp.UnknownEvent)(nil)), opts...)
}
