package console

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"github.com/qapi-go/qapi-go/internal/dial"
	"github.com/qapi-go/qapi-go/qga"
	"github.com/qapi-go/qapi-go/qmp"
)

// connectTime bounds how long a server may take to accept a connection, and an agent to
// answer its first message. Package qmp has a limit of its own for the greeting.
const connectTime = 10 * time.Second

// A Target is the address of a server, QEMU or a guest agent, and how to connect to it.
type Target struct {
	// Addr is what qmp.Dial takes, "tls:HOST:PORT", or "exec:COMMAND…", a program
	// whose standard input and output are the monitor.
	Addr  string
	Agent bool // a guest agent

	// Files in PEM format, for tls. Without CA, the system's authorities are trusted.
	CA, Cert, Key string

	Stderr io.Writer // for the standard error of the program of exec
}

// Prefixes of addresses in addition to those of qmp.Dial.
const (
	tlsPrefix  = "tls:"
	execPrefix = "exec:"
)

// Check returns an error if the target is invalid. It does not connect.
func (t *Target) Check() error {
	rest, isTLS := strings.CutPrefix(t.Addr, tlsPrefix)
	if !isTLS && (t.CA != "" || t.Cert != "" || t.Key != "") {
		return errors.New("--tls-ca, --tls-cert and --tls-key need an address tls:HOST:PORT")
	}
	if (t.Cert == "") != (t.Key == "") {
		return errors.New("--tls-cert and --tls-key need each other")
	}
	if isTLS {
		_, port, err := net.SplitHostPort(rest)
		if err == nil && port == "" {
			err = errors.New("the port is empty")
		}
		if err != nil {
			return fmt.Errorf("%s: want tls:HOST:PORT: %w", t.Addr, err)
		}
		return nil
	}
	if command, ok := strings.CutPrefix(t.Addr, execPrefix); ok {
		words, err := splitCommand(command)
		if err == nil && len(words) == 0 {
			err = errors.New("the command is empty")
		}
		if err != nil {
			return fmt.Errorf("%s: %w", t.Addr, err)
		}
		return nil
	}
	_, _, err := dial.Parse(socketAddr(t.Addr), false)
	return err
}

// socketAddr returns addr, or "unix:PATH" if it is the path of a socket without a slash, which
// qmp.Dial does not take.
func socketAddr(addr string) string {
	if strings.Contains(addr, ":") {
		return addr
	}
	if info, err := os.Stat(addr); err != nil || info.Mode().Type() != os.ModeSocket {
		return addr
	}
	return "unix:" + addr
}

// Connect connects to the target, without negotiation.
func (t *Target) Connect(ctx context.Context) (io.ReadWriteCloser, error) {
	ctx, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	if rest, ok := strings.CutPrefix(t.Addr, tlsPrefix); ok {
		config, err := t.tlsConfig(ctx)
		if err != nil {
			return nil, err
		}
		return (&tls.Dialer{Config: config}).DialContext(ctx, "tcp", rest)
	}
	if command, ok := strings.CutPrefix(t.Addr, execPrefix); ok {
		return startProgram(command, t.Stderr)
	}
	network, address, err := dial.Parse(socketAddr(t.Addr), false)
	if err != nil {
		return nil, err
	}
	return dial.Connect(ctx, network, address)
}

// maxPEM bounds the size of a file with certificates, in bytes. All authorities have 0.2 MB.
const maxPEM = 16 << 20

// readPEM reads a file, which may be a pipe and so take any time: it ends with the context.
func readPEM(ctx context.Context, name string) ([]byte, error) {
	type result struct {
		text []byte
		err  error
	}
	done := make(chan result, 1)
	go func() {
		f, err := os.Open(name)
		if err != nil {
			done <- result{nil, err}
			return
		}
		defer f.Close()
		text, err := io.ReadAll(io.LimitReader(f, maxPEM+1))
		if err == nil && len(text) > maxPEM {
			err = fmt.Errorf("%s: larger than %d MiB", name, maxPEM>>20)
		}
		done <- result{text, err}
	}()
	select {
	case r := <-done:
		return r.text, r.err
	case <-ctx.Done():
		return nil, fmt.Errorf("reading %s: %w", name, ctx.Err())
	}
}

// tlsConfig returns the configuration for tls, from the files of the target.
func (t *Target) tlsConfig(ctx context.Context) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if t.CA != "" {
		text, err := readPEM(ctx, t.CA)
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("%s: no certificate in PEM format", t.CA)
		}
	}
	if t.Cert != "" {
		cert, err := readPEM(ctx, t.Cert)
		if err != nil {
			return nil, err
		}
		key, err := readPEM(ctx, t.Key)
		if err != nil {
			return nil, err
		}
		pair, err := tls.X509KeyPair(cert, key)
		if err != nil {
			return nil, fmt.Errorf("%s, %s: %w", t.Cert, t.Key, err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// A Machine is a negotiated connection to a server.
type Machine struct {
	client
	events qmp.EventSource // nil for an agent
	agent  bool
}

// A client is a client of either protocol.
type client interface {
	qmp.Caller
	Close() error
	Done() <-chan struct{}
	Err() error
}

// Dial connects to the target and negotiates. hook may be nil; see qmp.WithHook.
func (t *Target) Dial(ctx context.Context, hook func(qmp.Direction, []byte)) (*Machine, error) {
	conn, err := t.Connect(ctx)
	if err != nil {
		return nil, err
	}
	if t.Agent {
		var opts []qga.Option
		if hook != nil {
			opts = append(opts, qga.WithHook(hook))
		}
		ctx, cancel := context.WithTimeout(ctx, connectTime)
		defer cancel()
		c, err := qga.NewClient(ctx, conn, opts...)
		if err != nil {
			return nil, err
		}
		return &Machine{client: c, agent: true}, nil
	}
	var opts []qmp.Option
	if hook != nil {
		opts = append(opts, qmp.WithHook(hook))
	}
	c, err := qmp.NewClient(ctx, conn, opts...)
	if err != nil {
		return nil, err
	}
	return &Machine{client: c, events: c}, nil
}
