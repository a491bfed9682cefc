// Package driver is what the commands of qapi-go share and flags do not decide:
// loading schemas and printing what is wrong with them, finding the releases in
// a folder, output folders and whether they are up to date, licences, and the
// identity of the program.
//
// Functions that print take the streams of the command. Findings that were
// printed are returned as [ErrFindings], so that only their number is left to
// say. Nothing here is safe for concurrent use.
package driver

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/qapi-go/qapi-go/diag"
)

// Errors of what has been printed already.
var (
	// ErrFindings is returned if the input or the output is not as it should be.
	ErrFindings = errors.New("findings")

	// ErrUnreadable is returned if a root file could not be read.
	ErrUnreadable = errors.New("nothing could be read")
)

// Printed reports whether an error says no more than what was printed.
func Printed(err error) bool { return errors.Is(err, ErrFindings) || errors.Is(err, ErrUnreadable) }

// Note prints a line that begins with the name of the program. Control characters
// in it, which a file name may have, are made visible.
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
