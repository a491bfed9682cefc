package console

import (
	"errors"
	"io"
	"os/exec"
	"sync"
	"time"
)

// A program is a child process whose standard input and output are a connection.
type program struct {
	io.Reader
	io.Writer
	in, out io.Closer
	cmd     *exec.Cmd
	close   sync.Once
}

// programTime bounds how long a program may take to end after the end of its input.
const programTime = 500 * time.Millisecond

// startProgram starts a command line, whose words may have quotes, without a shell. It is in
// a process group of its own, so that signals of the terminal reach only this program, which
// then ends it.
func startProgram(line string, stderr io.Writer) (*program, error) {
	words, err := splitCommand(line)
	if err != nil {
		return nil, err
	}
	if len(words) == 0 {
		return nil, errors.New("the command is empty")
	}
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Stderr = stderr
	cmd.WaitDelay = programTime
	ownGroup(cmd)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &program{Reader: out, Writer: in, in: in, out: out, cmd: cmd}, nil
}

// Close ends the program: by closing its input or, if it does not end, by killing it.
func (p *program) Close() error {
	p.close.Do(func() {
		p.in.Close()
		ended := make(chan struct{})
		go func() {
			patience := time.NewTimer(programTime)
			defer patience.Stop()
			select {
			case <-ended:
			case <-patience.C:
				killGroup(p.cmd)
			}
		}()
		p.out.Close()
		p.cmd.Wait() // its exit status does not matter
		close(ended)
	})
	return nil
}
