package parser

import (
	"fmt"
	"go/token"

	"github.com/qapi-go/qapi-go/diag"
)

// maxErrors is the number of errors after which no more are reported.
const maxErrors = 10_000

// A reporter adds errors to a list up to a limit, so that a file full of
// mistakes cannot fill the memory.
type reporter struct {
	list  *diag.List
	count int
}

// add adds an error, if there is room.
func (r *reporter) add(d *diag.Diagnostic) {
	switch r.count++; {
	case r.count <= maxErrors:
		r.list.Add(d)
	case r.count == maxErrors+1:
		r.list.Add(&diag.Diagnostic{
			Code: CodeTooManyErrors, Stage: diag.StageSchema,
			Msg: fmt.Sprintf("more than %d errors: the rest is not reported", maxErrors),
		})
	}
}

// errorf adds an error over [pos, end) and returns it.
func (r *reporter) errorf(stage diag.Stage, pos, end token.Pos, code diag.Code, format string, args ...any) *diag.Diagnostic {
	d := &diag.Diagnostic{Code: code, Stage: stage, Pos: pos, End: end, Msg: fmt.Sprintf(format, args...)}
	r.add(d)
	return d
}
