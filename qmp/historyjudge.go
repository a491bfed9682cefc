package qmp

import (
	"slices"
	"strconv"
	"strings"
)

// judge checks a command for a server without introspection, by its version: what the history says
// was added later or removed before is an error.
func judge(req *Request, h *History, g *Greeting, server string) error {
	if h == nil {
		return nil
	}
	j := &versionJudge{history: h, command: req.Command, version: g.Version, server: server}
	if l := h.find(req.Command, nil); j.absent(l) {
		return j.unsupported(UnsupportedCommand, nil, "", l)
	}
	args, err := argsValue(req)
	if err != nil {
		return err
	}
	return j.value(args, nil)
}

type versionJudge struct {
	history *History
	command string
	version Version
	server  string
}

func (j *versionJudge) unsupported(kind UnsupportedKind, path []string, value string, l lifetime) error {
	return &UnsupportedError{Command: j.command, Path: pathText(path), Kind: kind, Value: value,
		Server: j.server, Since: l.since, Until: l.until}
}

// absent reports whether a server of the version lacks something with this lifetime.
func (j *versionJudge) absent(l lifetime) bool {
	return l.since != "" && j.version.before(l.since) || l.until != "" && !j.version.before(l.until)
}

// before reports whether a version is older than a release, such as "2.8" or
// "10.2.0".
func (v Version) before(release string) bool {
	var have, want [3]int
	have = [3]int{v.Major, v.Minor, v.Micro}
	for i, part := range strings.SplitN(release, ".", 3) {
		want[i], _ = strconv.Atoi(part)
	}
	return slices.Compare(have[:], want[:]) < 0
}

func (j *versionJudge) value(v any, path []string) error {
	switch v := v.(type) {
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			at := append(slices.Clone(path), "."+name)
			if l := j.history.find(j.command, at); j.absent(l) {
				return j.unsupported(UnsupportedArgument, at, "", l)
			}
			if err := j.value(v[name], at); err != nil {
				return err
			}
		}
	case []any:
		at := append(slices.Clone(path), "[]")
		for _, e := range v {
			if err := j.value(e, at); err != nil {
				return err
			}
		}
	case string:
		if l := j.history.find(j.command, append(slices.Clone(path), "="+v)); j.absent(l) {
			return j.unsupported(UnsupportedValue, path, v, l)
		}
	}
	return nil
}
