package genrt

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/wire"
)

// Sometimes runs a command that has a result in some of the releases of a package and none in
// others. It returns nil if there is no result.
func Sometimes[T any](ctx context.Context, c qmp.Caller, command string, args any) (*T, error) {
	result := new(T)
	ok, err := sometimes(ctx, c, command, args, result)
	if !ok {
		return nil, err
	}
	return result, nil
}

// SometimesList is Sometimes for a command that returns a list.
func SometimesList[E any](ctx context.Context, c qmp.Caller, command string, args any) ([]E, error) {
	var result []E
	ok, err := sometimes(ctx, c, command, args, &result)
	if !ok {
		return nil, err
	}
	return result, nil
}

// sometimes runs a command and reports whether it had a result.
func sometimes(ctx context.Context, c qmp.Caller, command string, args, result any) (bool, error) {
	var reply json.RawMessage
	if err := c.Do(ctx, &qmp.Request{Command: command, Args: args, Result: &reply}); err != nil {
		return false, err
	}
	if inner, ok := bytes.CutPrefix(reply, []byte("{")); ok && len(bytes.TrimSpace(inner)) == 1 {
		return false, nil
	}
	err := wire.Decode(reply, result, wire.Tolerant)
	return err == nil, err
}
