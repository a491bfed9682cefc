// Package qmptest is for tests of programs that use package qmp: a peer that
// speaks QMP as a script tells it to.
//
//	conn := qmptest.Start(t, func(p *qmptest.Peer) {
//		p.Negotiate()
//		p.Return(p.Expect("query-status"), `{"running": true, "status": "running"}`)
//		p.Event("STOP", "")
//	})
//	c, err := qmp.NewClient(ctx, conn)
//
// A script can send what no QEMU would, and at the worst moment. For a peer
// that only has to behave, [github.com/qapi-go/qapi-go/qmp.NewServer] with a few
// handlers is less work, and so is package fake, which plays a whole schema.
package qmptest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// DefaultGreeting is what [Peer.Greet] sends: a QEMU 10.0.2 that offers
// out-of-band execution.
const DefaultGreeting = `{"QMP": {"version": {"qemu": {"micro": 2, "minor": 0, "major": 10}, "package": ""}, "capabilities": ["oob"]}}`

// A Peer is the server's end of a connection. Its methods are for the script,
// in the goroutine in which that was called. Where the connection or the client
// does not do what a method needs, the method fails the test and ends the
// script.
type Peer struct {
	t    testing.TB
	conn net.Conn
	in   *json.Decoder
}

// A Request is a command that a client has sent.
type Request struct {
	Command string          // the name
	OOB     bool            // sent with "exec-oob"
	Args    json.RawMessage // nil if there are none
	ID      json.RawMessage // nil if there is none
}

// Start runs script on one end of a connection in memory and returns the other
// end. When the script returns its end is closed. The test waits for that as it
// ends.
func Start(t testing.TB, script func(p *Peer)) net.Conn {
	t.Helper()
	client, server := net.Pipe()
	var scripts sync.WaitGroup
	t.Cleanup(func() {
		client.Close()
		scripts.Wait()
	})
	run(t, &scripts, server, script)
	return client
}

// Listen runs script for each connection to a new unix socket, and returns the
// address of that for qmp.Dial.
func Listen(t testing.TB, script func(p *Peer)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "qmp")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatalf("qmptest: %v", err)
	}
	var scripts sync.WaitGroup
	t.Cleanup(func() {
		listener.Close()
		scripts.Wait()
	})
	scripts.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			run(t, &scripts, conn, script)
		}
	})
	return "unix:" + path
}

func run(t testing.TB, scripts *sync.WaitGroup, conn net.Conn, script func(p *Peer)) {
	scripts.Go(func() {
		defer conn.Close()
		script(&Peer{t: t, conn: conn, in: json.NewDecoder(conn)})
	})
}

// fail fails the test and ends the script.
func (p *Peer) fail(format string, args ...any) {
	p.t.Helper()
	p.t.Errorf("qmptest: "+format, args...)
	runtime.Goexit()
}

// Conn returns the connection, for what a Peer has no method for. What Next has
// read ahead of the last request is not in it any more.
func (p *Peer) Conn() net.Conn { return p.conn }

// Send writes text as it is: any number of messages, or parts of one, or
// something that is not a message.
func (p *Peer) Send(text string) {
	p.t.Helper()
	if _, err := io.WriteString(p.conn, text); err != nil {
		p.fail("send: %v", err)
	}
}

// Greet sends [DefaultGreeting].
func (p *Peer) Greet() {
	p.t.Helper()
	p.Send(DefaultGreeting + "\r\n")
}

// Negotiate sends the greeting and answers the client's qmp_capabilities. It
// returns that request.
func (p *Peer) Negotiate() Request {
	p.t.Helper()
	p.Greet()
	req := p.Expect("qmp_capabilities")
	p.Return(req, `{}`)
	return req
}

// Next waits for the next request. ok is false if the client has closed the
// connection.
func (p *Peer) Next() (req Request, ok bool) {
	p.t.Helper()
	var raw struct {
		Execute *string         `json:"execute"`
		ExecOOB *string         `json:"exec-oob"`
		Args    json.RawMessage `json:"arguments"`
		ID      json.RawMessage `json:"id"`
	}
	err := p.in.Decode(&raw)
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, net.ErrClosed), errors.Is(err, io.ErrClosedPipe):
		return Request{}, false
	case err != nil:
		p.fail("the client sent something that is not a request: %v", err)
	case (raw.Execute == nil) == (raw.ExecOOB == nil):
		p.fail("the client sent a message that has not exactly one of execute and exec-oob")
	}
	req = Request{Args: raw.Args, ID: raw.ID}
	if raw.ExecOOB != nil {
		req.Command, req.OOB = *raw.ExecOOB, true
	} else {
		req.Command = *raw.Execute
	}
	return req, true
}

// Expect waits for the next request, which must be for the command.
func (p *Peer) Expect(command string) Request {
	p.t.Helper()
	req, ok := p.Next()
	switch {
	case !ok:
		p.fail("the client closed the connection; want the command %s", command)
	case req.Command != command:
		p.fail("the client sent the command %s, want %s", req.Command, command)
	}
	return req
}

// Return sends a reply with the given value, a JSON text, to a request.
func (p *Peer) Return(req Request, value string) {
	p.t.Helper()
	p.Send(fmt.Sprintf(`{"return": %s%s}`+"\r\n", value, idMember(req)))
}

// Fail sends an error reply to a request.
func (p *Peer) Fail(req Request, class, desc string) {
	p.t.Helper()
	p.Send(fmt.Sprintf(`{"error": {"class": %s, "desc": %s}%s}`+"\r\n", quote(class), quote(desc), idMember(req)))
}

// Event sends an event with the given data, a JSON text, or none if that is
// empty. Its time is 1700000000.25 s.
func (p *Peer) Event(name, data string) {
	p.t.Helper()
	if data != "" {
		data = `, "data": ` + data
	}
	p.Send(fmt.Sprintf(`{"timestamp": {"seconds": 1700000000, "microseconds": 250000}, "event": %s%s}`+"\r\n", quote(name), data))
}

func idMember(req Request) string {
	if req.ID == nil {
		return ""
	}
	return `, "id": ` + string(req.ID)
}

func quote(s string) string {
	text, _ := json.Marshal(s) // a string always can be marshalled
	return string(text)
}

// Close closes the connection. It is not needed at the end of a script.
func (p *Peer) Close() { p.conn.Close() }

// WaitClose reads until the client has closed the connection. Requests that it
// sends meanwhile get no answer.
func (p *Peer) WaitClose() {
	p.t.Helper()
	for {
		if _, ok := p.Next(); !ok {
			return
		}
	}
}
