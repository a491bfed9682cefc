package console

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// masked replaces a secret in a recording.
const masked = "***"

// secretMembers are the names of members that hold secrets, in any type. Names that end in
// "-secret", such as key-secret, are ids of secret objects, and not secret.
var secretMembers = []string{"password", "passwd", "passphrase", "secret", "key", "keys", "private-key", "rawdata"}

// commandSecrets match secrets in lines for the human monitor.
var commandSecrets = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?s)^\s*(?:set_password\s+\S+|change\s+\S+\s+\S+|object_add\s+.*?\b(?:data|password)=|sendkey|\S*.*?\bpassword[= ])\s*(.*)$`)
})

// urlSecrets match a password in a URL, and the key in the name of an rbd image.
var urlSecrets = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(://[^/@:\s]*:)[^/@\s]+(@)|(:key=)[^:\s]+`)
})

// A masker replaces secrets in messages.
type masker struct{}

// value replaces the secrets in a message, and reports whether there were any.
func (m *masker) value(v value) bool {
	o, ok := v.(*object)
	if !ok {
		list, _ := v.([]value)
		return m.list(list)
	}
	args, _ := o.get("arguments").(*object)
	changed := false
	switch command := o.text("execute") + o.text("exec-oob"); command {
	case "human-monitor-command":
		changed = m.commandLine(args)
	case "qom-set":
		if isSecret(args.text("property")) || args.text("property") == "data" {
			changed = m.hideMember(args, "value")
		}
	}
	return m.members(o) || changed
}

// members replaces the secrets in an object.
func (m *masker) members(o *object) bool {
	changed := false
	holder := strings.HasPrefix(o.text("qom-type"), "secret")
	for _, name := range o.names {
		switch v := o.values[name].(type) {
		case string:
			switch {
			case isSecret(name), holder && name == "data":
				changed = m.hideMember(o, name) || changed
			case urlSecrets().MatchString(v):
				o.values[name] = urlSecrets().ReplaceAllString(v, "${1}${3}"+masked+"${2}")
				changed = true
			}
		case *object:
			switch {
			case isSecret(name), holder && name == "props" && v.has("data") && m.hideMember(v, "data"):
				changed = m.hideMember(o, name) || changed
			default:
				changed = m.members(v) || changed
			}
		case []value:
			if isSecret(name) {
				changed = m.hideMember(o, name) || changed
			} else {
				changed = m.list(v) || changed
			}
		}
	}
	return changed
}

func (m *masker) list(list []value) bool {
	changed := false
	for _, e := range list {
		switch e := e.(type) {
		case *object:
			changed = m.members(e) || changed
		case []value:
			changed = m.list(e) || changed
		}
	}
	return changed
}

// isSecret reports whether a member of that name holds a secret.
func isSecret(name string) bool { return slices.Contains(secretMembers, name) }

// hideMember replaces the value of a member by one of the same form, so that the message
// stays valid by its schema.
func (m *masker) hideMember(o *object, name string) bool {
	if !o.has(name) {
		return false
	}
	o.values[name] = hide(o.values[name])
	return true
}

// hide returns a value of the same form without its contents. Discriminators of unions are
// kept.
func hide(v value) value {
	switch v := v.(type) {
	case string:
		return masked
	case json.Number:
		return json.Number("0")
	case []value:
		for i := range v {
			v[i] = hide(v[i])
		}
	case *object:
		for _, name := range v.names {
			if name != "type" {
				v.values[name] = hide(v.values[name])
			}
		}
	}
	return v
}

// commandLine replaces the secrets in the line of human-monitor-command.
func (m *masker) commandLine(args *object) bool {
	line := args.text("command-line")
	at := commandSecrets().FindStringSubmatchIndex(line)
	if at == nil || at[2] == at[3] {
		return false
	}
	args.values["command-line"] = line[:at[2]] + masked
	return true
}

// suspects reports whether text that is not a message may hold secrets.
func (m *masker) suspects(text []byte) bool {
	lower := strings.ToLower(string(text))
	return strings.Contains(lower, `data`) || slices.ContainsFunc(secretMembers, func(name string) bool { return strings.Contains(lower, name) })
}
