package qga_test

import (
	"context"

	"github.com/qapi-go/qapi-go/qmp"
)

// The types below are written like generated ones.

type GuestSyncArgs struct {
	ID int64 `json:"id"`
}

type GuestAgentCommandInfo struct {
	Name            string `json:"name"`
	Enabled         bool   `json:"enabled"`
	SuccessResponse bool   `json:"success-response"`
}

type GuestAgentInfo struct {
	Version           string                  `json:"version"`
	SupportedCommands []GuestAgentCommandInfo `json:"supported_commands"`
}

type GuestShutdownArgs struct {
	Mode *string `json:"mode,omitzero"`
}

type GuestFileOpenArgs struct {
	Path string  `json:"path"`
	Mode *string `json:"mode,omitzero"`
}

type Client struct{ caller qmp.Caller }

func NewClient(caller qmp.Caller) Client { return Client{caller} }

func (c Client) GuestPing(ctx context.Context) error {
	return c.caller.Do(ctx, &qmp.Request{Command: "guest-ping"})
}

func (c Client) GuestSync(ctx context.Context, args GuestSyncArgs) (result int64, err error) {
	err = c.caller.Do(ctx, &qmp.Request{Command: "guest-sync", Args: &args, Result: &result})
	return result, err
}

func (c Client) GuestInfo(ctx context.Context) (result GuestAgentInfo, err error) {
	err = c.caller.Do(ctx, &qmp.Request{Command: "guest-info", Result: &result})
	return result, err
}

func (c Client) GuestFileOpen(ctx context.Context, args GuestFileOpenArgs) (result int64, err error) {
	err = c.caller.Do(ctx, &qmp.Request{Command: "guest-file-open", Args: &args, Result: &result})
	return result, err
}

func (c Client) GuestShutdown(ctx context.Context, args GuestShutdownArgs) error {
	return c.caller.Do(ctx, &qmp.Request{Command: "guest-shutdown", Args: &args, NoReply: true})
}

type Handlers struct {
	GuestPing     func(ctx context.Context) error
	GuestFileOpen func(ctx context.Context, args GuestFileOpenArgs) (int64, error)
	GuestShutdown func(ctx context.Context, args GuestShutdownArgs) error
}

func (h *Handlers) Commands() []qmp.ServerCommand {
	return []qmp.ServerCommand{
		{Name: "guest-sync-delimited", Args: (*GuestSyncArgs)(nil), Result: (*int64)(nil)},
		{Name: "guest-sync", Args: (*GuestSyncArgs)(nil), Result: (*int64)(nil)},
		{Name: "guest-ping", Run: qmp.Handler(h.GuestPing)},
		{Name: "guest-info", Result: (*GuestAgentInfo)(nil)},
		{Name: "guest-file-open", Args: (*GuestFileOpenArgs)(nil), Result: (*int64)(nil), Run: qmp.Handler(h.GuestFileOpen)},
		{Name: "guest-shutdown", Args: (*GuestShutdownArgs)(nil), NoReply: true, Run: qmp.Handler(h.GuestShutdown)},
		{Name: "guest-suspend-ram", NoReply: true},
	}
}
