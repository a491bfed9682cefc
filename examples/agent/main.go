// Command agent is a guest agent:
//
//	agent CHANNEL
//
// CHANNEL is the file of a virtio-serial port, or "unix:PATH" for a socket to listen on.
package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/qapi-go/qapi-go/examples/internal/agentapi"
	"github.com/qapi-go/qapi-go/qga"
	"github.com/qapi-go/qapi-go/qmp"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: agent CHANNEL")
		os.Exit(2)
	}
	if err := serve(ctx, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "agent:", err)
		os.Exit(1)
	}
}

// serve serves a channel until the context is done.
func serve(ctx context.Context, channel string) error {
	handlers := agentapi.Handlers{
		GuestGetHostName: hostName,
		GuestGetTime:     func(context.Context) (int64, error) { return time.Now().UnixNano(), nil },
		GuestShutdown: func(context.Context, agentapi.GuestShutdownArgs) error {
			return errors.New("this agent is an example and shuts nothing down")
		},
	}
	s := qga.NewServer(handlers.Commands(), qmp.WithVersion(qmp.Version{Major: 1}))
	if path, ok := strings.CutPrefix(channel, "unix:"); ok {
		return listen(ctx, s, path)
	}
	for {
		port, err := os.OpenFile(channel, os.O_RDWR, 0)
		if err != nil {
			return err
		}
		err = s.ServeConn(ctx, port)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil && !errors.Is(err, fs.ErrClosed) {
			return err
		}
		select { // until the port is opened on the host
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return nil
		}
	}
}

func listen(ctx context.Context, s *qga.Server, path string) error {
	l, err := net.Listen("unix", path)
	if err != nil {
		return err
	}
	down := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		patience, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		down <- s.Shutdown(patience)
	})
	defer stop()
	if err := s.Serve(l); !errors.Is(err, qmp.ErrClosed) {
		return err
	}
	return <-down
}

func hostName(context.Context) (agentapi.GuestHostName, error) {
	name, err := os.Hostname()
	return agentapi.GuestHostName{HostName: name}, err
}
