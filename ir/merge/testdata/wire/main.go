// Package main decodes what a release has on the wire into the types of packages
// for several releases, and encodes it again. It prints, a line each, what is not
// the same JSON then. Its arguments are files of samples, one for each package.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/wire"
)

// A pkg is a generated package.
type pkg struct {
	commands []qmp.ServerCommand
	events   []qmp.Event
}

func (p pkg) typeOf(kind, name string) any {
	if kind == "event" {
		for _, e := range p.events {
			if e.EventName() == name {
				return e
			}
		}
		return nil
	}
	for _, c := range p.commands {
		switch {
		case c.Name != name:
		case kind == "args":
			return c.Args
		default:
			return c.Result
		}
	}
	return nil
}

func main() {
	total := 0
	for i, name := range os.Args[1:] {
		f, err := os.Open(name)
		if err != nil {
			fmt.Println(err)
			os.Exit(2)
		}
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<26)
		for lines.Scan() {
			var s struct {
				Release, Kind, Name string
				Free                bool
				JSON                json.RawMessage
			}
			if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
				fmt.Println(err)
				os.Exit(2)
			}
			total++
			proto := packages[i].typeOf(s.Kind, s.Name)
			if proto == nil {
				if s.Kind == "event" || string(s.JSON) != "{}" {
					fmt.Println(name, s.Release, s.Kind, s.Name, "has no type")
				}
				continue
			}
			value := reflect.New(reflect.TypeOf(proto).Elem()).Interface()
			where := strings.Join([]string{name, s.Release, s.Kind, s.Name}, " ")
			modes := []wire.Mode{wire.Tolerant, wire.Strict}
			if s.Free || s.Kind == "event" { // whose timestamps are not among the samples
				modes = modes[:1]
			}
			for _, mode := range modes {
				if err := wire.Decode(s.JSON, value, mode); err != nil {
					fmt.Println(where, mode, "undecodable", err, short(s.JSON))
					break
				}
				again, err := wire.Append(nil, value, mode)
				if err != nil {
					fmt.Println(where, mode, "unencodable", err, short(s.JSON))
					break
				}
				if !same(s.JSON, again) {
					fmt.Println(where, mode, "differs", short(s.JSON), "became", short(again))
					break
				}
			}
		}
		if err := lines.Err(); err != nil {
			fmt.Println(err)
			os.Exit(2)
		}
		f.Close()
	}
	fmt.Println("samples", total)
}

func short(text []byte) string {
	if len(text) > 400 {
		return string(text[:400]) + "…"
	}
	return string(text)
}

// same reports whether two texts are one value, numbers to the digit but for their
// notation.
func same(a, b []byte) bool { return reflect.DeepEqual(value(a), value(b)) }

func value(text []byte) any {
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return err.Error()
	}
	return plain(v)
}

func plain(v any) any {
	switch v := v.(type) {
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			f, _ := v.Float64()
			return f
		}
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = plain(v[name])
		}
	}
	return v
}
