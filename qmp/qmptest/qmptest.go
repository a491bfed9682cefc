// Package qmptest helps to test clients that use package qmp: it runs the server side of a
// connection as a script.
//
//	conn := qmptest.Start(t, func(p *qmptest.Peer) {
//		p.Negotiate()
//		p.Return(p.Expect("query-status"), `{"running": true, "status": "running"}`)
//		p.Event("STOP", "")
//	})
//	c, err := qmp.NewClient(ctx, conn)
//
// A script can send anything at any time, including what QEMU never sends. For a well-behaved
// server, [github.com/qapi-go/qapi-go/qmp.NewServer] with a few handlers is less work, and so is
// package [github.com/qapi-go/qapi-go/qmp/qmptest/fake], which serves a whole schema.
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

	"github.com/qapi-go/qapi-go/internal/dial"
)

// DefaultGreeting is the greeting that [Peer.Greet] sends: that of a QEMU 10.0.2 which offers
// out-of-band execution.
const DefaultGreeting = `{"QMP": {"version": {"qemu": {"micro": 2, "minor": 0, "major": 10}, "package": ""}, "capabilities": ["oob"]}}`

// A Peer is the server's end of a connection. Its methods must be called by the script, in the
// goroutine of the script. If the client does not behave as a method expects, or the connection
// fails, the method fails the test and ends the script.
type Peer struct {
	t    testing.TB
	conn net.Conn
	in   *json.Decoder
}

// A Request is a command from the client.
type Request struct {
	Command string          // its name
	OOB     bool            // out of band ("exec-oob")
	Args    json.RawMessage // the object; nil if absent
	ID      json.RawMessage // nil if absent
}

// Start runs script on one end of an in-memory connection and returns the other end, for the
// client. The connection is closed when the script returns. The end of the test waits for the
// script.
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

// Listen listens on a new unix socket and runs script for each connection. It returns the address
// for qmp.Dial. The end of the test closes the socket and waits for the scripts.
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

// Conn returns the connection. Input that Next has read ahead cannot be read from it.
func (p *Peer) Conn() net.Conn { return p.conn }

// Send writes text unchanged: messages, a part of a message, or anything else.
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

// Negotiate sends the greeting, and expects and answers the client's qmp_capabilities, which it
// returns.
func (p *Peer) Negotiate() Request {
	p.t.Helper()
	p.Greet()
	req := p.Expect("qmp_capabilities")
	p.Return(req, `{}`)
	return req
}

// Next waits for the next request. ok is false if the client has closed the connection.
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
	case errors.Is(err, io.EOF), errors.Is(err, net.ErrClosed), errors.Is(err, io.ErrClosedPipe),
		dial.IsReset(err): // the client had not read all
		return Request{}, false
	case err != nil:
		p.fail("the client sent something that is not a request: %v", err)
	case (raw.Execute == nil) == (raw.ExecOOB == nil):
		p.fail("the client sent a request without exactly one of execute and exec-oob")
	}
	req = Request{Args: raw.Args, ID: raw.ID}
	if raw.ExecOOB != nil {
		req.Command, req.OOB = *raw.ExecOOB, true
	} else {
		req.Command = *raw.Execute
	}
	return req, true
}

// Expect waits for the next request, which must be for the given command.
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

// Return sends a reply with a result, which is JSON text.
func (p *Peer) Return(req Request, value string) {
	p.t.Helper()
	p.Send(fmt.Sprintf(`{"return": %s%s}`+"\r\n", value, idMember(req)))
}

// Fail sends an error reply.
func (p *Peer) Fail(req Request, class, desc string) {
	p.t.Helper()
	p.Send(fmt.Sprintf(`{"error": {"class": %s, "desc": %s}%s}`+"\r\n", quote(class), quote(desc), idMember(req)))
}

// Event sends an event with data, which is JSON text or empty. Its timestamp is 1700000000.25 s.
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
	text, _ := json.Marshal(s) // marshalling a string cannot fail
	return string(text)
}

// Close closes the connection, as the end of the script also does.
func (p *Peer) Close() { p.conn.Close() }

// WaitClose waits until the client has closed the connection. It reads requests and does not
// answer them.
func (p *Peer) WaitClose() {
	p.t.Helper()
	for {
		if _, ok := p.Next(); !ok {
			return
		}
	}
}
