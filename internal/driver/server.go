package driver

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"time"

	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/internal/console"
	"github.com/qapi-go/qapi-go/internal/introspect"
	"github.com/qapi-go/qapi-go/internal/source"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/qmp"
)

// serverTimeout bounds how long a server may take to answer introspection.
const serverTimeout = 30 * time.Second

// IsServer reports whether the name of a schema is that of a running server, as
// [source.Server] does.
func IsServer(name string) bool {
	_, ok := source.Server(name)
	return ok
}

// Introspected reports whether the name of a schema is that of introspection: of a running
// server, or of a file with an answer to query-qmp-schema.
func Introspected(name string) bool {
	if IsServer(name) {
		return true
	}
	_, saved := source.Introspection(name)
	return saved
}

// A Server is the introspection of a running server, or of one whose answer was saved.
type Server struct {
	Schema  *ir.Schema
	Text    []byte          // the answer to query-qmp-schema
	Program string          // such as "QEMU 10.0.2", or the name of the file
	Release dialect.Release // 0 if it is unknown
}

// Introspect returns the introspection with the name of a schema, or nil if the name is that of
// something else, see [Introspected].
func Introspect(ctx context.Context, name string) (*Server, error) {
	if IsServer(name) {
		return AskServer(ctx, name)
	}
	text, saved := source.Introspection(name)
	if !saved {
		return nil, nil
	}
	schema, err := introspect.Read(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &Server{Schema: schema, Text: text, Program: filepath.Base(name)}, nil
}

// AskServer asks the server of that name for its schema.
func AskServer(ctx context.Context, name string) (*Server, error) {
	addr, ok := source.Server(name)
	if !ok {
		return nil, fmt.Errorf("%s is not the address of a server", name)
	}
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, cancel := context.WithTimeout(ctx, serverTimeout)
	defer cancel()
	target := console.Target{Addr: addr}
	if err := target.Check(); err != nil {
		return nil, err
	}
	m, err := target.Dial(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	s := &Server{Program: "a server"}
	if err := m.Do(ctx, &qmp.Request{Command: "query-qmp-schema", Result: (*json.RawMessage)(&s.Text)}); err != nil {
		if qmp.IsCommandNotFound(err) {
			return nil, fmt.Errorf("%s: the server has no introspection (query-qmp-schema, since QEMU 2.5)", addr)
		}
		return nil, fmt.Errorf("%s: query-qmp-schema: %w", addr, err)
	}
	var version struct {
		QEMU struct{ Major, Minor, Micro int } `json:"qemu"`
	}
	if err := m.Do(ctx, &qmp.Request{Command: "query-version", Result: &version}); err == nil {
		s.Program = fmt.Sprintf("QEMU %d.%d.%d", version.QEMU.Major, version.QEMU.Minor, version.QEMU.Micro)
		s.Release, _ = dialect.Parse(fmt.Sprintf("%d.%d", version.QEMU.Major, version.QEMU.Minor))
	}
	if s.Schema, err = introspect.Read(s.Text); err != nil {
		return nil, fmt.Errorf("%s: %w", addr, err)
	}
	return s, nil
}
