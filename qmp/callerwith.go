package qmp

import (
	"context"
	"os"
	"slices"
)

// PassFiles returns a caller that passes files with each command. It is for generated methods:
//
//	set, err := qapi.NewClient(qmp.PassFiles(c, image)).AddFd(ctx, qapi.AddFdArgs{})
//
// c must support [Request.Files], as a [Client], a [Session] and a [Machine] do over a unix
// socket. The files still belong to the program, which may close them once the call has returned.
//
// QEMU 7.2 closes files of add-fd that it does not use when its last client goes while the guest
// runs (10.0 keeps them). A session can pass them again with [WithConnected].
func PassFiles(c Caller, files ...*os.File) Caller {
	files = slices.Clone(files)
	return CallerFunc(func(ctx context.Context, req *Request) error {
		with := *req
		with.Files = append(slices.Clone(req.Files), files...)
		return c.Do(ctx, &with)
	})
}

// OutOfBand returns a caller that runs each command out of band. It is for generated methods:
//
//	err := qapi.NewClient(qmp.OutOfBand(c)).MigratePause(ctx)
//
// The connection needs [WithOOB]. The server refuses commands that do not allow it.
func OutOfBand(c Caller) Caller {
	return CallerFunc(func(ctx context.Context, req *Request) error {
		with := *req
		with.OOB = true
		return c.Do(ctx, &with)
	})
}
