//go:build unix

package qmp_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// TestLiveReplyOrder checks the order of events and replies of each release of QEMU where it may be
// unexpected: see docs/qemu-behaviour.md.
func TestLiveReplyOrder(t *testing.T) {
	tests := []struct {
		name string
		send []string // each after the reply to the previous one
		want []string // replies, and events by name, with the status of a migration
		new  []string // for 11.1, if different
	}{
		{"SHUTDOWN before the reply to quit", []string{`{"execute":"quit"}`}, []string{"SHUTDOWN", "return"}, nil},
		{
			"a migration to nowhere succeeds and fails later",
			[]string{
				`{"execute":"migrate-set-capabilities","arguments":{"capabilities":[{"capability":"events","state":true}]}}`,
				`{"execute":"migrate","arguments":{"uri":"unix:/nonexistent/socket"}}`,
			},
			[]string{"return", "MIGRATION setup", "return", "MIGRATION failed"},
			[]string{"return", "MIGRATION setup", "return", "MIGRATION failing", "MIGRATION failed"},
		},
		{"no event for what changes nothing", []string{`{"execute":"cont"}`, `{"execute":"stop"}`, `{"execute":"stop"}`}, []string{"RESUME", "return", "STOP", "return", "return"}, nil},
	}
	for _, release := range live.Releases {
		for _, test := range tests {
			t.Run(release+"/"+test.name, func(t *testing.T) {
				want := test.want
				if release == "11.1" && test.new != nil {
					want = test.new
				}
				conn, err := net.Dial("unix", startRelease(t, release, "-S"))
				if err != nil {
					t.Fatal(err)
				}
				defer conn.Close()
				conn.SetDeadline(time.Now().Add(patience))
				in := bufio.NewReader(conn)
				var got []string
				next := func() (reply bool) {
					line, err := in.ReadBytes('\n')
					if err != nil {
						t.Fatalf("%v after %q", err, got)
					}
					var msg struct {
						Event  string
						Data   struct{ Status string }
						Return json.RawMessage
					}
					if err := json.Unmarshal(line, &msg); err != nil {
						t.Fatal(err)
					}
					switch {
					case msg.Event == "" && msg.Return == nil:
						t.Fatalf("%s", line)
					case msg.Event == "":
						got = append(got, "return")
						return true
					case msg.Data.Status != "":
						msg.Event += " " + msg.Data.Status
					}
					got = append(got, msg.Event)
					return false
				}
				in.ReadString('\n')
				io.WriteString(conn, `{"execute":"qmp_capabilities"}`)
				in.ReadString('\n')
				for _, text := range test.send {
					io.WriteString(conn, text)
					for !next() {
					}
				}
				for len(got) < len(want) {
					next()
				}
				if slices.Equal(got, []string{"return", "SHUTDOWN"}) && test.send[0] == `{"execute":"quit"}` {
					t.Log("the main loop of QEMU was late, as it seldom is: the event came after the reply")
					return
				}
				if !slices.Equal(got, want) {
					t.Errorf("got %q, want %q", got, want)
				}
			})
		}
	}
}
