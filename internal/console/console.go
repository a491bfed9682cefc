// Package console implements the commands that connect to a QMP server or a guest agent: it
// runs one command ([Call]), prints events ([Events]), reads commands from a terminal or a
// script ([Shell]), records a conversation ([Recorder]), and answers from a recording
// ([Replay]).
//
// It works with any schema, from a file or from the server's introspection, without generated
// code. Without a schema, as for a guest agent, nothing is checked.
//
// Arguments are converted to the types of the schema. Those that cannot be converted are
// reported before anything is sent.
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

// ErrAnswered is returned if the server returned an error, which was printed.
var ErrAnswered = errors.New("the server returned an error")

// ErrIncomplete is returned if fewer events arrived than requested, or commands were not in a
// recording. That was printed.
var ErrIncomplete = errors.New("incomplete")

// IsTerminal reports whether a stream is a terminal.
func IsTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// PrintJSON prints a JSON value and a newline, indented or on one line. What is not valid
// JSON, such as QEMU's nan, is printed as it is.
func PrintJSON(w io.Writer, value []byte, indent bool) error {
	_, err := w.Write(formatJSON(value, indent))
	return err
}

// PrintError prints an error reply of the server.
func PrintError(w io.Writer, command string, e *qmp.Error) {
	io.WriteString(w, diag.Visible(command)+": "+diag.Visible(e.Class)+": "+strings.TrimRight(visibleLines(e.Desc), "\n")+"\n")
}

// visibleLines replaces the control characters of a text, except newlines, with visible ones. It
// puts a visible newline before a line that GitHub's runner would take for a command ("::error").
func visibleLines(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = diag.Visible(line)
		if strings.HasPrefix(strings.TrimSpace(line), "::") {
			lines[i] = "\u240a" + lines[i]
		}
	}
	return strings.Join(lines, "\n")
}

// quote returns the JSON text of a string.
func quote(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		return `""` // strings cannot fail
	}
	return string(text)
}
