package qmp

import (
	"sync"
	"time"
)

// A phase is what a call is doing with the connection.
type phase uint8

const (
	elsewhere phase = iota
	writing
	reading
)

// An interrupter interrupts the read or write of a call when the call's context is done.
type interrupter struct {
	conn timedConn // nil if it cannot be interrupted

	mu    sync.Mutex
	phase phase
	done  bool // interrupt was called
}

// reset prepares for a new call.
func (i *interrupter) reset(conn timedConn) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.conn, i.phase, i.done = conn, elsewhere, false
}

// interrupt is called when the context is done.
func (i *interrupter) interrupt() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.done = true
	i.setDeadline(time.Unix(1, 0))
}

// setDeadline sets the deadline of the present phase.
func (i *interrupter) setDeadline(t time.Time) {
	switch {
	case i.conn == nil:
	case i.phase == writing:
		i.conn.SetWriteDeadline(t)
	case i.phase == reading:
		i.conn.SetReadDeadline(t)
	}
}

// begin starts a phase. It returns false if the context is done.
func (i *interrupter) begin(p phase) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.done {
		return false
	}
	i.phase = p
	return true
}

// end ends the phase, and reports whether it was interrupted.
func (i *interrupter) end() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.done {
		i.setDeadline(time.Time{})
	}
	i.phase = elsewhere
	return i.done
}
