package console

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
)

// TestScript runs scripts: what commands return is on stdout, mistakes with their
// line on stderr.
func TestScript(t *testing.T) {
	for _, test := range []struct{ script, wantOut, wantErr string }{
		{"ping\n", "{}\n", ""},
		{"# nothing\n\n  \nping", "{}\n", ""},
		{"ping\r\nping\r\n", "{}\n{}\n", ""},
		{"{'execute':\n\n 'ping'}\nping\n", "{}\n{}\n", ""},
		{"{\"execute\": \"ping\", \"arguments\": {}, \"id\": 7}\n", "{}\n", ""},
		{"ping\nset\nping\n", "{}\n", "line 2: set: DeviceNotFound: no such thing"},
		{"ping\nset n=a\nping\n", "{}\n", "line 2: set: argument 'n': want an integer"},
		{"set p={\n'x':\n'a'}\n", "", "line 3: set: argument 'p.x': want an integer, not a string"},
		{"pong\n", "", "line 1: pong: unknown command; did you mean 'ping'?"},
		{"set n\n", "", `line 1: set: want KEY=VALUE, not "n"`},
		{"{'execute': 'ping'", "", "line 1: a quote or bracket is not closed"},
		{"{'excute': 'ping'}\n", "", "unknown member 'excute'"},
		{"{'arguments': {}}\n", "", "no command: want"},
		{"{'execute': 'ping', 'arguments': 1}\n", "", "'arguments' is not an object"},
		{"!info\n", "", "human-monitor-command"},
		{"!\n", "", "no command for the human monitor"},
		{"exit\nnope\n", "", ""},
		{"help ping\n", "ping\n----", ""},
		{"help DONE\n", `"id"`, ""},
		{"help nope\n", "", "unknown command or event"},
		{"dial\nping\n", "{}\n", ""},
	} {
		var out, errs strings.Builder
		s := Shell{Target: Target{Addr: serve(t)}, Schema: withSchema(t), In: strings.NewReader(test.script), Out: &out, Err: &errs}
		err := s.Run(t.Context())
		if errors.Is(err, ErrAnswered) != (test.wantErr != "") || err != nil && !errors.Is(err, ErrAnswered) {
			t.Errorf("%q: %v", test.script, err)
		}
		if !strings.Contains(out.String(), test.wantOut) || test.wantOut == "" && out.Len() > 0 {
			t.Errorf("%q: %q, want %q", test.script, out.String(), test.wantOut)
		}
		if !strings.Contains(errs.String(), test.wantErr) {
			t.Errorf("%q: %q, want %q", test.script, errs.String(), test.wantErr)
		}
	}
}

// TestScriptInterrupted checks that a command that runs is given up at once.
func TestScriptInterrupted(t *testing.T) {
	running := make(chan bool)
	addr := serveCommands(t, []qmp.ServerCommand{{Name: "ping", Run: func(ctx context.Context, _ any) (any, error) {
		close(running)
		<-ctx.Done()
		return nil, ctx.Err()
	}}})
	interrupt := make(chan os.Signal)
	var out, errs strings.Builder
	s := Shell{Target: Target{Addr: addr}, Schema: withSchema(t), In: strings.NewReader("ping\n"), Out: &out, Err: &errs, Interrupt: interrupt}
	ended := make(chan error, 1)
	go func() { ended <- s.Run(t.Context()) }()
	<-running
	interrupt <- os.Interrupt
	select {
	case err := <-ended:
		if !errors.Is(err, ErrAnswered) || !strings.Contains(errs.String(), "ping: interrupted") {
			t.Errorf("%v, %s", err, errs.String())
		}
	case <-time.After(time.Minute):
		t.Fatal("the shell goes on")
	}
}

// TestShellComplete completes words at the cursor.
func TestShellComplete(t *testing.T) {
	var out strings.Builder
	s := &Shell{schema: loadSchema(t), machine: &Machine{agent: true}, Out: &out}
	for _, test := range []struct {
		line, want string // with | at the cursor; "" for no change
		wantOut    string
	}{
		{"pi|", "ping |", ""},
		{"p| x", "ping | x", ""},
		{"draw k|", "draw kind=|", ""},
		{"draw kind=d|", "draw kind=dark-green |", ""},
		{"draw kind=|", "", "kind=red"},
		{"draw kind=red |", "", "x="},
		{"set p={'x': 1} o|", "set p={'x': 1} on=|", ""},
		{"set p={'x': |", "", ""},
		{"help DO|", "help DONE |", ""},
		{"ex|", "exit |", ""},
		{"zzz|", "", ""},
	} {
		out.Reset()
		pos := strings.Index(test.line, "|")
		line, at, ok := s.complete(test.line[:pos]+test.line[pos+1:], pos)
		got := ""
		if ok {
			got = line[:at] + "|" + line[at:]
		}
		if got != test.want || !strings.Contains(out.String(), test.wantOut) {
			t.Errorf("%s: %q, want %q; listed %q", test.line, got, test.want, out.String())
		}
	}
}

func TestSplitCommand(t *testing.T) {
	for _, test := range []struct{ line, want string }{
		{`ssh host 'nc -U' /run/vm.qmp`, `ssh|host|nc -U|/run/vm.qmp`},
		{`a "b \" c" d\ e ""`, `a|b " c|d e|`},
		{`a"b"'c'`, `abc`},
		{`a "b`, `error`},
		{`a \`, `error`},
	} {
		words, err := splitCommand(test.line)
		got := strings.Join(words, "|")
		if err != nil {
			got = "error"
		}
		if got != test.want {
			t.Errorf("%s: %s, want %s", test.line, got, test.want)
		}
	}
}

// TestScriptDisconnected checks that a script fails if the connection ends while a command runs.
func TestScriptDisconnected(t *testing.T) {
	var server *qmp.Server
	server = qmp.NewServer([]qmp.ServerCommand{{Name: "ping", Run: func(context.Context, any) (any, error) {
		return nil, server.Close()
	}}})
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(l)
	var out, errs strings.Builder
	s := Shell{Target: Target{Addr: l.Addr().String()}, Schema: withSchema(t), In: strings.NewReader("ping\nping\n"), Out: &out, Err: &errs}
	if err := s.Run(t.Context()); !errors.Is(err, ErrAnswered) || !strings.Contains(errs.String(), "line 1: ") {
		t.Errorf("%v, %q, %q", err, out.String(), errs.String())
	}
}

// TestErrorText checks that no line of an error of a server can be taken for a command by GitHub's
// runner, or by a terminal.
func TestErrorText(t *testing.T) {
	for _, test := range []struct{ class, desc, want string }{
		{"GenericError", "no", "ping: GenericError: no\n"},
		{"GenericError", "a\nb\n", "ping: GenericError: a\nb\n"},
		{"GenericError", "a\r\n  ::error::b\n\n", "ping: GenericError: a\n␊  ::error::b\n"},
		{"x\n::error::y\x1b", "d\x1b[31m", "ping: x␊::error::y␛: d␛[31m\n"},
		{"", "", "ping: : \n"},
	} {
		var out strings.Builder
		PrintError(&out, "ping", &qmp.Error{Class: test.class, Desc: test.desc})
		if out.String() != test.want {
			t.Errorf("%q, %q: %q, want %q", test.class, test.desc, out.String(), test.want)
		}
	}
}
