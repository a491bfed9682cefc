package qmp

import (
	"errors"
	"reflect"
	"strings"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// decodeArgs decodes the arguments of a command. proto is a (*T)(nil), or nil for a command
// without arguments.
func decodeArgs(proto any, text []byte) (any, error) {
	if proto == nil {
		_, err := decodeInto(&struct{}{}, text)
		return nil, err
	}
	return decodeInto(reflect.New(reflect.TypeOf(proto).Elem()).Interface(), text)
}

// decodeInto decodes arguments into args and returns args, or an error with QEMU's text.
func decodeInto(args any, text []byte) (any, error) {
	if text == nil {
		text = []byte("{}")
	}
	err := wire.DecodeAsQEMU(text, args)
	if err == nil {
		return args, nil
	}
	var e *wire.Error
	if !errors.As(err, &e) || e.Path == "" {
		return nil, err
	}
	return nil, &Error{ClassGenericError, refusal(e)}
}

// refusal returns QEMU's text of an error in arguments, as in its qobject-input-visitor.c and
// qapi-visit-core.c. Some of their functions name the path of the argument, others only its last
// member.
func refusal(e *wire.Error) string {
	leaf := e.Path[strings.LastIndexByte(e.Path, '.')+1:]
	if strings.HasSuffix(leaf, "]") {
		leaf = "null" // an element of a list has no name
	}
	invalid := func(name, want string) string {
		return "Invalid parameter type for '" + name + "', expected: " + want
	}
	switch e.Reason {
	case wire.ReasonMissing:
		return "Parameter '" + e.Path + "' is missing"
	case wire.ReasonUnexpected:
		return "Parameter '" + e.Path + "' is unexpected"
	case wire.ReasonValue:
		return "Parameter '" + leaf + "' does not accept value '" + e.Value + "'"
	case wire.ReasonType, wire.ReasonRange:
	default:
		return "Parameter '" + e.Path + "': " + e.Msg
	}
	switch integer := strings.TrimLeft(e.Type, "uint") == "8"; {
	case integer || e.Type == "int16" || e.Type == "int32" || e.Type == "uint16" || e.Type == "uint32":
		// QEMU reads them as 64 bits first.
		if e.Reason == wire.ReasonRange && !e.Wide {
			return "Parameter '" + leaf + "' expects " + e.Type + "_t"
		}
		if e.Type[0] == 'u' {
			return "Parameter '" + e.Path + "' expects uint64"
		}
		return invalid(e.Path, "integer")
	case e.Type == "uint64":
		return "Parameter '" + e.Path + "' expects uint64"
	case e.Type == "int64", e.Want == "integer":
		return invalid(e.Path, "integer")
	case e.Type != "":
		return invalid(leaf, e.Type) // an alternate
	case e.Reason == wire.ReasonType:
		return invalid(e.Path, e.Want)
	}
	return "Parameter '" + e.Path + "': " + e.Msg
}
