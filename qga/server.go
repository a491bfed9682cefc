package qga

import (
	"context"
	"io"
	"net"

	"github.com/qapi-go/qapi-go/qmp"
)

// A Server is a guest agent made of Go functions. Its methods may be called from
// any number of goroutines.
type Server struct {
	server *qmp.Server
}

// NewServer returns an agent for the commands of a dispatch table, which
// generated code makes from its Handlers. Without a handler,
// guest-sync-delimited, guest-sync, guest-ping and guest-info are answered all
// the same, if the table has them, and all other commands with CommandNotFound.
// Of the options of package qmp, [qmp.WithVersion] sets the version in guest-info.
func NewServer(commands []qmp.ServerCommand, opts ...qmp.ServerOption) *Server {
	return &Server{qmp.NewServer(commands, append(opts[:len(opts):len(opts)], qmp.AsGuestAgent())...)}
}

// ServeConn serves one channel, such as the file of a virtio-serial port, until
// the other side closes it, the context is done or the server is shut down, and
// closes it. The error is nil if the other side closed it, [qmp.ErrClosed] after
// a shutdown, the context's, or the channel's. The contexts of handlers are as
// with [qmp.Server.ServeConn].
//
// A virtio-serial port reads as closed while nobody has opened it on the host:
// an agent opens it again, after a pause.
func (s *Server) ServeConn(ctx context.Context, conn io.ReadWriteCloser) error {
	return s.server.ServeConn(ctx, conn)
}

// Serve serves each connection that the listener accepts, until the server is
// shut down: then it returns [qmp.ErrClosed], otherwise the listener's error.
func (s *Server) Serve(l net.Listener) error { return s.server.Serve(l) }

// Shutdown ends the server when the commands that were read are answered, or
// when the context is done. A handler must not wait for it.
func (s *Server) Shutdown(ctx context.Context) error { return s.server.Shutdown(ctx) }

// Close closes the server at once: commands that run are not answered. See
// [qmp.Server.Close].
func (s *Server) Close() error { return s.server.Close() }
