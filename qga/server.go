package qga

import (
	"context"
	"io"
	"net"

	"github.com/qapi-go/qapi-go/qmp"
)

// A Server is a guest agent. Its methods may be called from any number of goroutines.
type Server struct {
	server *qmp.Server
}

// NewServer returns an agent for the commands of a dispatch table, which generated code makes from
// its type Handlers. guest-sync-delimited, guest-sync, guest-ping and guest-info need no handlers
// if the table has them; other commands without a handler are answered with CommandNotFound.
// [qmp.WithVersion] sets the version in guest-info.
func NewServer(commands []qmp.ServerCommand, opts ...qmp.ServerOption) *Server {
	return &Server{qmp.NewServer(commands, append(opts[:len(opts):len(opts)], qmp.AsGuestAgent())...)}
}

// ServeConn serves a channel, such as the file of a virtio-serial port, as [qmp.Server.ServeConn]
// does.
//
// A virtio-serial port returns the end of file while nobody has opened it on the host: an agent
// should then open it again after a pause.
func (s *Server) ServeConn(ctx context.Context, conn io.ReadWriteCloser) error {
	return s.server.ServeConn(ctx, conn)
}

// Serve accepts connections from a listener and serves them, as [qmp.Server.Serve] does.
func (s *Server) Serve(l net.Listener) error { return s.server.Serve(l) }

// Shutdown closes the server without losing a reply, as [qmp.Server.Shutdown] does.
func (s *Server) Shutdown(ctx context.Context) error { return s.server.Shutdown(ctx) }

// Close closes the server at once, as [qmp.Server.Close] does.
func (s *Server) Close() error { return s.server.Close() }
