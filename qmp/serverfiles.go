package qmp

import (
	"context"
	"os"
	"sync"
)

// receivedFiles are the files that came with a command. A nil *receivedFiles is
// none.
type receivedFiles struct {
	mu    sync.Mutex
	files []*os.File
}

type receivedKey struct{}

// ReceivedFiles returns the files that a client of a [Server] has passed with
// the command that a handler runs, by the handler's context. They are the
// handler's from then on, who closes them; a second call returns none. What a
// handler does not ask for is closed when it returns.
//
// Files are received over unix sockets only, at most 16 with one command.
func ReceivedFiles(ctx context.Context) []*os.File {
	r, _ := ctx.Value(receivedKey{}).(*receivedFiles)
	return r.take()
}

// with returns a context for the handler.
func (r *receivedFiles) with(ctx context.Context) context.Context {
	if r == nil {
		return ctx
	}
	return context.WithValue(ctx, receivedKey{}, r)
}

func (r *receivedFiles) take() []*os.File {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	files := r.files
	r.files = nil
	return files
}

// close closes the files that nobody has taken.
func (r *receivedFiles) close() {
	for _, f := range r.take() {
		f.Close()
	}
}
