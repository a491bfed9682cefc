package qmp

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// A checker checks the arguments of a command, or what a server sends, against features.
type checker struct {
	features *Features
	history  *History
	command  string
	server   string
	open     bool // unknown arguments are allowed
	asQEMU   bool // paths have indices, and missing members are reported before unknown ones
}

// check returns an error for what a command needs and a server does not have.
func (f *Features) check(req *Request, h *History, server string) error {
	c := &checker{features: f, history: h, command: req.Command, server: server, open: h.takesMore(req.Command)}
	info := f.infos[req.Command]
	if info == nil || info.MetaType != "command" {
		return c.unsupported(UnsupportedCommand, nil, "")
	}
	args, err := argsValue(req)
	if err != nil {
		return err
	}
	return c.value(args, info.ArgType, nil)
}

// argsValue returns the arguments as a decoded JSON value: an empty object if there are none.
func argsValue(req *Request) (any, error) {
	data, err := appendArgs(nil, "", req.Args, wire.Tolerant)
	if err != nil {
		return nil, err
	}
	var args any = map[string]any{}
	if len(data) > 0 {
		if err := wire.Decode(data, &args, wire.Tolerant); err != nil {
			return nil, err
		}
	}
	return args, nil
}

// unsupported returns the error for the element at a path.
func (c *checker) unsupported(kind UnsupportedKind, path []string, value string) error {
	at := path
	if kind == UnsupportedValue {
		at = append(slices.Clone(path), "="+value)
	}
	l := c.history.find(c.command, at)
	if l.since == "" && l.until == "" && kind == UnsupportedValue {
		l = c.history.find(c.command, append(slices.Clone(path[:len(path)-1]), "/"+value))
	}
	return &UnsupportedError{Command: c.command, Path: pathText(path), Kind: kind, Value: value,
		Server: c.server, Since: l.since, Until: l.until}
}

// wrongType returns the error for a value at a path that is not of its type.
func (c *checker) wrongType(info *featureInfo, path []string) error {
	err := c.unsupported(UnsupportedType, path, "").(*UnsupportedError)
	switch err.want = info.MetaType; {
	case info.MetaType == "enum":
		err.want = "string"
	case info.MetaType == "builtin" && info.JSONType == "int":
		err.want = "integer"
	case info.MetaType == "builtin":
		err.want = info.JSONType
	}
	return err
}

// pathText returns the text of a path, such as "file.driver".
func pathText(path []string) string {
	return strings.TrimPrefix(strings.Join(path, ""), ".")
}

// value checks a value against a type of the server.
func (c *checker) value(v any, typ string, path []string) error {
	info := c.features.infos[typ]
	if info == nil {
		return nil
	}
	switch info.MetaType {
	case "object":
		object, ok := v.(map[string]any)
		if !ok {
			return c.wrongType(info, path)
		}
		return c.object(object, info, path)
	case "array":
		list, ok := v.([]any)
		if !ok {
			return c.wrongType(info, path)
		}
		for i, e := range list {
			step := "[]"
			if c.asQEMU {
				step = "[" + strconv.Itoa(i) + "]"
			}
			if err := c.value(e, info.ElementType, append(slices.Clone(path), step)); err != nil {
				return err
			}
		}
	case "enum":
		s, ok := v.(string)
		if !ok {
			return c.wrongType(info, path)
		}
		if !info.has(s) {
			return c.unsupported(UnsupportedValue, path, s)
		}
	case "alternate":
		for _, m := range info.Members {
			if c.features.takes(m.Type, v) {
				return c.value(v, m.Type, path)
			}
		}
		return c.wrongType(info, path)
	case "builtin":
		if !c.features.takes(typ, v) {
			return c.wrongType(info, path)
		}
	}
	return nil
}

// has reports whether an enum has a value.
func (i *featureInfo) has(value string) bool {
	return slices.Contains(i.Values, value) ||
		slices.ContainsFunc(i.Members, func(m featureMember) bool { return m.Name == value })
}

// object checks the members of an object.
func (c *checker) object(object map[string]any, info *featureInfo, path []string) error {
	members := slices.Clone(info.Members)
	for depth := 0; info != nil && info.Tag != "" && depth < maxVariants; depth++ {
		tag, _ := object[info.Tag].(string)
		var next *featureInfo
		for _, v := range info.Variants {
			if v.Case == tag {
				next = c.features.infos[v.Type]
			}
		}
		if info = next; info != nil {
			members = append(members, info.Members...)
		}
	}
	var missing error // reported last: an unsupported argument is more informative
	for _, m := range members {
		at := append(slices.Clone(path), "."+m.Name)
		v, ok := object[m.Name]
		switch {
		case !ok && m.Default == nil && c.asQEMU:
			return c.unsupported(RequiredArgument, at, "")
		case !ok && m.Default == nil && missing == nil:
			missing = c.unsupported(RequiredArgument, at, "")
		case ok:
			if err := c.value(v, m.Type, at); err != nil {
				return err
			}
		}
	}
	if err := c.unknown(object, members, path); err != nil {
		return err
	}
	return missing
}

// unknown returns an error for the alphabetically first member of an object that its type does not
// have.
func (c *checker) unknown(object map[string]any, members []featureMember, path []string) error {
	if c.open && len(path) == 0 {
		return nil
	}
	var names []string
	for name := range object {
		if !slices.ContainsFunc(members, func(m featureMember) bool { return m.Name == name }) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return c.unsupported(UnsupportedArgument, append(slices.Clone(path), "."+slices.Min(names)), "")
}

// maxVariants limits the depth of unions in unions.
const maxVariants = 100

// takes reports whether a value has the JSON kind of a type.
func (f *Features) takes(typ string, v any) bool {
	info := f.infos[typ]
	if info == nil {
		return true
	}
	kind := info.MetaType
	if kind == "builtin" {
		kind = info.JSONType
	}
	switch v := v.(type) {
	case nil:
		return kind == "null" || kind == "value"
	case bool:
		return kind == "boolean" || kind == "value"
	case string:
		return kind == "string" || kind == "enum" || kind == "value" || kind == "alternate"
	case json.Number:
		whole := !strings.ContainsAny(v.String(), ".eE")
		return kind == "number" || kind == "value" || kind == "int" && whole || kind == "alternate"
	case []any:
		return kind == "array" || kind == "value" || kind == "alternate"
	case map[string]any:
		return kind == "object" || kind == "value" || kind == "alternate"
	}
	return true
}
