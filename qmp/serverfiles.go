package qmp

import (
	"context"
	"os"
	"sync"
)

// receivedFiles are the files received with a command. A nil *receivedFiles has none.
type receivedFiles struct {
	mu    sync.Mutex
	files []*os.File
}

type receivedKey struct{}

// ReceivedFiles returns the files that a client has passed with a command. It is for handlers of a
// [Server], with their context. The files then belong to the handler, which must close them; a
// second call returns none. Files that the handler does not ask for are closed when it returns.
//
// Files are received over unix sockets only, at most 16 with a command.
func ReceivedFiles(ctx context.Context) []*os.File {
	r, _ := ctx.Value(receivedKey{}).(*receivedFiles)
	return r.take()
}

// with returns the context for the handler.
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

// close closes the files that the handler has not taken.
func (r *receivedFiles) close() {
	for _, f := range r.take() {
		f.Close()
	}
}
