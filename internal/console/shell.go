package console

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/qmp"
)

// A Shell reads commands from a terminal or a script and runs them.
type Shell struct {
	Target Target
	Schema func(context.Context, *Machine) (*Schema, error)
	In     io.Reader
	Out    io.Writer // for results; on a terminal for everything
	Err    io.Writer

	// Interrupt receives a signal to cancel the running command or, at the prompt, to end the
	// shell. It may be nil.
	Interrupt <-chan os.Signal

	lines   lineReader
	hands   bool // interactive: errors do not end the shell
	indent  bool
	line    int // line number in a script
	schema  *Schema
	mu      sync.Mutex
	machine *Machine
	said    bool // that the connection has ended
	watch   sync.WaitGroup
}

// A lineReader is where a shell's lines come from.
type lineReader interface {
	// readLine returns the next line without its newline, or io.EOF after the last one.
	readLine(prompt string) (string, error)
	// running is called before a command runs, and the function that it returns after it.
	running() (done func())
	close()
}

// Prompts of the shell.
const (
	promptReady    = "qmp> "
	promptAgent    = "agent> "
	promptGone     = "gone> "
	promptContinue = "...> "
)

// errExit is returned by the command exit.
var errExit = errors.New("exit")

// Run runs the shell until the end of its input or exit. A script ends at the first error:
// then Run returns ErrAnswered, after printing the line number to stderr.
func (s *Shell) Run(ctx context.Context) error {
	if err := s.Target.Check(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := s.dial(ctx); err != nil {
		return err
	}
	defer s.watch.Wait()
	defer func() { s.current().Close() }()
	var err error
	if s.lines, err = s.open(); err != nil {
		return err
	}
	defer s.lines.close()
	s.Err = &lockedWriter{to: s.Err}
	if s.hands {
		fmt.Fprintf(s.Out, "%d commands; help describes them, Tab completes, exit leaves.\n", len(s.schema.names))
	}
	s.follow(ctx, s.machine)
	for {
		text, err := s.read(ctx)
		inputEnds := errors.Is(err, io.EOF) // unlike that of the connection
		if err == nil && text != "" {
			err = s.run(ctx, text)
		}
		switch {
		case err == nil:
		case errors.Is(err, errExit), inputEnds, ctx.Err() != nil:
			return ctx.Err()
		case !s.hands:
			fmt.Fprintf(s.Err, "qapi-go: line %d: %s\n", s.line, visibleLines(err.Error()))
			return ErrAnswered
		default:
			fmt.Fprintln(s.Out, visibleLines(err.Error()))
		}
	}
}

// dial connects to the server and reads its schema.
func (s *Shell) dial(ctx context.Context) error {
	m, err := s.Target.Dial(ctx, nil)
	if err != nil {
		return err
	}
	schema, err := s.Schema(ctx, m)
	if err != nil {
		m.Close()
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.machine, s.schema, s.said = m, schema, false
	return nil
}

// current returns the connection.
func (s *Shell) current() *Machine {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.machine
}

// follow prints the events of a connection as they arrive, and its end. In a script, they go
// to stderr.
func (s *Shell) follow(ctx context.Context, m *Machine) {
	out := s.Err
	if s.hands {
		out = s.Out
	}
	ended := func() {
		<-m.Done()
		s.sayEnd(ctx, m)
	}
	if m.events == nil {
		s.watch.Go(ended)
		return
	}
	sub := qmp.Subscribe[*qmp.UnknownEvent](m.events, qmp.WithQueue(eventQueue))
	s.watch.Go(func() {
		defer sub.Close()
		for {
			ev, err := sub.Next(ctx)
			if lost := new(qmp.LostError); errors.As(err, &lost) {
				fmt.Fprintf(out, "%d events were lost\n", lost.Count)
				continue
			}
			if err != nil {
				break
			}
			out.Write(append(eventText(ev), '\n')) // the shell goes on without events
		}
		ended()
	})
}

// sayEnd prints once that the connection has ended, unless the shell has closed it.
func (s *Shell) sayEnd(ctx context.Context, m *Machine) {
	s.mu.Lock()
	said := s.said || m != s.machine
	s.said = true
	s.mu.Unlock()
	if said || !s.hands || ctx.Err() != nil || errors.Is(m.Err(), qmp.ErrClosed) {
		return
	}
	fmt.Fprintf(s.Out, "The connection has ended: %s. \"dial\" reconnects.\n", diag.Visible(m.Err().Error()))
}

// prompt returns the prompt for a command.
func (s *Shell) prompt() string {
	m := s.current()
	switch {
	case m.Err() != nil:
		return promptGone
	case m.agent:
		return promptAgent
	}
	return promptReady
}

// read returns a command, which may have several lines.
func (s *Shell) read(ctx context.Context) (string, error) {
	text := ""
	prompt := s.prompt()
	for {
		line, err := s.readLine(ctx, prompt)
		if errors.Is(err, io.EOF) && text != "" && ctx.Err() == nil {
			if s.hands {
				return "", nil // abandoned
			}
			return "", errOpen
		}
		if err != nil {
			return "", err
		}
		s.line++
		if text == "" && (strings.TrimSpace(line) == "" || strings.TrimSpace(line)[0] == '#') {
			return "", nil
		}
		text += line
		if strings.TrimSpace(text)[0] == '!' {
			return text, nil
		}
		if _, err := splitLine(text); errors.Is(err, errOpen) {
			text += "\n"
			prompt = promptContinue
			continue
		}
		return text, nil
	}
}

// readLine reads a line, until the context is done.
func (s *Shell) readLine(ctx context.Context, prompt string) (string, error) {
	type read struct {
		line string
		err  error
	}
	result := make(chan read, 1)
	go func() {
		line, err := s.lines.readLine(prompt)
		result <- read{line, err}
	}()
	select {
	case r := <-result:
		return r.line, r.err
	case <-s.Interrupt:
		return "", errExit
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// run runs one command of the shell.
func (s *Shell) run(ctx context.Context, text string) error {
	text = strings.TrimSpace(text)
	done := s.lines.running()
	defer done()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-s.Interrupt:
			cancel()
		case <-ctx.Done():
		}
	}()
	if line, ok := strings.CutPrefix(text, "!"); ok {
		return s.human(ctx, strings.TrimSpace(line))
	}
	if text[0] == '{' {
		return s.runJSON(ctx, text)
	}
	words, err := splitLine(text)
	if err != nil {
		return err
	}
	switch words[0] {
	case "exit":
		return errExit
	case "help":
		return s.schema.printHelp(s.Out, strings.Join(words[1:], " "))
	case "dial":
		return s.redial(ctx)
	}
	args, err := readArguments(words[1:], nil)
	if err != nil {
		return &ArgumentError{words[0], []string{err.Error()}}
	}
	return s.call(ctx, words[0], args, false)
}

// runJSON runs a command given in JSON.
func (s *Shell) runJSON(ctx context.Context, text string) error {
	o, err := parseObject(text)
	if err != nil {
		return err
	}
	for _, name := range o.names {
		if name != "execute" && name != "exec-oob" && name != "arguments" && name != "id" {
			return fmt.Errorf("unknown member '%s': a command has execute or exec-oob, arguments and id", name)
		}
	}
	args, isObject := o.get("arguments").(*object)
	if o.has("arguments") && !isObject {
		return errors.New("'arguments' is not an object")
	}
	if commandOf(o) == "" || o.has("execute") && o.has("exec-oob") {
		return errors.New("no command: want {\"execute\": NAME, \"arguments\": {…}}")
	}
	return s.call(ctx, commandOf(o), args, o.has("exec-oob"))
}

// call runs a command and prints its result.
func (s *Shell) call(ctx context.Context, name string, args *object, oob bool) error {
	req, err := s.schema.prepare(name, args)
	if err != nil {
		return err
	}
	var result json.RawMessage
	req.OOB = oob
	if !req.NoReply {
		req.Result = &result
	}
	if err := s.do(ctx, req); err != nil || req.NoReply {
		return err
	}
	return PrintJSON(s.Out, result, s.indent)
}

// do runs a request.
func (s *Shell) do(ctx context.Context, req *qmp.Request) error {
	m := s.current()
	err := m.Do(ctx, req)
	answered, ended := new(qmp.Error), new(qmp.DisconnectError)
	switch {
	case errors.As(err, &answered):
		return fmt.Errorf("%s: %s: %s", req.Command, answered.Class, answered.Desc)
	case errors.As(err, &ended) && s.hands:
		s.mu.Lock()
		said := s.said
		s.mu.Unlock()
		if !said {
			s.sayEnd(ctx, m)
			return nil
		}
		return errors.New("not connected: \"dial\" reconnects")
	case errors.Is(err, context.Canceled):
		return errors.New(req.Command + ": interrupted; its reply will be dropped")
	}
	return err
}

// human runs a command of the human monitor.
func (s *Shell) human(ctx context.Context, line string) error {
	if s.current().agent {
		return errors.New("a guest agent has no human monitor")
	}
	if line == "" {
		return errors.New("no command for the human monitor: \"!help\" lists them")
	}
	var text string
	err := s.do(ctx, &qmp.Request{Command: "human-monitor-command", Args: map[string]string{"command-line": line}, Result: &text})
	if err != nil || text == "" {
		return err
	}
	_, err = io.WriteString(s.Out, strings.TrimRight(visibleLines(text), "\n")+"\n")
	return err
}

// redial reconnects.
func (s *Shell) redial(ctx context.Context) error {
	old := s.current()
	s.mu.Lock()
	s.said = true // this end is not reported
	s.mu.Unlock()
	old.Close()
	if err := s.dial(ctx); err != nil {
		return err
	}
	s.follow(context.WithoutCancel(ctx), s.current())
	if s.hands {
		fmt.Fprintln(s.Out, "Connected.")
	}
	return nil
}

// A lockedWriter is a writer for several goroutines: the shell and the printing of events.
type lockedWriter struct {
	mu sync.Mutex
	to io.Writer
}

func (w *lockedWriter) Write(text []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(text)
}
