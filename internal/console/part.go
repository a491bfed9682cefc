package console

import (
	"bytes"
	"encoding/json"
)

// ReadIntrospection returns the schema of the named commands and events from an answer to
// query-qmp-schema: reading all of it takes longer than most calls. Without names, or if one
// is missing, it reads all.
func ReadIntrospection(text []byte, names []string) (*Schema, error) {
	if len(names) == 0 {
		return readAll(text)
	}
	entries := entriesOf(text)
	part := []byte{'['}
	var wanted []string
	seen := make(map[string]bool)
	for _, name := range names {
		if entries[name] == nil {
			return readAll(text)
		}
		if !seen[name] {
			seen[name] = true
			wanted = append(wanted, name)
		}
	}
	for len(wanted) > 0 {
		name := wanted[len(wanted)-1]
		wanted = wanted[:len(wanted)-1]
		entry, ok := entries[name]
		if !ok {
			return readAll(text) // it reports the error
		}
		if len(part) > 1 {
			part = append(part, ',')
		}
		part = append(part, entry...)
		var refs struct {
			Arg     string `json:"arg-type"`
			Ret     string `json:"ret-type"`
			Elem    string `json:"element-type"`
			Members []struct {
				Type string `json:"type"`
			} `json:"members"`
			Variants []struct {
				Type string `json:"type"`
			} `json:"variants"`
		}
		if err := json.Unmarshal(entry, &refs); err != nil {
			return readAll(text)
		}
		names := []string{refs.Arg, refs.Ret, refs.Elem}
		for _, m := range refs.Members {
			names = append(names, m.Type)
		}
		for _, v := range refs.Variants {
			names = append(names, v.Type)
		}
		for _, n := range names {
			if n != "" && !seen[n] {
				seen[n] = true
				wanted = append(wanted, n)
			}
		}
	}
	return readAll(append(part, ']'))
}

// entriesOf returns the objects of a list by their member name. Others are left out.
func entriesOf(text []byte) map[string][]byte {
	entries := make(map[string][]byte)
	depth, start := 0, 0
	name := []byte(nil)
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '{', '[':
			if depth++; depth == 2 {
				start, name = i, nil
			}
		case '}', ']':
			if depth--; depth == 1 && name != nil {
				entries[string(name)] = text[start : i+1]
			}
		case '"':
			end := i + 1
			for end < len(text) && text[end] != '"' {
				if text[end] == '\\' {
					end++
				}
				end++
			}
			if end >= len(text) {
				return entries
			}
			if depth == 2 && string(text[i:end]) == `"name` {
				rest := bytes.TrimLeft(text[end+1:], " \t\r\n:")
				if len(rest) > 0 && rest[0] == '"' {
					if n := bytes.IndexByte(rest[1:], '"'); n >= 0 {
						name = rest[1 : n+1]
					}
				}
			}
			i = end
		}
	}
	return entries
}
