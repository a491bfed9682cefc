package qmp

import (
	"bytes"
	"errors"
	"io"
	"sync"
)

const (
	maxWaiting  = 64 << 20 // bytes waiting for a client at which its connection is closed
	highWaiting = 1 << 20  // bytes waiting at which no further command is run
)

var errNotReading = errors.New("qmp: the client does not read its input")

// An output is the queue of output to a client. Its method write writes it, in order, so that
// nobody else has to wait for the client.
type output struct {
	w    io.WriteCloser
	hook func(Direction, []byte) // may be nil

	mu       sync.Mutex
	changed  sync.Cond
	buf      []byte
	inFlight int // bytes that are being written
	ready    bool
	finished bool  // no more output will be added
	err      error // set when nothing more will be written
}

func newOutput(w io.WriteCloser, hook func(Direction, []byte)) *output {
	o := &output{w: w, hook: hook}
	o.changed.L = &o.mu
	return o
}

// reply adds a reply or the greeting.
func (o *output) reply(text []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.put(text)
}

// negotiated adds the reply that ends the negotiation. Events may follow.
func (o *output) negotiated(text []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.put(text)
	o.ready = true
}

func (o *output) isNegotiated() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.ready
}

// event adds an event, if the client has negotiated.
func (o *output) event(text []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ready && !o.finished {
		o.put(text)
	}
}

// flush adds text, and waits until all is written or the connection has failed.
func (o *output) flush(text []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.put(text)
	for len(o.buf)+o.inFlight > 0 && o.err == nil {
		o.changed.Wait()
	}
}

func (o *output) put(text []byte) {
	if o.err != nil {
		return
	}
	if o.hook != nil && len(text) > 0 {
		o.hook(Sent, bytes.TrimRight(text, "\r\n"))
	}
	o.buf = append(o.buf, text...)
	if len(o.buf) > maxWaiting+len(text) {
		o.err, o.buf = errNotReading, nil
		o.w.Close() // interrupts a blocked Write
	}
	o.changed.Broadcast()
}

// await waits until the client has read enough for another command to run.
func (o *output) await() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.full() {
		o.changed.Wait()
	}
}

// full reports whether the client must read before another command runs. The caller holds o.mu.
func (o *output) full() bool { return len(o.buf)+o.inFlight > highWaiting && o.err == nil }

// finish ends the output: no more will be added.
func (o *output) finish() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.finished = true
	o.changed.Broadcast()
}

// fail makes write return. The caller must interrupt a blocked Write.
func (o *output) fail() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil {
		o.err = ErrClosed
	}
	o.changed.Broadcast()
}

// failed reports whether nothing more will be written.
func (o *output) failed() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err != nil
}

// write writes the output until it is finished and all is written. The error is that of the
// connection, or errNotReading.
func (o *output) write() error {
	var spare []byte
	o.mu.Lock()
	defer o.mu.Unlock()
	for {
		for len(o.buf) == 0 && !o.finished && o.err == nil {
			o.changed.Wait()
		}
		if o.err != nil || len(o.buf) == 0 {
			return o.err
		}
		text := o.buf
		o.buf, o.inFlight = spare[:0], len(text)
		o.mu.Unlock()
		_, err := o.w.Write(text)
		o.mu.Lock()
		o.inFlight = 0
		if spare = text; cap(spare) > keepBuffer {
			spare = nil
		}
		if err != nil && o.err == nil {
			o.err = err
		}
		o.changed.Broadcast()
	}
}
