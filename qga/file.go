package qga

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
)

const (
	// chunk is the size of a read or write, in bytes.
	chunk = 1 << 20

	// tidyTime bounds the cleanup for a call whose context is done.
	tidyTime = 10 * time.Second
)

// An FS gives access to the files of a guest (guest-file-open and related commands). It is an
// [fs.FS] and an [fs.ReadFileFS], and can also write. Names are those of package fs, relative to
// the root. The agent cannot list directories, and does not report modes and times: reading a
// directory fails, and [fs.FileInfo] has name and size only.
//
// A file that is not closed stays open until the agent ends.
type FS struct {
	ctx   context.Context
	agent qmp.Caller
	root  string
}

// NewFS returns the files below a directory of the guest, such as "/" or "C:/". The context is
// that of all commands, except that files can be closed after it is done.
func NewFS(ctx context.Context, agent qmp.Caller, root string) *FS {
	return &FS{ctx, agent, root}
}

// Open opens a file for reading. The [fs.File] is a [*File].
func (f *FS) Open(name string) (fs.File, error) {
	file, err := f.OpenFile(name, "r")
	if err != nil {
		return nil, err
	}
	return file, nil
}

// Create creates or truncates a file and opens it for writing.
func (f *FS) Create(name string) (*File, error) { return f.OpenFile(name, "w") }

// OpenFile opens a file in a mode of guest-file-open, which has those of fopen(3): "r", "w", "a",
// "r+", "w+" and "a+", each optionally followed by "b".
func (f *FS) OpenFile(name, mode string) (*File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	handle, err := f.open(path.Join(f.root, name), mode)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fileError(err)}
	}
	return &File{fs: f, name: name, handle: handle}, nil
}

// open returns a handle. If the context is done before the agent has answered, a handle that
// arrives later is closed.
func (f *FS) open(path, mode string) (int64, error) {
	if err := f.ctx.Err(); err != nil {
		return 0, err
	}
	args := struct {
		Path string `json:"path"`
		Mode string `json:"mode"`
	}{path, mode}
	ctx, cancel := context.WithCancel(context.WithoutCancel(f.ctx))
	opened := make(chan error, 1)
	var result int64
	go func() { opened <- f.do(ctx, "guest-file-open", &args, &result) }()
	select {
	case err := <-opened:
		cancel()
		return result, err
	case <-f.ctx.Done():
	}
	go func() {
		defer cancel()
		stop := time.AfterFunc(tidyTime, cancel)
		defer stop.Stop()
		if <-opened == nil {
			f.do(ctx, "guest-file-close", &handleArgs{Handle: result}, nil)
		}
	}()
	return 0, f.ctx.Err()
}

func (f *FS) do(ctx context.Context, command string, args, result any) error {
	return f.agent.Do(ctx, &qmp.Request{Command: command, Args: args, Result: result})
}

// ReadFile returns the contents of a file.
func (f *FS) ReadFile(name string) (data []byte, err error) {
	file, err := f.OpenFile(name, "r")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	buf := new(buffer)
	_, err = file.WriteTo(buf)
	return buf.data, err
}

// A buffer is a minimal bytes.Buffer.
type buffer struct{ data []byte }

func (b *buffer) Write(p []byte) (int, error) {
	b.data = append(b.data, p...)
	return len(p), nil
}

// WriteFile writes data to a file, which it creates or truncates.
func (f *FS) WriteFile(name string, data []byte) (err error) {
	file, err := f.Create(name)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Close())
}

// A File is an open file of a guest. It is an [io.ReadWriteCloser] and an [io.Seeker]. Data is
// transferred with one command for each MiB; [io.Copy] uses chunks of that size. Its methods may
// be called from any number of goroutines.
type File struct {
	fs     *FS
	name   string
	handle int64

	mu     sync.Mutex
	closed bool
}

// handleArgs are the arguments of commands for an open file.
type handleArgs struct {
	Handle int64   `json:"handle"`
	Count  int64   `json:"count,omitzero"`   // guest-file-read
	Data   string  `json:"buf-b64,omitzero"` // guest-file-write
	Offset *int64  `json:"offset,omitzero"`  // guest-file-seek
	Whence *whence `json:"whence,omitzero"`
}

// A whence is the origin of an offset, as a number, which agents before QEMU 2.5 need.
type whence int

// do runs a command for the file. The caller holds the lock.
func (f *File) do(op, command string, args handleArgs, result any) error {
	err := error(fs.ErrClosed)
	if !f.closed {
		args.Handle = f.handle
		err = f.fs.do(f.fs.ctx, command, &args, result)
	}
	if err != nil {
		return &fs.PathError{Op: op, Path: f.name, Err: fileError(err)}
	}
	return nil
}

// Read reads up to len(p) bytes, but at most 1 MiB.
func (f *File) Read(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(p) == 0 {
		return 0, nil
	}
	data, err := f.read(min(len(p), chunk))
	return copy(p, data), err
}

// read returns up to n bytes, or io.EOF.
func (f *File) read(n int) ([]byte, error) {
	var result struct {
		Data string `json:"buf-b64"`
		EOF  bool   `json:"eof"`
	}
	if err := f.do("read", "guest-file-read", handleArgs{Count: int64(n)}, &result); err != nil {
		return nil, err
	}
	data, err := base64.StdEncoding.DecodeString(result.Data)
	switch {
	case err != nil:
	case len(data) > n:
		err = errors.New("the agent returned more data than requested")
	case len(data) == 0 && result.EOF:
		return nil, io.EOF
	case len(data) == 0:
		err = io.ErrNoProgress
	default:
		return data, nil
	}
	return nil, &fs.PathError{Op: "read", Path: f.name, Err: err}
}

// WriteTo writes the rest of the file to w.
func (f *File) WriteTo(w io.Writer) (n int64, err error) {
	for {
		f.mu.Lock()
		data, err := f.read(chunk)
		f.mu.Unlock()
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		written, err := w.Write(data)
		n += int64(written)
		if err != nil {
			return n, err
		}
	}
}

// Write writes p. The agent may buffer it, so an error of the disk may be returned by a later
// Write, Sync or Close.
func (f *File) Write(p []byte) (n int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for n < len(p) {
		var result struct {
			Count int `json:"count"`
		}
		piece := p[n:min(n+chunk, len(p))]
		if err := f.do("write", "guest-file-write", handleArgs{Data: base64.StdEncoding.EncodeToString(piece)}, &result); err != nil {
			return n, err
		}
		if result.Count <= 0 || result.Count > len(piece) {
			return n, &fs.PathError{Op: "write", Path: f.name, Err: io.ErrShortWrite}
		}
		n += result.Count
	}
	return n, nil
}

// ReadFrom writes all of r to the file.
func (f *File) ReadFrom(r io.Reader) (n int64, err error) {
	buf := make([]byte, chunk)
	for {
		read, err := io.ReadFull(r, buf)
		written, failed := f.Write(buf[:read])
		n += int64(written)
		switch {
		case failed != nil:
			return n, failed
		case err == io.EOF || err == io.ErrUnexpectedEOF:
			return n, nil
		case err != nil:
			return n, err
		}
	}
}

// Seek sets the offset of the next Read or Write.
func (f *File) Seek(offset int64, from int) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.seek(offset, from)
}

func (f *File) seek(offset int64, from int) (int64, error) {
	if from < io.SeekStart || from > io.SeekEnd {
		return 0, &fs.PathError{Op: "seek", Path: f.name, Err: fs.ErrInvalid}
	}
	var result struct {
		Position int64 `json:"position"`
	}
	w := whence(from)
	err := f.do("seek", "guest-file-seek", handleArgs{Offset: &offset, Whence: &w}, &result)
	return result.Position, err
}

// Sync makes the agent write its buffer to the file (guest-file-flush).
func (f *File) Sync() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.do("sync", "guest-file-flush", handleArgs{}, nil)
}

// Close closes the file. It does so even if the context is done, and then waits up to 10 seconds.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return &fs.PathError{Op: "close", Path: f.name, Err: fs.ErrClosed}
	}
	f.closed = true
	ctx := f.fs.ctx
	if ctx.Err() != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), tidyTime)
		defer cancel()
	}
	if err := f.fs.do(ctx, "guest-file-close", &handleArgs{Handle: f.handle}, nil); err != nil {
		return &fs.PathError{Op: "close", Path: f.name, Err: fileError(err)}
	}
	return nil
}

// Stat returns the name and the size of the file. It determines the size by seeking.
func (f *File) Stat() (fs.FileInfo, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	here, err := f.seek(0, io.SeekCurrent)
	if err != nil {
		return nil, err
	}
	size, err := f.seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	if _, err := f.seek(here, io.SeekStart); err != nil {
		return nil, err
	}
	return fileInfo{path.Base(f.name), size}, nil
}

// A fileInfo has what is known of a file.
type fileInfo struct {
	name string
	size int64
}

func (i fileInfo) Name() string       { return i.name }
func (i fileInfo) Size() int64        { return i.size }
func (i fileInfo) Mode() fs.FileMode  { return 0 }
func (i fileInfo) ModTime() time.Time { return time.Time{} }
func (i fileInfo) IsDir() bool        { return false }
func (i fileInfo) Sys() any           { return nil }

// fileError returns err so that errors.Is finds the corresponding error of package fs. It is only
// known by the agent's texts, those of strerror(3) in English.
func fileError(err error) error {
	var e *qmp.Error
	if !errors.As(err, &e) {
		return err
	}
	for _, known := range []struct {
		text string
		err  error
	}{
		{"No such file or directory", fs.ErrNotExist},
		{"The system cannot find the", fs.ErrNotExist},
		{"Permission denied", fs.ErrPermission},
		{"Access is denied", fs.ErrPermission},
		{"File exists", fs.ErrExist},
	} {
		if strings.Contains(e.Desc, known.text) {
			return &agentFileError{err, known.err}
		}
	}
	return err
}

// An agentFileError is an error of the agent that corresponds to one of package fs.
type agentFileError struct{ err, kind error }

func (e *agentFileError) Error() string { return e.err.Error() }

func (e *agentFileError) Unwrap() []error { return []error{e.err, e.kind} }
