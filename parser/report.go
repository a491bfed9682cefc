package parser

import (
	"fmt"
	"go/token"

	"github.com/qapi-go/qapi-go/diag"
)

// maxErrors is the number of errors after which the parser stops reading.
const maxErrors = diag.MaxErrors

// A reporter adds errors to a list.
type reporter struct {
	list *diag.List
}

// add adds an error.
func (r *reporter) add(d *diag.Diagnostic) { r.list.Add(d) }

// errorf adds an error over [pos, end) and returns it.
func (r *reporter) errorf(stage diag.Stage, pos, end token.Pos, code diag.Code, format string, args ...any) *diag.Diagnostic {
	d := &diag.Diagnostic{Code: code, Stage: stage, Pos: pos, End: end, Msg: fmt.Sprintf(format, args...)}
	r.add(d)
	return d
}
