package qmp_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/qmptest"
)

// byteConn is a connection that returns one byte at a time.
type byteConn struct{ net.Conn }

func (c byteConn) Read(p []byte) (int, error) { return c.Conn.Read(p[:min(1, len(p))]) }

func dialBytewise(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	return byteConn{conn}, err
}

// A reply is not taken for one that is cut off, however its result is laid out in lines and
// whatever members the objects in it have.
func TestResultInLines(t *testing.T) {
	elements := []string{
		`{"id": "job0", "status": "concluded", "error": "No space left on device"}`, // of query-jobs
		`{"error": "No space left on device"}`,
		`{"error": "No space left on device", "id": 1}`, // 1 is the id of the call
		`{"error": {"class": "GenericError", "desc": "{\n"}}`,
		`{"error": {"class": "GenericError", "desc": "{\n"}, "id": "77"}`,
		`{"return": {}}`,
		`{"return": {}, "id": "1"}`,
		`{"event": "flush_to_disk", "state": 1}`, // of blkdebug
		`{"event": "x"}`,
		`{"execute": "}", "id": 1}`,
		`{}`,
	}
	layouts := map[string]string{
		"list":      "{\"return\": [\n%s\n], \"id\": 1}\n",
		"CRLF":      "{\"return\":\r\n[\r\n1,\r\n%s\r\n]\r\n,\r\n\"id\":\r\n1\r\n}\r\n",
		"first":     "{\n\"id\": 1, \"return\": [\n%s\n,\n{}\n]\n}\n",
		"last":      "{\"id\": 1, \"return\": [\n{},\n%[1]s,\n%[1]s\n]}\n",
		"indented":  "{\n    \"return\": [\n        %s\n    ],\n    \"id\": 1\n}\n",
		"one line":  "{\"return\": [%s], \"id\": 1}\n",
		"line ends": "\n\r\n{\"return\": [\n\n\n%s\n\n\n], \"id\": 1}",
	}
	for name, layout := range layouts {
		for _, element := range elements {
			for _, opts := range [][]qmp.Option{nil, {qmp.WithDialer(dialBytewise)}} {
				c := dialPeer(t, func(p *qmptest.Peer) {
					p.Negotiate()
					p.Expect("x")
					p.Send(fmt.Sprintf(layout, element))
					p.WaitClose()
				}, opts...)
				var got []json.RawMessage
				if err := c.Call(testContext(t), "x", nil, &got); err != nil {
					t.Errorf("%s of %s: %v", name, element, err)
				} else if !strings.Contains(fmt.Sprintf("%s", got), element) {
					t.Errorf("%s of %s: %s", name, element, got)
				}
				c.Close()
			}
		}
	}
}

// After a reply that is cut off anywhere, the following ones reach their calls.
func TestRepliesAfterCutOff(t *testing.T) {
	const cut = `{"return": [{"a": "}{][\"\\"}, 1, {"b": {}}], "id": 1}`
	results := []string{`{"a": "}"}`, `["]}\"\\", {}, "{"]`, "{\n    \"a\": [\n        \"}{\"\n    ]\n}"}
	for n := 1; n < len(cut); n++ {
		c := dialPeer(t, func(p *qmptest.Peer) {
			p.Negotiate()
			p.Expect("lost")
			for i, result := range results {
				req := p.Expect("x")
				if i == 0 {
					p.Send(cut[:n] + "\r\n")
				}
				p.Send(fmt.Sprintf("{\n    \"return\": %s,\n    \"id\": %s\n}\r\n", result, req.ID))
				p.Return(p.Expect("x"), result)
			}
			p.WaitClose()
		})
		go c.Call(testContext(t), "lost", nil, nil)
		awaitSent(t, c, 1)
		for _, want := range results {
			for range 2 {
				var got json.RawMessage
				if err := c.Call(testContext(t), "x", nil, &got); err != nil || string(got) != want {
					t.Fatalf("after %s: %s, %v; want %s", cut[:n], got, err, want)
				}
			}
		}
		c.Close()
	}
}
