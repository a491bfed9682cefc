// Package console talks to machines by hand and from scripts: it runs one
// command (Call), prints events (Events), reads commands from a terminal or a
// script (Shell), passes a conversation on and writes it down (Recorder), and
// answers as was written down (Replay).
//
// All of it works on any schema, of a file or of the server's own introspection:
// no code is generated. A server without a schema, such as a guest agent that is
// given none, is talked to without checks.
//
// Values that users type become those that the schema has there; what cannot is
// an error that names the argument, before anything is sent.
package console

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/qmp"
)

// ErrAnswered is returned if the server answered with an error, which was printed.
var ErrAnswered = errors.New("the server answered with an error")

// ErrIncomplete is returned if something that was asked for did not come, which
// was printed.
var ErrIncomplete = errors.New("incomplete")

// IsTerminal reports whether a stream is a terminal.
func IsTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// PrintJSON prints a JSON value and a line end: indented, or on one line. What is
// not JSON by the letter, such as the nan of QEMU, is printed as it is.
func PrintJSON(w io.Writer, value []byte, indent bool) error {
	_, err := w.Write(formatJSON(value, indent))
	return err
}

// PrintError prints an error reply of the server.
func PrintError(w io.Writer, command string, e *qmp.Error) {
	io.WriteString(w, diag.Visible(command)+": "+e.Class+": "+strings.TrimRight(visibleLines(e.Desc), "\n")+"\n")
}

// visibleLines makes control characters of a text visible, but for its line ends.
func visibleLines(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = diag.Visible(line)
	}
	return strings.Join(lines, "\n")
}

// quote returns the JSON text of a string.
func quote(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		return `""` // a string has a JSON text
	}
	return string(text)
}
