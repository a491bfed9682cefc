package wire_test

import (
	"errors"
	"fmt"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// A Status is a struct as qapi-go generates it.
type Status struct {
	Running bool   `json:"running"`
	Name    string `json:"name"`
	Speed   *int64 `json:"speed,omitzero"`
}

func ExampleDecode() {
	var status Status
	err := wire.Decode([]byte(`{"name": "vm", "running": true, "since": "11.1"}`), &status, wire.Tolerant)
	fmt.Println(status.Name, status.Running, status.Speed == nil, err)
	// Output: vm true true <nil>
}

func ExampleDecode_strict() {
	var status Status
	err := wire.Decode([]byte(`{"name": "vm", "running": true, "since": "11.1"}`), &status, wire.Strict)
	var e *wire.Error
	if errors.As(err, &e) {
		fmt.Println(e.Path, e.Offset, e.Reason == wire.ReasonUnexpected)
		fmt.Println(e)
	}
	// Output:
	// since 32 true
	// since: member is not in the schema (byte 32)
}

func ExampleAppend() {
	speed := int64(9007199254740993) // not representable as float64
	buf := make([]byte, 0, 1024)     // reused for each message
	for _, status := range []Status{{Name: "a"}, {Name: "b", Running: true, Speed: &speed}} {
		text, err := wire.Append(buf[:0], &status, wire.Strict)
		fmt.Println(string(text), err)
	}
	// Output:
	// {"running":false,"name":"a"} <nil>
	// {"running":true,"name":"b","speed":9007199254740993} <nil>
}

func ExampleSkip() {
	stream := []byte(`{"event": "STOP"} {"event": "RES`)
	next, err := wire.Skip(stream, 0, wire.Tolerant)
	fmt.Println(string(stream[:next]), err)

	_, err = wire.Skip(stream, next, wire.Tolerant)
	var e *wire.Error
	fmt.Println(errors.As(err, &e) && e.Reason == wire.ReasonIncomplete)
	// Output:
	// {"event": "STOP"} <nil>
	// true
}
