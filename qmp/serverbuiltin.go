package qmp

import (
	"reflect"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// A builtin is a command that a server answers itself, if its table has it without a handler.
type builtin struct {
	args   func() any // returns a pointer for decoding its arguments
	result func(s *Server, args any) any
}

// The arguments of builtins.
type (
	noArgs   struct{}
	syncArgs struct {
		ID int64 `json:"id"`
	}
)

func makeNoArgs() any   { return new(noArgs) }
func makeSyncArgs() any { return new(syncArgs) }

// guestSyncDelimited is the command of a guest agent whose reply follows the sentinel, a byte that
// occurs nowhere else.
const (
	guestSyncDelimited = "guest-sync-delimited"
	sentinel           = 0xFF
)

// builtins returns the builtins of a QMP server or of a guest agent.
func (s *Server) builtins() map[string]builtin {
	if s.agent {
		return map[string]builtin{
			"guest-ping":       {makeNoArgs, func(*Server, any) any { return new(noArgs) }},
			"guest-info":       {makeNoArgs, (*Server).guestInfo},
			"guest-sync":       {makeSyncArgs, guestSync},
			guestSyncDelimited: {makeSyncArgs, guestSync},
		}
	}
	return map[string]builtin{
		"query-commands": {makeNoArgs, (*Server).queryCommands},
		"query-version":  {makeNoArgs, (*Server).queryVersion},
	}
}

// fits reports whether the result of a builtin has the type in the table: a schema that is not
// QEMU's may have another query-version.
func (s *Server) fits(name string, b builtin) bool {
	row := s.commands[name]
	switch {
	case row == nil:
		return false
	case row.Result == nil:
		return true
	}
	text, err := wire.Append(nil, b.result(s, b.args()), wire.Tolerant)
	return err == nil && wire.Decode(text, reflect.New(reflect.TypeOf(row.Result).Elem()).Interface(), wire.Strict) == nil
}

// answers reports whether the server can run or answer a command.
func (s *Server) answers(row *ServerCommand) bool {
	_, ok := s.builtin[row.Name]
	return ok || row.Run != nil || row.Reply != "" || row.Name == commandCapabilities && !s.agent
}

// answer returns the result of a command without a handler.
func (s *Server) answer(row *ServerCommand, text []byte) ([]byte, error) {
	if row.Reply != "" {
		_, err := decodeInto(new(noArgs), text)
		return []byte(row.Reply), err
	}
	b := s.builtin[row.Name]
	args := b.args()
	if _, err := decodeInto(args, text); err != nil {
		return nil, err
	}
	return wire.Append(nil, b.result(s, args), wire.Tolerant)
}

func (s *Server) queryVersion(any) any {
	v := versionOf(s.greeting.Version)
	return &v
}

func (s *Server) queryCommands(any) any {
	type info struct {
		Name string `json:"name"`
	}
	list := []info{}
	for _, row := range s.table {
		if s.answers(row) {
			list = append(list, info{row.Name})
		}
	}
	return &list
}

func (s *Server) guestInfo(any) any {
	type command struct {
		Name            string `json:"name"`
		Enabled         bool   `json:"enabled"`
		SuccessResponse bool   `json:"success-response"`
	}
	var info struct {
		Version   string    `json:"version"`
		Supported []command `json:"supported_commands"`
	}
	info.Version = s.greeting.Version.String()
	for _, row := range s.table {
		info.Supported = append(info.Supported, command{row.Name, s.answers(row), !row.NoReply})
	}
	return &info
}

func guestSync(_ *Server, args any) any { return &args.(*syncArgs).ID }
