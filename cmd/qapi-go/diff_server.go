package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/internal/introspect"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/qmp"
)

// serverTimeout bounds how long a server may take to tell its schema.
const serverTimeout = 30 * time.Second

// operand loads a schema that is to be compared, from files or from a server.
// If it has errors they have been printed, and the error is errFindings.
func (d *differ) operand(cmd *cobra.Command, name string) (*ir.Schema, error) {
	if isServer(name) {
		return askServer(cmd.Context(), strings.TrimPrefix(name, "qmp:"))
	}
	got, err := d.load.load(name, cmd.ErrOrStderr())
	if err != nil {
		return nil, err
	}
	if got.Schema == nil {
		fmt.Fprintf(d.load.notes(cmd.ErrOrStderr()), "qapi-go: %s: %s\n", name, plural(got.Errors, "error"))
		return nil, errFindings
	}
	return got.Schema, nil
}

// askServer asks the server at an address for its schema.
func askServer(ctx context.Context, addr string) (*ir.Schema, error) {
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, cancel := context.WithTimeout(ctx, serverTimeout)
	defer cancel()
	c, err := qmp.Dial(ctx, addr)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	var reply json.RawMessage
	if err := c.Call(ctx, "query-qmp-schema", nil, &reply); err != nil {
		return nil, fmt.Errorf("%s: query-qmp-schema: %w", addr, err)
	}
	s, err := introspect.Read(reply)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", addr, err)
	}
	return s, nil
}
