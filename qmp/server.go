package qmp

import "context"

// A ServerCommand is one row of a dispatch table: what a server needs to know
// of one command. Generated code makes them from its Handlers.
type ServerCommand struct {
	Name           string
	Args           any  // (*T)(nil) of the argument type; nil: no arguments
	Result         any  // (*T)(nil) of the result type; nil: the empty object
	NoReply        bool // 'success-response': false
	AllowOOB       bool
	AllowPreconfig bool

	// Run runs the command. args is a *T as in Args, or nil; result is a *T as
	// in Result, or nil. An error that is an [*Error] is sent as it is, any
	// other as a GenericError. Run is nil if there is no handler: the server
	// then answers CommandNotFound.
	Run func(ctx context.Context, args any) (result any, err error)
}
