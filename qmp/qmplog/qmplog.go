// Package qmplog logs the messages of QMP and guest agent connections to a [slog.Logger], without
// secrets. It is a package of its own since log/slog adds 140 KB to a program.
//
//	c, err := qmp.Dial(ctx, addr, qmp.WithHook(qmplog.Hook(slog.Default())))
//
// The hook works for clients, sessions and servers of packages qmp and qga.
//
// # Levels
//
// Commands, results and the greeting have the level [slog.LevelDebug], events [slog.LevelInfo],
// and error replies and unreadable messages [slog.LevelWarn]. If the logger has warnings enabled,
// all messages are parsed, to find those.
//
// # Attributes
//
// The message of a log record is "command", "return", "error", "event", "greeting" or
// "unreadable". Its attribute "dir" is "->" for sent and "<-" for received messages; "name" is the
// command, also in records of its reply, or the event; "id" is the id; "data" has the arguments,
// the result or the event data, as JSON with sorted members, at most 4 KiB. Errors have "class"
// and "desc".
//
// # Secrets
//
// These values are replaced by "***":
//
//   - members password, passphrase, secret and cookie, and properties with these names in qom-get
//     and qom-set;
//   - data of objects whose qom-type begins with "secret";
//   - keys of send-key and events of input-send-event, which may type a password;
//   - user information in URLs;
//   - commands and output of the human monitor (human-monitor-command, ringbuf-read and -write);
//   - input, output and environment of programs in a guest, and contents of its files.
//
// Ids of secrets, such as key-secret, are shown.
package qmplog

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/wire"
)

const (
	mask      = "***"
	maxData   = 4096 // bytes of "data" that are logged
	maxMemory = 1024 // commands that are remembered until their replies
)

// Hook returns a function for [qmp.WithHook] that logs each message. Use a separate hook for each
// connection: replies are matched to commands by their ids.
func Hook(logger *slog.Logger) func(dir qmp.Direction, msg []byte) {
	h := &hook{logger: logger, commands: make(map[string]remembered)}
	return h.show
}

type hook struct {
	logger *slog.Logger

	mu       sync.Mutex
	commands map[string]remembered // by id, as JSON
}

// remembered is a command without a reply yet.
type remembered struct {
	name   string
	secret bool // its result is
}

// message has the members of all kinds of messages.
type message struct {
	Execute   *string         `json:"execute,omitzero"`
	ExecOOB   *string         `json:"exec-oob,omitzero"`
	Arguments any             `json:"arguments,omitzero"`
	ID        json.RawMessage `json:"id,omitzero"`
	Return    json.RawMessage `json:"return,omitzero"`
	Error     *qmp.Error      `json:"error,omitzero"`
	Event     *string         `json:"event,omitzero"`
	Data      any             `json:"data,omitzero"`
	Greeting  json.RawMessage `json:"QMP,omitzero"`
}

func (h *hook) show(dir qmp.Direction, msg []byte) {
	ctx := context.Background()
	if !h.logger.Enabled(ctx, slog.LevelWarn) {
		return
	}
	attrs := []slog.Attr{slog.String("dir", dir.String())}
	var m message
	if err := decode(msg, &m); err != nil {
		// It may contain secrets.
		h.logger.LogAttrs(ctx, slog.LevelWarn, "unreadable", append(attrs, slog.Int("bytes", len(msg)))...)
		return
	}
	switch command := m.Execute; {
	case command != nil || m.ExecOOB != nil:
		if command == nil {
			command = m.ExecOOB
		}
		h.remember(m.ID, remembered{*command, secretReturn(*command, m.Arguments)})
		h.log(ctx, slog.LevelDebug, "command", attrs, *command, m.ID, m.Arguments)
	case m.Return != nil:
		r := h.recall(m.ID)
		if !h.logger.Enabled(ctx, slog.LevelDebug) {
			return
		}
		var value any = mask
		if !r.secret {
			_ = decode(m.Return, &value) // it was parsed before
		}
		h.log(ctx, slog.LevelDebug, "return", attrs, r.name, m.ID, value)
	case m.Error != nil:
		attrs = append(attrs, slog.String("class", m.Error.Class), slog.String("desc", hideUser(m.Error.Desc)))
		h.log(ctx, slog.LevelWarn, "error", attrs, h.recall(m.ID).name, m.ID, nil)
	case m.Event != nil:
		h.log(ctx, slog.LevelInfo, "event", attrs, *m.Event, nil, m.Data)
	case m.Greeting != nil:
		var value any
		_ = decode(m.Greeting, &value)
		h.log(ctx, slog.LevelDebug, "greeting", attrs, "", nil, value)
	default:
		h.logger.LogAttrs(ctx, slog.LevelWarn, "unreadable", append(attrs, slog.Int("bytes", len(msg)))...)
	}
}

// decode parses a message. Numbers are kept as received.
func decode(text []byte, into any) error {
	text = bytes.TrimLeft(text, "\xff") // of the synchronization with a guest agent
	return wire.Decode(text, into, wire.Tolerant)
}

func (h *hook) log(ctx context.Context, level slog.Level, kind string, attrs []slog.Attr, name string, id json.RawMessage, data any) {
	if !h.logger.Enabled(ctx, level) {
		return
	}
	if name != "" {
		attrs = append(attrs, slog.String("name", name))
	}
	if id != nil {
		attrs = append(attrs, slog.String("id", string(id)))
	}
	if data != nil {
		hidden := hide(name, data)
		if text, err := wire.Append(nil, &hidden, wire.Tolerant); err == nil {
			if len(text) > maxData {
				text = append(bytes.ToValidUTF8(text[:maxData], nil), "…"...)
			}
			attrs = append(attrs, slog.String("data", string(text)))
		}
	}
	h.logger.LogAttrs(ctx, level, kind, attrs...)
}

func (h *hook) remember(id json.RawMessage, r remembered) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.commands) >= maxMemory { // some have no reply
		clear(h.commands)
	}
	h.commands[string(id)] = r
}

// recall returns the command that a reply is for. The result of an unknown command may be secret.
func (h *hook) recall(id json.RawMessage) remembered {
	h.mu.Lock()
	defer h.mu.Unlock()
	r, ok := h.commands[string(id)]
	if !ok {
		return remembered{secret: true}
	}
	delete(h.commands, string(id))
	return r
}

// secretMembers are the members whose values are never logged.
var secretMembers = []string{
	"password", "passphrase", "secret", "cookie",
	"command-line", "input-data", "out-data", "err-data", "env", "buf-b64",
}

// secretReturn reports whether the result of a command must not be logged.
func secretReturn(command string, args any) bool {
	object, _ := args.(map[string]any)
	switch command {
	case "human-monitor-command", "ringbuf-read":
		return true
	case "qom-get":
		return isSecretProperty(object["property"])
	}
	return false
}

func isSecretProperty(name any) bool {
	text, ok := name.(string)
	return ok && (text == "data" || slices.Contains(secretMembers, text))
}

// hide returns the data of a command, reply or event without secrets.
func hide(name string, data any) any {
	object, ok := data.(map[string]any)
	if !ok {
		return hideIn(data)
	}
	hidden := hideIn(data).(map[string]any)
	cover := func(member string) {
		if _, ok := object[member]; ok {
			hidden[member] = mask
		}
	}
	switch name {
	case "send-key":
		cover("keys")
	case "input-send-event":
		cover("events")
	case "ringbuf-write":
		cover("data")
	case "change": // the password of VNC
		cover("arg")
	case "qom-set":
		if isSecretProperty(object["property"]) {
			cover("value")
		}
	}
	return hidden
}

// hideIn returns a value without secrets that are recognized by the names of members.
func hideIn(value any) any {
	switch v := value.(type) {
	case string:
		return hideUser(v)
	case float64: // nan and inf; other numbers are a json.Number
		return strconv.FormatFloat(v, 'g', -1, 64)
	case []any:
		hidden := make([]any, len(v))
		for i := range v {
			hidden[i] = hideIn(v[i])
		}
		return hidden
	case map[string]any:
		kind, _ := v["qom-type"].(string)
		holder := strings.HasPrefix(kind, "secret")
		hidden := make(map[string]any, len(v))
		for name, inner := range v {
			props, isObject := inner.(map[string]any)
			switch {
			case slices.Contains(secretMembers, name) && inner != nil, holder && name == "data":
				hidden[name] = mask
			case holder && name == "props" && isObject: // before QEMU 6.0
				p := hideIn(props).(map[string]any)
				if _, ok := props["data"]; ok {
					p["data"] = mask
				}
				hidden[name] = p
			default:
				hidden[name] = hideIn(inner)
			}
		}
		return hidden
	}
	return value
}

// userInfo matches the user information of a URL, quotedSecret a secret in a "json:" file name,
// and optionSecret one in a list of options.
var (
	userInfo     = regexp.MustCompile(`(://)[^/@\s"]+@`)
	quotedSecret = regexp.MustCompile(`("(?:[a-z-]+\.)*(?:password|passphrase|cookie)"\s*:\s*)"(?:[^"\\]|\\.)*"`)
	optionSecret = regexp.MustCompile(`\b((?:password|passphrase|cookie)=)[^,\s]+`)
)

// hideUser returns a string without secrets in a file name.
func hideUser(s string) string {
	s = userInfo.ReplaceAllString(s, "${1}"+mask+"@")
	s = quotedSecret.ReplaceAllString(s, `${1}"`+mask+`"`)
	return optionSecret.ReplaceAllString(s, "${1}"+mask)
}
