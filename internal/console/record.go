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
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/dial"
)

// A Recorder forwards connections unchanged, with descriptors, and records them.
type Recorder struct {
	Target  Target
	Listen  string // an address
	Out     string // the file, which may not exist yet
	Secrets bool   // are recorded, not masked

	mu          sync.Mutex
	out         *bufio.Writer
	failed      error // of writing
	messages    int
	connections int
	stop        context.CancelFunc
}

// CheckListen returns an error if [Listen] does not take the address. It does not listen.
func CheckListen(addr string) error {
	_, _, err := listenAddr(addr)
	return err
}

func listenAddr(addr string) (network, address string, err error) {
	if _, err := strconv.Atoi(addr); err != nil && addr != "" && !strings.ContainsAny(addr, ":/") {
		return "unix", addr, nil // a path without a slash, and not a port
	}
	if network, address, err = dial.Parse(addr, false); err == nil && network != "unix" && network != "tcp" {
		err = fmt.Errorf("address %q: want unix:PATH, tcp:HOST:PORT or a path", addr)
	}
	return network, address, err
}

// Listen listens on an address of qmp.Dial, a unix socket or TCP. It replaces a socket that
// nobody listens on. Closing the listener removes the socket.
func Listen(addr string) (net.Listener, error) {
	network, address, err := listenAddr(addr)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen(network, address)
	if err == nil || network != "unix" {
		return l, err
	}
	if info, failed := os.Lstat(address); failed != nil || info.Mode().Type() != os.ModeSocket {
		return nil, err
	}
	if c, failed := net.Dial(network, address); failed == nil {
		c.Close()
		return nil, err
	}
	if failed := os.Remove(address); failed != nil {
		return nil, err
	}
	return net.Listen(network, address)
}

// Run serves clients until the context is done or the file cannot be written. Each client has
// a connection to the server of its own. listening is called with the address once clients
// can connect.
func (r *Recorder) Run(ctx context.Context, stderr io.Writer, listening func(addr net.Addr)) error {
	if err := r.Target.Check(); err != nil {
		return err
	}
	file, err := os.OpenFile(r.Out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	r.out = bufio.NewWriter(file)
	l, err := Listen(r.Listen)
	if err != nil {
		file.Close()
		os.Remove(r.Out)
		return err
	}
	ctx, r.stop = context.WithCancel(ctx)
	defer r.stop()
	listening(l.Addr())
	err = eachConn(ctx, l, func(ctx context.Context, client net.Conn) {
		if err := r.pass(ctx, client); err != nil && ctx.Err() == nil {
			fmt.Fprintf(stderr, "qapi-go: %s\n", diag.Visible(err.Error()))
		}
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	fmt.Fprintf(stderr, "qapi-go: %s: messages: %d, connections: %d\n", diag.Visible(r.Out), r.messages, r.connections)
	return errors.Join(err, r.failed, r.out.Flush(), file.Close())
}

// eachConn serves each connection in a goroutine until the context is done. When it
// returns, all have ended.
func eachConn(ctx context.Context, l net.Listener, serve func(context.Context, net.Conn)) error {
	var wait sync.WaitGroup
	defer wait.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer l.Close()
	unused := context.AfterFunc(ctx, func() { l.Close() })
	defer unused()
	for {
		conn, err := l.Accept()
		if ctx.Err() != nil {
			if err == nil {
				conn.Close()
			}
			return nil
		}
		if err != nil {
			return err
		}
		wait.Go(func() {
			defer conn.Close()
			stop := context.AfterFunc(ctx, func() { conn.Close() })
			defer stop()
			serve(ctx, conn)
		})
	}
}

// pass forwards one connection until a side ends it.
func (r *Recorder) pass(ctx context.Context, client net.Conn) error {
	server, err := r.Target.Connect(ctx)
	if err != nil {
		return err
	}
	defer server.Close()
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	r.mu.Lock()
	r.connections++
	n := r.connections
	r.mu.Unlock()
	toServer := make(chan error, 1)
	go func() {
		err := r.copy(server, client, n, fromClient)
		// The client still gets what the server sends.
		if half, ok := server.(interface{ CloseWrite() error }); err == nil && ok {
			half.CloseWrite()
		} else {
			server.Close()
		}
		toServer <- err
	}()
	back := r.copy(client, server, n, fromServer)
	client.Close()
	err = <-toServer
	if errors.Is(err, net.ErrClosed) || errors.Is(err, os.ErrClosed) {
		err = nil
	}
	if errors.Is(back, net.ErrClosed) || errors.Is(back, os.ErrClosed) {
		back = nil
	}
	return errors.Join(err, back)
}

// copy forwards the bytes of one side until it ends.
func (r *Recorder) copy(to io.Writer, from io.Reader, connection int, side string) error {
	files := 0
	parts := &splitter{emit: func(piece []byte) {
		r.write(connection, side, piece, files)
		files = 0
	}}
	buf := make([]byte, 64<<10)
	for {
		n, passed, err := receive(from, buf)
		files += len(passed)
		if n > 0 {
			// It is written down before it is passed on: then what answers it comes
			// later in the file.
			parts.Write(buf[:n])
			_, failed := send(to, buf[:n], passed)
			if failed != nil {
				closePassed(passed)
				return failed
			}
		}
		closePassed(passed)
		if err != nil {
			parts.flush()
			r.writeEntry(entry{Time: time.Now().UTC().Format(timeFormat), Connection: connection, From: side, End: true})
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

// write records a piece.
func (r *Recorder) write(connection int, side string, piece []byte, files int) {
	var mask *masker
	if !r.Secrets {
		mask = new(masker)
	}
	e := newEntry(time.Now(), connection, side, piece, mask)
	e.Files = files
	r.writeEntry(e)
}

// writeEntry writes a line. An error ends the recording.
func (r *Recorder) writeEntry(e entry) {
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false)
	err := enc.Encode(e)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failed != nil {
		return
	}
	if !e.End {
		r.messages++
	}
	if err == nil {
		_, err = r.out.Write(line.Bytes())
	}
	if err == nil {
		err = r.out.Flush() // errors of closing do not matter: all was written
	}
	if r.failed = err; err != nil {
		r.stop()
	}
}
