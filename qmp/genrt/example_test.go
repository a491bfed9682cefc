package genrt_test

import (
	"context"
	"fmt"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/genrt"
)

// What follows is of the form of generated code.

type StatusInfo struct {
	Running bool `json:"running"`
}

// Handlers has a function for each command, in the order of the table.
type Handlers struct {
	QueryStatus func(ctx context.Context) (StatusInfo, error)
	Stop        func(ctx context.Context) error
}

var table = []qmp.ServerCommand{
	{Name: "query-status", Result: (*StatusInfo)(nil)},
	{Name: "stop"},
}

// Commands returns the dispatch table of a server.
func (h *Handlers) Commands() []qmp.ServerCommand { return genrt.Dispatch(table, h) }

// The package is called by generated code, as by Handlers.Commands here. Programs call only that.
func Example() {
	h := &Handlers{
		QueryStatus: func(context.Context) (StatusInfo, error) { return StatusInfo{Running: true}, nil },
	}
	for _, c := range h.Commands() {
		fmt.Println(c.Name, "has a handler:", c.Run != nil)
	}
	// Output:
	// query-status has a handler: true
	// stop has a handler: false
}
