package introspect

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// Print writes a server's answer to query-qmp-schema in the layout of [Write]: all of it or, if
// names are given, these commands and events and the types that they use. If the answer has unknown
// keys, all keys are in the server's order.
func Print(w io.Writer, answer []byte, names ...string) error {
	var infos []schemaInfo
	d := json.NewDecoder(bytes.NewReader(answer))
	d.DisallowUnknownFields()
	if d.Decode(&infos) != nil {
		return printRaw(w, answer, names)
	}
	wanted := uses(infos, names)
	part := []schemaInfo{}
	for _, info := range infos {
		if wanted == nil || wanted[info.Name] {
			part = append(part, info)
		}
	}
	return encode(w, part)
}

func encode(w io.Writer, list any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(list)
}

// printRaw is Print for an answer with unknown keys.
func printRaw(w io.Writer, answer []byte, names []string) error {
	var infos []schemaInfo
	var texts []json.RawMessage
	if err := json.Unmarshal(answer, &infos); err != nil {
		return fmt.Errorf("query-qmp-schema: %w", err)
	}
	if err := json.Unmarshal(answer, &texts); err != nil {
		return fmt.Errorf("query-qmp-schema: %w", err)
	}
	wanted := uses(infos, names)
	part := []json.RawMessage{}
	for i, info := range infos {
		if wanted == nil || wanted[info.Name] {
			part = append(part, texts[i])
		}
	}
	return encode(w, part)
}

// uses returns names and the names of all types that they use, or nil if names is empty.
func uses(infos []schemaInfo, names []string) map[string]bool {
	if len(names) == 0 {
		return nil
	}
	byName := make(map[string]*schemaInfo, len(infos))
	for i := range infos {
		byName[infos[i].Name] = &infos[i]
	}
	wanted := make(map[string]bool)
	todo := append([]string{}, names...)
	for len(todo) > 0 {
		name := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		info := byName[name]
		if info == nil || wanted[name] {
			continue
		}
		wanted[name] = true
		todo = append(todo, info.ArgType, info.RetType, info.ElementType)
		for _, m := range info.Members {
			todo = append(todo, m.Type)
		}
		for _, v := range info.Variants {
			todo = append(todo, v.Type)
		}
	}
	return wanted
}
