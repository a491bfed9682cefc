package qmp

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// DecodeStrict decodes JSON into a generated type as strictly as a server decodes arguments. It is
// for JSON written by hand, such as a configuration file: unknown members, missing mandatory
// members, and unknown values and branches are errors, which [encoding/json] and the decoding of
// replies tolerate.
//
//	var disk qapi.BlockdevOptions
//	if err := qmp.DecodeStrict(text, &disk); err != nil {
//		return err // line 7: backing.filenam: member is not in the schema
//	}
//
// The error text starts with the line. The error wraps a [*wire.Error], which has the path to the
// member.
func DecodeStrict(text []byte, into any) error {
	err := wire.Decode(text, into, wire.Strict)
	var e *wire.Error
	if !errors.As(err, &e) || e.Offset < 0 || e.Offset > len(text) {
		return err
	}
	return &lineError{1 + bytes.Count(text[:e.Offset], []byte("\n")), e}
}

// A lineError is a decoding error with its line.
type lineError struct {
	line int
	err  *wire.Error
}

func (e *lineError) Error() string {
	text := "line " + strconv.Itoa(e.line) + ": "
	if e.err.Path != "" {
		text += e.err.Path + ": "
	}
	return text + e.err.Msg
}

func (e *lineError) Unwrap() error { return e.err }
