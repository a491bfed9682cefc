package qmp

import (
	"io"
	"strings"
	"sync"
)

// keepStderr is how much of the end of a program's standard error is kept, in bytes.
const keepStderr = 4096

// A stderrTail keeps the end of its input, and passes all of it on.
type stderrTail struct {
	next io.Writer // may be nil

	mu   sync.Mutex
	last []byte
}

// Write ignores the errors of next: they must not end the program.
func (t *stderrTail) Write(p []byte) (int, error) {
	t.mu.Lock()
	if len(t.last)+len(p) > 2*keepStderr {
		keep := append(t.last, p...)
		t.last = append(t.last[:0:0], keep[len(keep)-keepStderr:]...)
	} else {
		t.last = append(t.last, p...)
	}
	t.mu.Unlock()
	if t.next != nil {
		t.next.Write(p)
	}
	return len(p), nil
}

// text returns the end of the input.
func (t *stderrTail) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	last := t.last
	if len(last) > keepStderr {
		last = last[len(last)-keepStderr:]
	}
	return strings.TrimSpace(strings.ToValidUTF8(string(last), ""))
}
