package qmp

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
)

// A heldWriter blocks each Write until the test lets it continue.
type heldWriter struct {
	begun  chan []byte
	goOn   chan bool
	closed chan bool
}

func newHeldWriter() *heldWriter {
	return &heldWriter{begun: make(chan []byte), goOn: make(chan bool), closed: make(chan bool, 1)}
}

var errWriterClosed = errors.New("closed")

func (w *heldWriter) Write(p []byte) (int, error) {
	w.begun <- bytes.Clone(p)
	select {
	case <-w.goOn:
		return len(p), nil
	case <-w.closed:
		return 0, errWriterClosed
	}
}

func (w *heldWriter) Close() error { w.closed <- true; return nil }

// The next command waits not only for queued output but also for output that is being written.
func TestOutputAwaitsWrites(t *testing.T) {
	w := newHeldWriter()
	o := newOutput(w, nil)
	result := make(chan error, 1)
	go func() { result <- o.write() }()
	o.reply(make([]byte, highWaiting+1))
	<-w.begun
	full := func() bool {
		o.mu.Lock()
		defer o.mu.Unlock()
		return o.full()
	}
	o.reply([]byte("x"))
	if !full() {
		t.Error("the next command does not wait for what is being written")
	}
	w.goOn <- true
	if got := <-w.begun; string(got) != "x" {
		t.Errorf("then %q was written", got)
	}
	o.await()
	if full() {
		t.Error("the next command waits for one byte")
	}
	w.goOn <- true
	o.finish()
	if err := <-result; err != nil {
		t.Error(err)
	}
}

// flush also waits for output that is being written, and output that it adds follows that.
func TestOutputFlush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newHeldWriter()
		o := newOutput(w, nil)
		result := make(chan error, 1)
		go func() { result <- o.write() }()
		o.reply([]byte("first"))
		<-w.begun
		flushed := make(chan bool, 1)
		go func() { o.flush(nil); flushed <- true }()
		synctest.Wait()
		if len(flushed) > 0 {
			t.Error("flush does not wait for what is being written")
		}
		w.goOn <- true
		<-flushed
		go func() { o.flush([]byte("more")); flushed <- true }()
		if got := <-w.begun; string(got) != "more" {
			t.Errorf("%q was written", got)
		}
		synctest.Wait()
		if len(flushed) > 0 {
			t.Error("flush does not wait for its text")
		}
		w.goOn <- true
		<-flushed
		o.finish()
		if err := <-result; err != nil {
			t.Error(err)
		}
	})
}

// Output that has been written does not delay the next command, whatever its size.
func TestOutputWritten(t *testing.T) {
	o := newOutput(nopCloser{new(bytes.Buffer)}, nil)
	o.reply(make([]byte, highWaiting+1))
	o.finish()
	if err := o.write(); err != nil {
		t.Error(err)
	}
	if o.full() {
		t.Error("the next command waits for what has been written")
	}
}

// Nothing is sent after the last reply, not even an event.
func TestOutputFinished(t *testing.T) {
	var got bytes.Buffer
	o := newOutput(nopCloser{&got}, nil)
	o.event([]byte("early;"))
	o.negotiated([]byte("hello;"))
	o.event([]byte("event;"))
	o.reply([]byte("reply;"))
	o.finish()
	o.event([]byte("late;"))
	if err := o.write(); err != nil {
		t.Error(err)
	}
	if got.String() != "hello;event;reply;" {
		t.Errorf("written: %s", &got)
	}
}

type nopCloser struct{ *bytes.Buffer }

func (nopCloser) Close() error { return nil }

// A client that does not read is disconnected, and its write interrupted, once the limit is
// exceeded and not before.
func TestOutputLimit(t *testing.T) {
	w := newHeldWriter()
	o := newOutput(w, nil)
	result := make(chan error, 1)
	go func() { result <- o.write() }()
	o.reply([]byte("first"))
	<-w.begun
	part := []byte(strings.Repeat("x", 1<<20))
	for range maxWaiting >> 20 {
		o.reply(part)
	}
	if o.failed() {
		t.Fatal("given up at the limit")
	}
	o.reply(part)
	o.reply([]byte("x"))
	if err := <-result; err != errNotReading {
		t.Errorf("write: %v", err)
	}
}
