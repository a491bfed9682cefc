package qmp_test

import (
	"context"
	"os"
	"slices"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
)

// Adding files or out-of-band execution does not change the caller's request, and the two can be
// combined.
func TestCallersWith(t *testing.T) {
	var got qmp.Request
	end := qmp.CallerFunc(func(_ context.Context, req *qmp.Request) error {
		got = *req
		return nil
	})
	files := []*os.File{os.Stdin, os.Stdout, os.Stderr}
	own := &qmp.Request{Command: "x", Files: files[:1]}
	tests := []struct {
		name   string
		caller qmp.Caller
		files  []*os.File
		oob    bool
	}{
		{"one file", qmp.PassFiles(end, files[1]), files[:2], false},
		{"two files", qmp.PassFiles(end, files[1:]...), files, false},
		{"no file", qmp.PassFiles(end), files[:1], false},
		{"out of band", qmp.OutOfBand(end), files[:1], true},
		{"both", qmp.PassFiles(qmp.OutOfBand(end), files[1]), files[:2], true},
		{"twice", qmp.PassFiles(qmp.PassFiles(end, files[2]), files[1]), files, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := test.caller.Do(t.Context(), own); err != nil {
				t.Fatal(err)
			}
			if got.Command != "x" || got.OOB != test.oob || !slices.Equal(got.Files, test.files) {
				t.Errorf("%+v", got)
			}
			if len(own.Files) != 1 || own.OOB {
				t.Errorf("the request was changed: %+v", own)
			}
		})
	}
}
