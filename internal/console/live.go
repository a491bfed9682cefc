package console

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
)

// liveTime bounds how long a server may take to answer while a word is completed.
const liveTime = time.Second

// Arguments that name a node of the block layer, whatever the command.
var nodeArguments = []string{"node-name", "node", "device", "root-node-name", "top", "top-node", "base", "base-node", "overlay",
	"backing", "backing-file", "file", "source", "target", "replaces", "image-node-name", "snapshot-node-name", "parent", "child", "export"}

// liveValues asks a server for the objects that an argument may name.
func liveValues(ctx context.Context, m *Machine, command, argument, typed string, given *object) []string {
	ctx, cancel := context.WithTimeout(ctx, liveTime)
	defer cancel()
	ask := func(command, member string) []string { return askNames(ctx, m, command, nil, member, "") }
	list := func(path, kind string) []string {
		return askNames(ctx, m, "qom-list", map[string]string{"path": path}, "name", kind)
	}
	switch {
	case m.agent:
		return nil
	case strings.HasPrefix(command, "qom-") && argument == "path":
		dir := typed[:strings.LastIndexByte(typed, '/')+1]
		from := strings.TrimSuffix(dir, "/")
		if dir == "" || from == "" {
			dir, from = "/", "/"
		}
		var all []string
		for _, name := range list(from, "child<") {
			all = append(all, dir+name)
		}
		return all
	case strings.HasPrefix(command, "qom-") && argument == "property":
		path, _ := given.get("path").(word)
		return list(unquote(path), "")
	case strings.HasPrefix(command, "job-") && argument == "id", argument == "job-id":
		return ask("query-jobs", "id")
	case strings.HasPrefix(command, "block-job-") && argument == "device":
		return ask("query-block-jobs", "device")
	case strings.HasPrefix(command, "chardev-") && argument == "id", argument == "chardev":
		return ask("query-chardev", "label")
	case command == "object-del":
		return list("/objects", "child<")
	case argument == "iothread":
		return ask("query-iothreads", "id")
	case argument == "id" && (strings.HasPrefix(command, "block") || slices.Contains([]string{"device_del", "eject", "device-sync-config"}, command)):
		return list("/machine/peripheral", "child<")
	case slices.Contains(nodeArguments, argument):
		names := ask("query-named-block-nodes", "node-name")
		if argument == "device" {
			names = append(names, ask("query-block", "device")...)
		}
		return names
	}
	return nil
}

// askNames runs a command that returns a list of objects. It returns the values of a string
// member of the objects whose type begins with kind, without empty ones.
func askNames(ctx context.Context, m *Machine, command string, args map[string]string, member, kind string) []string {
	req := &qmp.Request{Command: command}
	if args != nil {
		req.Args = args
	}
	var list []map[string]any
	req.Result = &list
	if err := m.Do(ctx, req); err != nil {
		return nil // no candidates
	}
	var names []string
	for _, o := range list {
		name, _ := o[member].(string)
		if of, _ := o["type"].(string); name != "" && strings.HasPrefix(of, kind) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
