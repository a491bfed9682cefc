// Package qmplog writes the messages of QMP and guest agent connections to a [slog.Logger],
// without secrets. It is a package of its own since log/slog would make up 140 KB of each client.
//
//	c, err := qmp.Dial(ctx, addr, qmp.WithHook(qmplog.Hook(slog.Default())))
//
// The hook serves clients, sessions, servers and agents.
//
// # Levels
//
// Commands and what they return have slog.LevelDebug, as have capabilities and the greeting; events
// have slog.LevelInfo; errors that a server answers, and anything that is not a message,
// slog.LevelWarn. What the logger does not write is still read, to find warnings, unless it has
// none either.
//
// # Attributes
//
// "dir" is "->" for what this program has sent and "<-" for what it received. The message is
// "command", "return", "error", "event", "greeting" or "unreadable". Further attributes are "name"
// of the command or event, also with what answers a command, "id", and "data": the arguments, what
// is returned, or the event's data, as JSON with its members sorted, of 4 KiB at most. Errors have
// "class" and "desc".
//
// # Secrets
//
// The values of these are written as "***": members password, passphrase, secret and cookie; data
// of objects whose qom-type begins with secret, and what is read and set with qom-get and qom-set
// of a property with one of these names; keys of send-key and events of input-send-event, which may
// be somebody's password; the user information of URLs. What people type for the human monitor, and
// what goes to and comes from programs in a guest, is left out as a whole: command-line,
// input-data, out-data, err-data, env and buf-b64, and what human-monitor-command returns. Ids of
// secrets, such as key-secret, are shown.
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
	maxData   = 4096 // bytes of data that are written
	maxMemory = 1024 // commands that are remembered until they are answered
)

// Hook returns a function for [qmp.WithHook] that writes each message to the logger. Connections
// may share a hook if they share a logger, but what answers a command then may have the name of
// another connection's: make one for each.
func Hook(logger *slog.Logger) func(dir qmp.Direction, msg []byte) {
	h := &hook{logger: logger, commands: make(map[string]remembered)}
	return h.show
}

type hook struct {
	logger *slog.Logger

	mu       sync.Mutex
	commands map[string]remembered // by id, as JSON
}

// remembered is a command that has not been answered.
type remembered struct {
	name   string
	secret bool // what it returns is
}

// message has what all messages have.
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
		// It may hold anything.
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
			_ = decode(m.Return, &value) // it was read once
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

// decode reads a message. Numbers are kept as they are.
func decode(text []byte, into any) error {
	text = bytes.TrimLeft(text, "\xff") // of a guest agent's synchronisation
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
	if len(h.commands) >= maxMemory { // some were never answered
		clear(h.commands)
	}
	h.commands[string(id)] = r
}

// recall returns the command that an answer is for. What is not known may be a secret.
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

// secretMembers are the members whose values are not shown, anywhere.
var secretMembers = []string{
	"password", "passphrase", "secret", "cookie",
	"command-line", "input-data", "out-data", "err-data", "env", "buf-b64",
}

// secretReturn reports whether what a command returns is not shown.
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

// hide returns the data of a command, answer or event without secrets.
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
	case "change": // of the password of VNC
		cover("arg")
	case "qom-set":
		if isSecretProperty(object["property"]) {
			cover("value")
		}
	}
	return hidden
}

// hideIn returns a value without the secrets that are known by names of members.
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

// userInfo matches that of a URL, and quotedSecret a secret in the JSON of a "json:" file name.
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
