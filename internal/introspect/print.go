package introspect

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// Print writes the answer of a server to query-qmp-schema as [Write] lays out that of a schema:
// all of it or, if there are names, these commands and events and the types that they use. An
// answer with keys that this package does not know is written in the order of the server's keys.
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

// printRaw is Print for an answer with keys that are not known.
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

// uses returns the names and those of the types that they use, or nil if there are no names.
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
