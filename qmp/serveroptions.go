package qmp

import (
	"os"
	"strconv"
	"time"
)

// serverOptions are the settings of [NewServer].
type serverOptions struct {
	version   Version
	features  *Features // nil for all of the table
	preconfig bool
	agent     bool
	hook      func(Direction, []byte) // may be nil
	errorLog  Logger
}

// A serverOption is an option of servers only.
type serverOption func(*serverOptions)

func (opt serverOption) applyToServer(o *serverOptions) { opt(o) }

// WithVersion sets the version in the greeting. The default is 0.0.0. The server behaves as QEMU
// of that version: since 11.1, errors in JSON begin with line and column, and are sent at once
// rather than at the end of the message.
func WithVersion(v Version) ServerOption {
	return serverOption(func(o *serverOptions) { o.version = v })
}

// WithFeatures limits the server to features, to play one release of a package for several
// releases: it refuses commands, arguments, values and branches that the release lacks, and
// missing arguments that it requires, with QEMU's error texts. Results and events that the release
// cannot send are errors, like those that are not valid in the schema. query-qmp-schema returns
// the argument of [ParseFeatures]. See [WithVersion] for the version in the greeting.
func WithFeatures(f *Features) ServerOption {
	return serverOption(func(o *serverOptions) { o.features = f })
}

// located reports whether errors in JSON have line and column.
func (s *Server) located() bool {
	v := s.greeting.Version
	return v.Major > 11 || v.Major == 11 && v.Minor >= 1
}

// WithPreconfig starts the server in preconfig state, as QEMU with --preconfig: commands that are
// not allowed in that state are refused until [Server.LeavePreconfig] is called.
func WithPreconfig() ServerOption {
	return serverOption(func(o *serverOptions) { o.preconfig = true })
}

// AsGuestAgent makes the server behave as the guest agent: there are no greeting, no negotiation,
// no events and no out-of-band commands, messages end with "\n" instead of "\r\n", and a byte 0xFF
// precedes the reply to guest-sync-delimited. Without handlers, the server itself answers
// guest-sync-delimited, guest-sync, guest-ping and guest-info. It is for package qga.
func AsGuestAgent() ServerOption {
	return serverOption(func(o *serverOptions) { o.agent = true })
}

// A Logger is the error log of a server. A [log.Logger] is one.
type Logger interface {
	// Print writes one message. It may be called from any number of goroutines.
	Print(v ...any)
}

// WithErrorLog sets the log for errors that are not reported otherwise: panics of handlers with
// their stack, results that are not valid in the schema, errors of connections, and temporary
// errors of listeners. The default is standard error.
func WithErrorLog(log Logger) ServerOption {
	return serverOption(func(o *serverOptions) { o.errorLog = log })
}

func (s *Server) log(message string) { s.errorLog.Print(message) }

// logPanic logs the panic of a handler.
func (s *Server) logPanic(command string, value any, stack []byte) {
	s.log("qmp: the handler of " + command + " panicked: " + panicText(value) + "\n" + string(stack))
}

// panicText returns the value of a panic as text, without package fmt, which would make each
// client larger.
func panicText(value any) (text string) {
	defer func() {
		if recover() != nil {
			text = "a value whose text cannot be printed"
		}
	}()
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

// standardError is the default error log.
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
