package console

import (
	"bufio"
	"context"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// open returns the reader for the kind of input that the shell has.
func (s *Shell) open() (lineReader, error) {
	s.indent = IsTerminal(s.Out)
	in, _ := s.In.(*os.File)
	out, _ := s.Out.(*os.File)
	if !IsTerminal(s.In) {
		return &plainLines{in: bufio.NewReader(s.In)}, nil
	}
	s.hands = true
	if name := os.Getenv("TERM"); name == "dumb" || name == "" || !IsTerminal(s.Out) {
		return &plainLines{in: bufio.NewReader(s.In), prompts: s.Out}, nil
	}
	state, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		return nil, err
	}
	e := &editor{in: in, out: out, state: state}
	e.terminal = term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{in, out}, "")
	e.terminal.AutoCompleteCallback = func(line string, pos int, key rune) (string, int, bool) {
		if key != '\t' {
			return "", 0, false
		}
		return s.complete(line, pos)
	}
	s.Out = e.terminal // prints above the prompt
	return e, nil
}

// plainLines reads lines from a script or a dumb terminal.
type plainLines struct {
	in      *bufio.Reader
	prompts io.Writer // nil: a script
}

func (p *plainLines) readLine(prompt string) (string, error) {
	if p.prompts != nil {
		io.WriteString(p.prompts, prompt)
	}
	line, err := p.in.ReadString('\n')
	if err == io.EOF && line != "" {
		err = nil
	}
	return strings.TrimRight(line, "\r\n"), err
}

func (p *plainLines) running() func() { return func() {} }

func (p *plainLines) close() {
	if p.prompts != nil {
		io.WriteString(p.prompts, "\n")
	}
}

// An editor reads lines from a terminal. The terminal is raw while a line is read, and as
// before while a command runs, so that keys send signals.
type editor struct {
	in, out  *os.File
	state    *term.State
	terminal *term.Terminal
}

func (e *editor) readLine(prompt string) (string, error) {
	if width, height, err := term.GetSize(int(e.out.Fd())); err == nil && width > 0 {
		e.terminal.SetSize(width, height)
	}
	e.terminal.SetPrompt(prompt)
	line, err := e.terminal.ReadLine()
	if err == term.ErrPasteIndicator {
		err = nil
	}
	return line, err
}

func (e *editor) running() func() {
	term.Restore(int(e.in.Fd()), e.state)
	return func() { term.MakeRaw(int(e.in.Fd())) }
}

func (e *editor) close() {
	term.Restore(int(e.in.Fd()), e.state)
	io.WriteString(e.out, "\n")
}

// complete completes the word before the cursor. If there are several candidates without a
// longer common prefix, it lists them.
func (s *Shell) complete(line string, pos int) (string, int, bool) {
	before := line[:pos]
	start := wordStart(before)
	typed := before[start:]
	words, err := splitLine(before[:start])
	if err != nil {
		return "", 0, false
	}
	var all []Candidate
	switch {
	case len(words) == 1 && words[0] == "help":
		all = append(s.schema.completeCommand(typed), s.schema.CompleteEvent(typed)...)
	case len(words) == 0:
		all = s.schema.completeCommand(typed)
		for _, own := range []string{"dial", "exit", "help"} {
			if strings.HasPrefix(own, typed) {
				all = append(all, Candidate{Text: own})
			}
		}
	default:
		m := s.current()
		all = s.schema.Complete(words, typed, func(command, argument, typed string, given *object) []string {
			return liveValues(context.Background(), m, command, argument, typed, given)
		})
	}
	if len(all) == 0 {
		return "", 0, false
	}
	common := all[0].Text
	for _, c := range all[1:] {
		for !strings.HasPrefix(c.Text, common) {
			common = common[:len(common)-1]
		}
	}
	if len(all) == 1 && !all[0].Open {
		common += " "
	}
	if common == typed {
		io.WriteString(s.Out, s.columns(all))
		return "", 0, false
	}
	return before[:start] + common + line[pos:], start + len(common), true
}

// wordStart returns where the last word of a line starts.
func wordStart(line string) int {
	start, depth := 0, 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '"', '\'':
			end := endOfQuote(line, i)
			if end < 0 {
				return start
			}
			i = end
		case ' ', '\t':
			if depth <= 0 {
				start = i + 1
			}
		}
	}
	return start
}

// columns lists candidates: with descriptions if they are few, otherwise in columns.
func (s *Shell) columns(all []Candidate) string {
	var b strings.Builder
	widest := 0
	for _, c := range all {
		widest = max(widest, len(c.Text))
	}
	const few, width = 30, 80
	per := max(1, width/(widest+2))
	for i, c := range all {
		if len(all) <= few {
			help := []rune(c.Help)
			if room := max(20, width-widest-4); len(help) > room {
				help = append(help[:room-1], '…')
			}
			b.WriteString(strings.TrimRight("  "+c.Text+strings.Repeat(" ", widest-len(c.Text)+2)+string(help), " ") + "\n")
			continue
		}
		b.WriteString(c.Text)
		if (i+1)%per == 0 || i == len(all)-1 {
			b.WriteString("\n")
		} else {
			b.WriteString(strings.Repeat(" ", widest-len(c.Text)+2))
		}
	}
	return b.String()
}
