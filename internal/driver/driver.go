// Package driver has what the commands of qapi-go share: loading schemas and printing
// diagnostics, finding the releases in a folder, writing output folders and checking
// whether they are up to date, licences, and the version of the program.
//
// Functions that print take the streams of the command. If they printed findings, they
// return [ErrFindings]. Nothing here is safe for concurrent use.
package driver

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/qapi-go/qapi-go/diag"
)

// Errors whose details were already printed.
var (
	// ErrFindings is returned if the input has errors or the output is not up to date.
	ErrFindings = errors.New("findings")

	// ErrUnreadable is returned if a root file could not be read.
	ErrUnreadable = errors.New("nothing could be read")
)

// Printed reports whether the details of an error were already printed.
func Printed(err error) bool { return errors.Is(err, ErrFindings) || errors.Is(err, ErrUnreadable) }

// Note prints a line that starts with the name of the program. Control characters, which
// file names may contain, are made visible.
func Note(w io.Writer, format string, args ...any) {
	io.WriteString(w, "qapi-go: "+diag.Visible(fmt.Sprintf(format, args...))+"\n")
}

// file returns the path of a file below a folder, for a line of output.
func file(dir, name string) string {
	return diag.Visible(filepath.Join(dir, filepath.FromSlash(name)))
}

// Plural returns "1 error", "2 errors".
func Plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
