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

// An interrupter interrupts the read or write of a call when the call's context is done, and the
// write when it has its reply.
type interrupter struct {
	conn timedConn // nil if it cannot be interrupted

	mu    sync.Mutex
	phase phase
	done  bool // it was interrupted
}

// reset prepares for a new call. Nothing else uses i then: see [call.release].
func (i *interrupter) reset(conn timedConn) { i.conn, i.phase, i.done = conn, elsewhere, false }

// interrupt is called when the context is done.
func (i *interrupter) interrupt() {
	i.mu.Lock()
	i.done = true
	i.setDeadline(time.Unix(1, 0))
	i.mu.Unlock()
}

// endWriting interrupts a write.
func (i *interrupter) endWriting() {
	i.mu.Lock()
	if i.phase == writing {
		i.done = true
		i.setDeadline(time.Unix(1, 0))
	}
	i.mu.Unlock()
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

// begin starts a phase. It returns false if the call was interrupted.
func (i *interrupter) begin(p phase) bool {
	i.mu.Lock()
	done := i.done
	if !done {
		i.phase = p
	}
	i.mu.Unlock()
	return !done
}

// end ends the phase, and reports whether it was interrupted.
func (i *interrupter) end() bool {
	i.mu.Lock()
	done := i.done
	if done {
		i.setDeadline(time.Time{})
	}
	i.phase = elsewhere
	i.mu.Unlock()
	return done
}
