package console

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
)

// record starts a recorder before a machine and returns its address, and a function
// that ends it and returns what was written down.
func record(t *testing.T, target string, secrets bool) (addr string, end func() string) {
	t.Helper()
	dir := t.TempDir()
	r := &Recorder{Target: Target{Addr: target}, Listen: filepath.Join(dir, "r"), Out: filepath.Join(dir, "out"), Secrets: secrets}
	ctx, cancel := context.WithCancel(t.Context())
	ready, ended := make(chan bool), make(chan error, 1)
	go func() { ended <- r.Run(ctx, io.Discard, func(net.Addr) { close(ready) }) }()
	select {
	case <-ready:
	case err := <-ended:
		t.Fatal(err)
	}
	return r.Listen, func() string {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		text, err := os.ReadFile(r.Out)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Lstat(r.Listen); err == nil {
			t.Error("the socket is left behind")
		}
		return string(text)
	}
}

// counter is a machine whose answers tell calls apart: echo answers with its
// arguments, next counts, fail fails.
func counter(t *testing.T) string {
	t.Helper()
	n := 0
	type echo struct {
		N        int    `json:"n"`
		Password string `json:"password"`
	}
	server := qmp.NewServer([]qmp.ServerCommand{
		{Name: "echo", Args: new(echo), Result: new(echo), Run: func(_ context.Context, args any) (any, error) { return args, nil }},
		{Name: "next", Result: new(int), Run: func(context.Context, any) (any, error) { n++; m := n; return &m, nil }},
		{Name: "fail", Run: func(context.Context, any) (any, error) {
			return nil, &qmp.Error{Class: qmp.ClassDeviceNotFound, Desc: "none"}
		}},
		{Name: "files", Result: new(int), Run: func(ctx context.Context, _ any) (any, error) {
			sum := 0
			for _, f := range qmp.ReceivedFiles(ctx) {
				text, err := io.ReadAll(f)
				if err != nil {
					return nil, err
				}
				sum += len(text)
				f.Close()
			}
			return &sum, nil
		}},
	})
	return listen(t, server)
}

// converse runs calls and returns what each answered.
func converse(t *testing.T, addr string, calls int) []string {
	t.Helper()
	c, err := qmp.Dial(t.Context(), "unix:"+addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var answers []string
	for i := range calls {
		name, args := "echo", json.RawMessage(fmt.Sprintf(`{"n":%d,"password":"p"}`, i%7))
		switch i % 3 {
		case 1:
			name, args = "next", nil
		case 2:
			name, args = "fail", nil
		}
		var result json.RawMessage
		err := c.Do(t.Context(), &qmp.Request{Command: name, Args: args, Result: &result})
		if args == nil {
			err = c.Do(t.Context(), &qmp.Request{Command: name, Result: &result})
		}
		answers = append(answers, fmt.Sprintf("%s %v", formatJSON(result, false), err))
	}
	return answers
}

// TestRecordFiles checks that descriptors are passed on and counted.
func TestRecordFiles(t *testing.T) {
	addr, end := record(t, counter(t), false)
	var files []*os.File
	for i := range 3 {
		name := filepath.Join(t.TempDir(), "f")
		if err := os.WriteFile(name, make([]byte, 1+i), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		files = append(files, f)
	}
	c, err := qmp.Dial(t.Context(), "unix:"+addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var sum int
	if err := c.Do(t.Context(), &qmp.Request{Command: "files", Files: files, Result: &sum}); err != nil || sum != 6 {
		t.Errorf("%v, %d bytes", err, sum)
	}
	c.Close()
	if text := end(); !strings.Contains(text, `"files":3`) || !strings.Contains(text, `"end":true`) {
		t.Error(text)
	}
}

// TestRecordSlowClient checks that a client that does not read slows the server down, as without a
// recorder between them, and then gets all unchanged.
func TestRecordSlowClient(t *testing.T) {
	const most = 256 << 20
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	line := []byte(`{"event": "E", "data": "` + strings.Repeat("x", 64<<10) + `"}` + "\n")
	var sent atomic.Int64
	blocked := make(chan bool)
	served := make(chan error, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			served <- err
			return
		}
		defer conn.Close()
		for sent.Load() < most {
			conn.SetWriteDeadline(time.Now().Add(100 * time.Millisecond))
			n, err := conn.Write(line)
			sent.Add(int64(n))
			if errors.Is(err, os.ErrDeadlineExceeded) {
				close(blocked)
				conn.SetWriteDeadline(time.Time{})
				n, err = conn.Write(line[n:])
				sent.Add(int64(n))
				served <- err
				return
			}
			if err != nil {
				served <- err
				return
			}
		}
		served <- errors.New("all was taken, though nobody read it")
	}()
	addr, end := record(t, path, false)
	conn, err := net.Dial("unix", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	select {
	case <-blocked:
	case err := <-served:
		t.Fatal(err)
	}
	got := 0
	in := bufio.NewReader(conn)
	for {
		text, err := in.ReadBytes('\n')
		if err != nil {
			break
		}
		if !bytes.Equal(text, line) {
			t.Fatalf("line %d has changed", got/len(line))
		}
		got += len(text)
	}
	if err := <-served; err != nil || got != int(sent.Load()) {
		t.Errorf("%v, %d bytes of %d came", err, got, sent.Load())
	}
	if n := strings.Count(end(), `"from":"server","message":`); n != got/len(line) {
		t.Errorf("%d events are in the recording, %d came", n, got/len(line))
	}
}

// TestRecordUnchanged sends garbage in both directions and in pieces.
func TestRecordUnchanged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	reply := "{\"QMP\": {}}\r\n\xff{\"a\":nan} garbage \xfe\n{'b': \"}\"}[1,\n2]"
	request := "\xff{'execute':\t'x'}no json\n\x00\xf0{\"open"
	got := make(chan string, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			got <- err.Error()
			return
		}
		defer conn.Close()
		for i := range len(reply) {
			io.WriteString(conn, reply[i:i+1])
		}
		text, _ := io.ReadAll(conn)
		got <- string(text)
	}()
	addr, end := record(t, path, false)
	conn, err := net.Dial("unix", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	buf := make([]byte, len(reply))
	if _, err := io.ReadFull(conn, buf); err != nil || string(buf) != reply {
		t.Errorf("%v %q", err, buf)
	}
	io.WriteString(conn, request)
	conn.(*net.UnixConn).CloseWrite()
	if text := <-got; text != request {
		t.Errorf("%q", text)
	}
	io.ReadAll(conn)
	text := end()
	for _, want := range []string{`"message":{"QMP":{}}`, `"bytes":"/w=="`, `"text":"{\"a\":nan}"`, `"message":{"b":"}"}`, `"message":[1,2]`,
		`"message":{"execute":"x"}`, `"text":"no json"`, `"text":"{\"open"`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in %s", want, text)
		}
	}
}

func TestMask(t *testing.T) {
	for _, test := range []struct{ message, want string }{
		{`{"execute":"set_password","arguments":{"protocol":"vnc","password":"x"}}`, `"password": "***"`},
		{`{'execute':'set_password','arguments':{'password':'x'}}`, `"password": "***"`},
		{`{"execute":"object-add","arguments":{"qom-type":"secret","id":"s","data":"x"}}`, `"data": "***"`},
		{`{"execute":"object-add","arguments":{"qom-type":"secret","id":"s","props":{"data":"x"}}}`, `"data": "***"`},
		{`{"execute":"blockdev-add","arguments":{"key-secret":"s0","file":{"password":"x"}}}`, `"key-secret": "s0", "file": {"password": "***"}`},
		{`{"execute":"send-key","arguments":{"keys":[{"type":"qcode","data":"x"}]}}`, `"keys": [{"type": "qcode", "data": "***"}]`},
		{`{"execute":"human-monitor-command","arguments":{"command-line":"set_password vnc x"}}`, `set_password vnc ***`},
		{`{"execute":"human-monitor-command","arguments":{"command-line":"object_add secret,id=s,data=x"}}`, `object_add secret,id=s,data=***`},
		{`{"execute":"qom-set","arguments":{"path":"/","property":"password","value":"x"}}`, `"value": "***"`},
		{`{"execute":"change","arguments":{"filename":"http://u:x@h/f"}}`, `http://u:***@h/f`},
		{`{"execute":"blockdev-add","arguments":{"filename":"rbd:p/i:id=a:key=x:conf=c"}}`, `rbd:p/i:id=a:key=***:conf=c`},
		{`{"execute":"guest-set-user-password","arguments":{"username":"u","password":"x","crypted":false}}`, `"username": "u", "password": "***"`},
	} {
		v, err := parseValue(test.message)
		if err != nil {
			t.Fatal(err)
		}
		if !new(masker).value(v) {
			t.Errorf("%s: nothing is masked", test.message)
		}
		got := string(appendValue(nil, v))
		if !strings.Contains(got, test.want) || strings.Contains(got, `"x"`) {
			t.Errorf("%s, want %s", got, test.want)
		}
	}
	for _, plain := range []string{`{"execute":"query-status"}`, `{"event":"X","data":{"data":"y"}}`,
		`{"execute":"human-monitor-command","arguments":{"command-line":"info status"}}`} {
		v, _ := parseValue(plain)
		if new(masker).value(v) {
			t.Errorf("%s: masked", plain)
		}
	}
}

// FuzzSplitter checks that pieces are what was sent, without what is between them,
// however it is cut.
func FuzzSplitter(f *testing.F) {
	f.Add([]byte("{\"a\": \"}\"}\r\n[1]x\n\xff"), 3)
	f.Fuzz(func(t *testing.T, data []byte, at int) {
		pieces := func(parts ...[]byte) string {
			var all []string
			s := &splitter{emit: func(p []byte) { all = append(all, string(p)) }}
			for _, p := range parts {
				s.Write(p)
			}
			s.flush()
			return strings.Join(all, "\x00|")
		}
		at = min(max(at, 0), len(data))
		if whole, cut := pieces(data), pieces(data[:at], data[at:]); whole != cut {
			t.Fatalf("%q, cut %q", whole, cut)
		}
	})
}

// FuzzRecording checks that no recording stops the program.
func FuzzRecording(f *testing.F) {
	f.Add(`{"time":"x","connection":1,"from":"client","message":{"execute":"a","id":[1]}}
{"time":"x","connection":1,"from":"server","message":{"return":{},"id":[1]}}`)
	f.Fuzz(func(t *testing.T, text string) {
		p, err := NewReplay(strings.NewReader(text), "x")
		if err == nil && len(p.exchanges) == 0 {
			t.Error("a recording without commands")
		}
	})
}
