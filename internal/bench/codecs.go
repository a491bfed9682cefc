package main

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/bytedance/sonic"
	goccy "github.com/goccy/go-json"

	"github.com/qapi-go/qapi-go/internal/bench/qapi"
	"github.com/qapi-go/qapi-go/qmp/wire"
)

// decoders decode into plain types, except wire and methods, which decode into generated ones.
var decoders = []contender{
	decoder("json", json.Unmarshal),
	{"wire", func(m *message) (func() error, error) {
		t := reflect.TypeOf(m.typed).Elem()
		return func() error { return wire.Decode(m.text, reflect.New(t).Interface(), wire.Tolerant) }, nil
	}},
	decoder("goccy", goccy.Unmarshal),
	decoder("sonic", sonic.Unmarshal),
	{"jx", func(m *message) (func() error, error) { return jxDecode(m), nil }},
	{"methods", func(m *message) (func() error, error) {
		t := reflect.TypeOf(m.typed).Elem()
		return func() error { return json.Unmarshal(m.text, reflect.New(t).Interface()) }, nil
	}},
}

func decoder(name string, unmarshal func([]byte, any) error) contender {
	return contender{name, func(m *message) (func() error, error) {
		t := reflect.TypeOf(m.plain).Elem()
		return func() error { return unmarshal(m.text, reflect.New(t).Interface()) }, nil
	}}
}

// encoders encode the results of decoders. wire appends to a reused buffer.
var encoders = []contender{
	encoder("json", json.Marshal),
	{"wire", func(m *message) (func() error, error) {
		v := fresh(m.typed)
		if err := wire.Decode(m.text, v, wire.Strict); err != nil {
			return nil, err
		}
		buf := make([]byte, 0, 2*len(m.text)+4096)
		return func() error {
			_, err := wire.Append(buf, v, wire.Tolerant)
			return err
		}, nil
	}},
	encoder("goccy", goccy.Marshal),
	encoder("sonic", sonic.Marshal),
	{"jx", func(m *message) (func() error, error) { return jxEncode(m) }},
	{"methods", func(m *message) (func() error, error) {
		v := fresh(m.typed)
		if err := json.Unmarshal(m.text, v); err != nil {
			return nil, err
		}
		return func() error {
			_, err := json.Marshal(v)
			return err
		}, nil
	}},
}

func encoder(name string, marshal func(any) ([]byte, error)) contender {
	return contender{name, func(m *message) (func() error, error) {
		v := fresh(m.plain)
		if err := json.Unmarshal(m.text, v); err != nil {
			return nil, err
		}
		return func() error {
			_, err := marshal(v)
			return err
		}, nil
	}}
}

// nesting measures how the cost grows with the depth of a node graph: the ratio of 64 nodes to 16,
// by round.
func (b *bencher) nesting() (decode, encode []float64, err error) {
	var costs [2][2][]float64
	for k, depth := range []int{16, 64} {
		text := `{"driver":"file","filename":"/var/lib/images/base.qcow2"}`
		for n := range depth {
			text = fmt.Sprintf(`{"driver":"qcow2","node-name":"node%d","file":{"driver":"file","filename":"/var/lib/images/overlay%[1]d.qcow2"},"backing":%s}`, n, text)
		}
		m := &message{name: "nested", text: []byte(text), typed: new(qapi.BlockdevOptions)}
		for op, contenders := range [][]contender{decoders, encoders} {
			c, err := b.rounded(m, contenders[1:2])
			if err != nil {
				return nil, nil, err
			}
			for _, one := range c[0] {
				costs[k][op] = append(costs[k][op], one.cpu)
			}
		}
	}
	return ratios(costs[1][0], costs[0][0]), ratios(costs[1][1], costs[0][1]), nil
}
