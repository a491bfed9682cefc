package qmp_test

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/qmptest"
)

// FuzzClient checks that whatever a server sends after the negotiation, in one piece or two, a call
// returns; that calls, subscriptions and the client report the same cause for the end of the
// connection; and that Close leaves nothing behind.
func FuzzClient(f *testing.F) {
	for _, seed := range []string{
		`{"return": {}, "id": 1}`, `{"error": {"class": "C", "desc": "D"}, "id": 1}`, `{"event": "E", "timestamp": {"seconds": 1, "microseconds": 2}}`,
		`{"error": null}`, `{"return": inf, "id": 1}`, qmptest.DefaultGreeting, "{}\r\n[", `{"return": "`, "\xff{}", `{"id": 1, "return": "\ud800"}`,
		"{\"ret\r\n{\"return\": {}, \"id\": 1}\r\n", "{\n{\n\"return\": {}, \"id\": 1\n}\n",
	} {
		f.Add([]byte(seed), uint16(len(seed)/2))
	}
	f.Fuzz(func(t *testing.T, data []byte, cut uint16) {
		client, server := net.Pipe()
		cut = uint16(min(int(cut), len(data)))
		served := make(chan bool)
		go func() {
			defer close(served)
			defer server.Close()
			buf := make([]byte, 1024)
			io.WriteString(server, qmptest.DefaultGreeting)
			server.Read(buf)
			io.WriteString(server, `{"return": {}, "id": 0}`)
			server.Read(buf)
			server.Write(data[:cut])
			server.Write(data[cut:])
		}()
		c, err := qmp.NewClient(context.Background(), client)
		if err != nil {
			t.Fatal(err)
		}
		sub := qmp.Subscribe[*qmp.UnknownEvent](c)
		var result any
		err = c.Call(context.Background(), "x", nil, &result)
		var ended, cause *qmp.DisconnectError
		if errors.As(err, &ended) {
			if c.Err() != ended {
				t.Errorf("the call: %v, the client: %v", ended, c.Err())
			}
			for _, err = range sub.All(context.Background()) {
			}
			if !errors.As(err, &cause) || cause != ended {
				t.Errorf("the call: %v, the subscription: %v", ended, err)
			}
		}
		if err := c.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		<-served
	})
}
