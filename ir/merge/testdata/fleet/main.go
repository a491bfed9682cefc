// Package main runs each query command of a machine that needs no arguments, and
// prints, a line each, where the JSON of its reply is not the same after it was
// decoded into the generated type and encoded again: "lost" or "invented", the
// command, and the path of the member. The last line counts the commands.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"example.org/fleet/qapi"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/wire"
)

// A recorder keeps the reply of the last command.
type recorder struct {
	*qmp.Client
	command string
	reply   json.RawMessage
}

func (r *recorder) Do(ctx context.Context, req *qmp.Request) error {
	r.command, r.reply = req.Command, nil
	if req.Result == nil {
		return r.Client.Do(ctx, req)
	}
	raw := *req
	raw.Result = &r.reply
	if err := r.Client.Do(ctx, &raw); err != nil {
		return err
	}
	return wire.Decode(r.reply, req.Result, wire.Tolerant)
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := qmp.Dial(ctx, os.Args[1], qmp.WithRetry(50*time.Millisecond))
	if err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
	r := &recorder{Client: c}
	client := reflect.ValueOf(qapi.NewClient(r))
	found := make(map[string]bool)
	answered := 0
	for i := range client.NumMethod() {
		name, method := client.Type().Method(i).Name, client.Method(i)
		t := method.Type()
		if !strings.HasPrefix(name, "Query") || t.NumOut() != 2 || name == "QueryQMPSchema" {
			continue
		}
		in := []reflect.Value{reflect.ValueOf(ctx)}
		if t.NumIn() == 2 {
			in = append(in, reflect.Zero(t.In(1)))
		}
		out := method.Call(in)
		if !out[1].IsNil() {
			if _, refused := out[1].Interface().(error); refused && r.reply == nil {
				continue // the server does not have it, or needs arguments
			}
			fmt.Println("undecodable", r.command, out[1].Interface())
			continue
		}
		answered++
		result := reflect.New(t.Out(0))
		result.Elem().Set(out[0])
		again, err := wire.Append(nil, result.Interface(), wire.Tolerant)
		if err != nil {
			fmt.Println("unencodable", r.command, err)
			continue
		}
		var before, after any
		if json.Unmarshal(r.reply, &before) != nil || json.Unmarshal(again, &after) != nil {
			fmt.Println("no JSON", r.command)
			continue
		}
		compare(found, r.command, before, after)
	}
	lines := make([]string, 0, len(found))
	for line := range found {
		lines = append(lines, line)
	}
	slices.Sort(lines)
	for _, line := range lines {
		fmt.Println(line)
	}
	fmt.Println("answered", answered)
	mirror(ctx)
}

// mirror asks for something that QEMU 10.1 brought, with a client that looks before
// it sends, and prints what became of it.
func mirror(ctx context.Context) {
	c, err := qmp.Dial(ctx, os.Args[2], qmp.WithRetry(50*time.Millisecond), qmp.WithFeatureCheck(&qapi.History, nil))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	yes := true
	err = qapi.NewClient(c).BlockdevMirror(ctx, qapi.BlockdevMirrorArgs{Device: "disk0", Target: "none", Sync: qapi.MirrorSyncModeFull, TargetIsZero: &yes})
	fmt.Println("mirror:", err)
}

// compare notes the differences of two values.
func compare(found map[string]bool, path string, before, after any) {
	a, object := before.(map[string]any)
	b, too := after.(map[string]any)
	if object && too {
		for name, v := range a {
			if w, ok := b[name]; ok {
				compare(found, path+"."+name, v, w)
			} else {
				found["lost "+path+"."+name] = true
			}
		}
		for name := range b {
			if _, ok := a[name]; !ok {
				found["invented "+path+"."+name] = true
			}
		}
		return
	}
	list, isList := before.([]any)
	other, alsoList := after.([]any)
	if isList && alsoList && len(list) == len(other) {
		for i := range list {
			compare(found, path+"[]", list[i], other[i])
		}
		return
	}
	if !reflect.DeepEqual(before, after) {
		found["changed "+path] = true
	}
}
