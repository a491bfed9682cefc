//go:build unix

package qmp_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
)

// A stub is a separate process that answers each command at once with the bytes that QEMU would
// send, so that benchmarks measure the cost of a client. It ignores the content of commands except
// for "flood": it sends as many BLOCK_JOB_READY events as the argument says before the reply, 1000
// per write.

const (
	stubEnv    = "QMP_TEST_STUB" // path of the socket, in the stub's process
	stubReady  = "the stub listens"
	stubStatus = `{"return": {"status": "running", "singlestep": false, "running": true}`
	stubEvent  = `{"timestamp": {"seconds": 1700000000, "microseconds": 250000}, "event": "BLOCK_JOB_READY", "data": {"device": "mirror0", "len": 67108864, "offset": 67108864, "speed": 0, "type": "mirror"}}` + "\r\n"
)

// TestStubProcess is the stub's process, not a test.
func TestStubProcess(t *testing.T) {
	path := os.Getenv(stubEnv)
	if path == "" {
		t.Skip("this is the process that startStub starts")
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(stubReady)
	go func() { // exits with the process that started it
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	for {
		conn, err := listener.Accept()
		if err != nil {
			t.Fatal(err)
		}
		go serveStub(conn)
	}
}

func serveStub(conn net.Conn) {
	defer conn.Close()
	io.WriteString(conn, `{"QMP": {"version": {"qemu": {"micro": 2, "minor": 0, "major": 10}, "package": ""}, "capabilities": ["oob"]}}`+"\r\n")
	in := bufio.NewReaderSize(conn, 64<<10)
	var out []byte
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return
		}
		if n := stubNumber(line, `"count":`); n > 0 {
			conn.Write(out)
			out = out[:0]
			for ; n > 0; n -= 1000 {
				conn.Write(bytes.Repeat([]byte(stubEvent), min(n, 1000)))
			}
		}
		out = append(out, stubStatus...)
		if id := stubNumber(line, `"id":`); id >= 0 {
			out = append(out, `, "id": `...)
			out = strconv.AppendInt(out, int64(id), 10)
		}
		out = append(out, "}\r\n"...)
		if in.Buffered() == 0 { // commands that arrived together are answered together
			conn.Write(out)
			out = out[:0]
		}
	}
}

// stubNumber returns the number after a key, or -1 if the key is absent.
func stubNumber(line []byte, key string) (n int) {
	_, after, ok := bytes.Cut(line, []byte(key))
	if !ok {
		return -1
	}
	for len(after) > 0 && after[0] >= '0' && after[0] <= '9' {
		n = n*10 + int(after[0]-'0')
		after = after[1:]
	}
	return n
}

// startStub starts a stub and returns its socket's path.
func startStub(tb testing.TB) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "stub")
	program, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	cmd := exec.Command(program, "-test.run=^TestStubProcess$")
	cmd.Env = append(os.Environ(), stubEnv+"="+path)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		stdin.Close()
		cmd.Wait()
	})
	if line, err := bufio.NewReader(stdout).ReadString('\n'); line != stubReady+"\n" {
		tb.Fatalf("the stub says %q, %v", line, err)
	}
	return path
}

// A bareConn is the yardstick for clients: a buffered connection.
type bareConn struct {
	net.Conn
	in  *bufio.Reader
	out []byte
}

// dialBare connects to a server and negotiates.
func dialBare(tb testing.TB, path string) *bareConn {
	tb.Helper()
	conn, err := net.Dial("unix", path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { conn.Close() })
	c := &bareConn{Conn: conn, in: bufio.NewReaderSize(conn, 64<<10)}
	if _, err := c.in.ReadSlice('\n'); err != nil {
		tb.Fatal(err)
	}
	if _, err := c.run([]byte(`{"execute":"qmp_capabilities"}` + "\n")); err != nil {
		tb.Fatal(err)
	}
	return c
}

// run sends a command and returns the next line.
func (c *bareConn) run(command []byte) ([]byte, error) {
	if _, err := c.Write(command); err != nil {
		return nil, err
	}
	return c.in.ReadSlice('\n')
}

// status runs query-status with the same bytes that a client sends for its call i, counted from 0,
// and discards the reply. Every byte matters: QEMU reads them one at a time.
func (c *bareConn) status(i int) error {
	c.out = append(c.out[:0], `{"execute":"query-status","id":`...)
	c.out = strconv.AppendInt(c.out, int64(1+i%qmp.ShortIDs), 10)
	_, err := c.run(append(c.out, "}\n"...))
	return err
}

// query runs query-status like a program that has only encoding/json.
func (c *bareConn) query(id int) (status StatusInfo, err error) {
	command, err := json.Marshal(struct {
		Execute string `json:"execute"`
		ID      int    `json:"id"`
	}{"query-status", id})
	if err != nil {
		return status, err
	}
	line, err := c.run(append(command, '\n'))
	if err != nil {
		return status, err
	}
	var reply struct {
		Return *StatusInfo `json:"return"`
		ID     int         `json:"id"`
	}
	if err := json.Unmarshal(line, &reply); err != nil {
		return status, err
	}
	if reply.ID != id || reply.Return == nil {
		return status, fmt.Errorf("not the reply: %s", line)
	}
	return *reply.Return, nil
}
