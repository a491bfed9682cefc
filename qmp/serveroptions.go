package qmp

import (
	"os"
	"strconv"
	"time"
)

// serverOptions are what the options of [NewServer] set.
type serverOptions struct {
	version   Version
	features  *Features // nil: everything in the table
	preconfig bool
	agent     bool
	hook      func(Direction, []byte) // nil: none
	errorLog  Logger
}

// A serverOption is an option of servers only.
type serverOption func(*serverOptions)

func (opt serverOption) applyToServer(o *serverOptions) { opt(o) }

// WithVersion sets the version in the server's greeting. Without it all
// numbers are 0. The server answers as a QEMU of that version does: from 11.1 on
// the errors of input that is not JSON begin with its line and column, and come
// at once rather than at the end of the message.
func WithVersion(v Version) ServerOption {
	return serverOption(func(o *serverOptions) { o.version = v })
}

// WithFeatures makes the server play one with these features, such as a
// release of a package for several: a command, argument, value or branch that it
// does not have is refused in QEMU's words, and so is a command without an argument
// that it needs; results and events that it could not send are errors, as those are
// that are not valid in the schema. The answer to query-qmp-schema is what was
// parsed by [ParseFeatures]. See [WithVersion] for the version in the greeting.
func WithFeatures(f *Features) ServerOption {
	return serverOption(func(o *serverOptions) { o.features = f })
}

// located reports whether the server tells the places of errors in JSON.
func (s *Server) located() bool {
	v := s.greeting.Version
	return v.Major > 11 || v.Major == 11 && v.Minor >= 1
}

// WithPreconfig starts the server in the state of a QEMU with --preconfig:
// commands that are not allowed in it are refused until [Server.LeavePreconfig].
func WithPreconfig() ServerOption {
	return serverOption(func(o *serverOptions) { o.preconfig = true })
}

// AsGuestAgent makes the server speak as the guest agent does: there is no
// greeting, no negotiation, no event, and nothing out of band, lines end with a
// line feed alone, and the reply to guest-sync-delimited follows a byte 0xFF.
// The server has answers for guest-sync-delimited, guest-sync, guest-ping and
// guest-info by itself. Package qga uses it.
func AsGuestAgent() ServerOption {
	return serverOption(func(o *serverOptions) { o.agent = true })
}

// A Logger is where a server writes what went wrong. A [log.Logger] is one.
type Logger interface {
	// Print writes one message. It may be called from any number of goroutines.
	Print(v ...any)
}

// WithErrorLog makes the server write errors to a log that it can report to nobody
// else: a handler that panics, with its stack, a result that is not valid in the
// schema, a connection that broke, and a listener that cannot accept. Without it
// they are written to standard error.
func WithErrorLog(log Logger) ServerOption {
	return serverOption(func(o *serverOptions) { o.errorLog = log })
}

func (s *Server) log(message string) { s.errorLog.Print(message) }

// logPanic writes that a handler panicked.
func (s *Server) logPanic(command string, value any, stack []byte) {
	s.log("qmp: the handler of " + command + " panicked: " + panicText(value) + "\n" + string(stack))
}

// panicText returns the value of a panic as text, as far as that can be done
// without package fmt, which would make each client larger.
func panicText(value any) string {
	switch v := value.(type) {
	case error:
		return v.Error()
	case interface{ String() string }:
		return v.String()
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	}
	return "a value that is not text"
}

// standardError is the log of a server that was not given one.
type standardError struct{}

func (standardError) Print(v ...any) {
	text := time.Now().Format("2006/01/02 15:04:05 ")
	for _, part := range v {
		text += panicText(part)
	}
	os.Stderr.WriteString(text + "\n")
}

// show calls the hook with a message of a client.
func (s *Server) show(msg []byte) {
	if s.hook != nil {
		s.hook(Received, msg)
	}
}
