package driver

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/qapi-go/qapi-go/internal/introspect"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/qmp"
)

// serverTimeout bounds how long a server may take to tell its schema.
const serverTimeout = 30 * time.Second

// serverPrefix is what the name of a running server begins with; its address
// follows.
const serverPrefix = "qmp:"

// IsServer reports whether the name of a schema is that of a running server.
func IsServer(name string) bool { return strings.HasPrefix(name, serverPrefix) }

// AskServer asks the server of that name for its schema.
func AskServer(ctx context.Context, name string) (*ir.Schema, error) {
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, cancel := context.WithTimeout(ctx, serverTimeout)
	defer cancel()
	addr := strings.TrimPrefix(name, serverPrefix)
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
