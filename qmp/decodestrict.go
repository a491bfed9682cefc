package qmp

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// DecodeStrict reads JSON that people have written, such as a configuration file, into a generated
// type, as a server reads arguments: a member that the type does not have, such as a misspelt one,
// is an error, and so are a mandatory one that is missing and a value or branch that is not known.
// [encoding/json] and replies of a server ignore those.
//
//	var disk qapi.BlockdevOptions
//	if err := qmp.DecodeStrict(text, &disk); err != nil {
//		return err // line 7: backing.filenam: member is not in the schema
//	}
//
// The error names the line, and is a [*wire.Error], which has the path to the member.
func DecodeStrict(text []byte, into any) error {
	err := wire.Decode(text, into, wire.Strict)
	var e *wire.Error
	if !errors.As(err, &e) || e.Offset < 0 || e.Offset > len(text) {
		return err
	}
	return &lineError{1 + bytes.Count(text[:e.Offset], []byte("\n")), e}
}

// A lineError is an error in a text, with its line.
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
