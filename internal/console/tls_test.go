package console

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/certs"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/qmp"
)

// credentials are those of a client and a server in files.
type credentials struct {
	ca     *certs.Authority
	server tls.Certificate
	dir    string // ca-cert.pem, client-cert.pem, client-key.pem, server-cert.pem, server-key.pem
}

func newCredentials(t *testing.T) *credentials {
	t.Helper()
	c := &credentials{ca: certs.New(t), dir: t.TempDir()}
	c.server = c.ca.Peer(t, "localhost", x509.ExtKeyUsageServerAuth)
	c.ca.Write(t, c.dir, "server", c.server)
	c.ca.Write(t, c.dir, "client", c.ca.Peer(t, "client", x509.ExtKeyUsageClientAuth))
	return c
}

// target returns a target that presents the client's certificate.
func (c *credentials) target(addr string) Target {
	file := func(name string) string { return filepath.Join(c.dir, name) }
	return Target{Addr: "tls:" + addr, CA: file("ca-cert.pem"), Cert: file("client-cert.pem"), Key: file("client-key.pem")}
}

// TestTLS checks that an address tls: is dialled with the files that are given, and that a peer
// that either side does not trust is refused.
func TestTLS(t *testing.T) {
	own := newCredentials(t)
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{own.server}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: own.ca.Pool(),
	})
	if err != nil {
		t.Fatal(err)
	}
	server := qmp.NewServer([]qmp.ServerCommand{{Name: "ping", Run: func(context.Context, any) (any, error) { return nil, nil }}})
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	defer func() {
		server.Close()
		<-served
	}()
	addr := l.Addr().String()
	_, port, _ := net.SplitHostPort(addr)
	other := newCredentials(t)
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	good := own.target(addr)
	with := func(change func(*Target)) Target {
		target := good
		change(&target)
		return target
	}
	for _, test := range []struct {
		name   string
		target Target
		want   string // of the error
	}{
		{"trusted", good, ""},
		{"by name", with(func(t *Target) { t.Addr = "tls:localhost:" + port }), ""},
		{"no certificate", with(func(t *Target) { t.Cert, t.Key = "", "" }), "certificate required"},
		{"another authority's client", with(func(t *Target) { t.Cert, t.Key = other.target(addr).Cert, other.target(addr).Key }), "certificate"},
		{"another authority's server", with(func(t *Target) { t.CA = other.target(addr).CA }), "certificate signed by unknown authority"},
		{"the system's authorities", with(func(t *Target) { t.CA = "" }), "certificate signed by unknown authority"},
		{"no file", with(func(t *Target) { t.CA = "/no/such" }), "/no/such: no such file"},
		{"no certificate in the file", with(func(t *Target) { t.CA = text }), text + ": no certificate in PEM format"},
		{"a key of another", with(func(t *Target) { t.Key = other.target(addr).Key }), "private key does not match public key"},
	} {
		m, err := test.target.Dial(t.Context(), nil)
		if err == nil {
			err = m.Do(t.Context(), &qmp.Request{Command: "ping"})
			m.Close()
		}
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		}
	}
}

// TestLiveTLS calls QEMU over an address tls:.
func TestLiveTLS(t *testing.T) {
	for _, release := range live.Releases {
		t.Run(release, func(t *testing.T) {
			own := newCredentials(t)
			plain := startQEMU(t, live.Release(t, release, "qemu-system-x86_64"),
				"-object", "tls-creds-x509,id=creds,dir="+own.dir+",endpoint=server,verify-peer=on",
				"-chardev", "socket,id=secure,host=127.0.0.1,port=0,server=on,wait=off,tls-creds=creds", "-mon", "chardev=secure,mode=control")
			ask := func(target Target, command string) (string, error) {
				m, err := target.Dial(t.Context(), nil)
				if err != nil {
					return "", err
				}
				defer m.Close()
				var result json.RawMessage
				err = m.Do(t.Context(), &qmp.Request{Command: command, Result: &result})
				return string(result), err
			}
			devices, err := ask(Target{Addr: plain}, "query-chardev")
			if err != nil {
				t.Fatal(err)
			}
			addr := regexp.MustCompile(`127\.0\.0\.1:\d+`).FindString(devices)
			if addr == "" {
				t.Fatal(devices)
			}
			for range 3 {
				if status, err := ask(own.target(addr), "query-status"); err != nil || !strings.Contains(status, "prelaunch") {
					t.Errorf("%s, %v", status, err)
				}
			}
			stranger := newCredentials(t).target(addr)
			var unknown x509.UnknownAuthorityError
			if _, err := ask(stranger, "query-status"); !errors.As(err, &unknown) {
				t.Errorf("a server of an unknown authority: %v", err)
			}
			// 7.2 to 11.1 refuse a client after the handshake, which has succeeded for TLS 1.3.
			stranger.CA = own.target(addr).CA
			if status, err := ask(stranger, "query-status"); err == nil {
				t.Errorf("a client of an unknown authority: %s", status)
			}
		})
	}
}
