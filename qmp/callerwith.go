package qmp

import (
	"context"
	"os"
	"slices"
)

// PassFiles returns a caller that passes files with each of its commands, for generated methods:
//
//	set, err := qapi.NewClient(qmp.PassFiles(c, image)).AddFd(ctx, qapi.AddFdArgs{})
//
// c is a [Client], a [Session], a [Machine] or another caller that minds [Request].Files. The files
// remain the program's, which may close them once the call has returned. The server must be at the
// other end of a unix socket.
func PassFiles(c Caller, files ...*os.File) Caller {
	files = slices.Clone(files)
	return CallerFunc(func(ctx context.Context, req *Request) error {
		with := *req
		with.Files = append(slices.Clone(req.Files), files...)
		return c.Do(ctx, &with)
	})
}

// OutOfBand returns a caller that runs each of its commands out of band, for generated methods:
//
//	err := qapi.NewClient(qmp.OutOfBand(c)).MigratePause(ctx)
//
// The connection needs [WithOOB], and the server refuses commands that do not allow it.
func OutOfBand(c Caller) Caller {
	return CallerFunc(func(ctx context.Context, req *Request) error {
		with := *req
		with.OOB = true
		return c.Do(ctx, &with)
	})
}
