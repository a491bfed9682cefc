package qga_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strings"

	"github.com/qapi-go/qapi-go/qga"
	"github.com/qapi-go/qapi-go/qmp"
)

// dialExample connects to an agent in memory, which can run only the program uname and has one
// file. A real agent is dialed with qga.Dial(ctx, "unix:/run/vm.agent").
func dialExample(ctx context.Context) (*qga.Client, error) {
	type args = map[string]any
	rest := "guest.example\n"
	answers := map[string]func(args) (any, error){
		"guest-sync-delimited": func(a args) (any, error) { return a["id"], nil },
		"guest-exec": func(a args) (any, error) {
			if a["path"] != "uname" {
				return nil, &qmp.Error{Class: qmp.ClassGenericError, Desc: "Guest command failed to execute: No such file or directory"}
			}
			return args{"pid": 1}, nil
		},
		"guest-exec-status": func(args) (any, error) {
			return args{"exited": true, "exitcode": 0, "out-data": base64.StdEncoding.EncodeToString([]byte("Linux\n"))}, nil
		},
		"guest-file-open": func(a args) (any, error) {
			if a["path"] != "/etc/hostname" {
				return nil, &qmp.Error{Class: qmp.ClassGenericError, Desc: "failed to open file: No such file or directory"}
			}
			return 1, nil
		},
		"guest-file-read": func(args) (any, error) {
			text := rest
			rest = ""
			return args{"count": len(text), "buf-b64": base64.StdEncoding.EncodeToString([]byte(text)), "eof": true}, nil
		},
		"guest-file-close":      func(args) (any, error) { return args{}, nil },
		"guest-fsfreeze-freeze": func(args) (any, error) { fmt.Println("frozen"); return 1, nil },
		"guest-fsfreeze-thaw":   func(args) (any, error) { fmt.Println("thawed"); return 1, nil },
	}
	var commands []qmp.ServerCommand
	for name, answer := range answers {
		commands = append(commands, qmp.ServerCommand{
			Name: name, Args: (*args)(nil), Result: (*any)(nil),
			Run: func(_ context.Context, a any) (any, error) {
				result, err := answer(*a.(*args))
				return &result, err
			},
		})
	}
	here, there := net.Pipe()
	go qga.NewServer(commands).ServeConn(ctx, there)
	return qga.NewClient(ctx, here)
}

// An agent with one command and a client, connected in memory.
func Example() {
	ctx := context.Background()
	agent := qga.NewServer([]qmp.ServerCommand{
		{Name: "guest-sync-delimited"}, // answered by the server itself
		{
			Name: "guest-get-host-name", Result: (*any)(nil),
			Run: func(context.Context, any) (any, error) {
				return &map[string]string{"host-name": "guest.example"}, nil
			},
		},
	})
	here, there := net.Pipe()
	go agent.ServeConn(ctx, there)

	c, err := qga.NewClient(ctx, here)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	var host struct {
		Name string `json:"host-name"`
	}
	err = c.Call(ctx, "guest-get-host-name", nil, &host)
	fmt.Println(host.Name, err)
	err = c.Call(ctx, "guest-fly", nil, nil)
	fmt.Println(err)
	// Output:
	// guest.example <nil>
	// qga: guest-fly: CommandNotFound: The command guest-fly has not been found
}

// Programs are run like those of package os/exec.
func ExampleCommand() {
	ctx := context.Background()
	agent, err := dialExample(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer agent.Close()

	out, err := qga.CommandContext(ctx, agent, "uname", "-s").Output()
	fmt.Printf("%q %v\n", out, err)

	err = qga.CommandContext(ctx, agent, "unmae").Run()
	fmt.Println(err)
	// Output:
	// "Linux\n" <nil>
	// qga: starting unmae: guest-exec: Guest command failed to execute: No such file or directory
}

// Files implement the interfaces of io/fs and can also be written.
func ExampleNewFS() {
	ctx := context.Background()
	agent, err := dialExample(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer agent.Close()

	guest := qga.NewFS(ctx, agent, "/")
	name, err := fs.ReadFile(guest, "etc/hostname")
	fmt.Println(strings.TrimSpace(string(name)), err)

	_, err = guest.Open("etc/none")
	fmt.Println(errors.Is(err, fs.ErrNotExist))
	// Output:
	// guest.example <nil>
	// true
}

// The guest is thawed in every case.
func ExampleFreeze() {
	ctx := context.Background()
	agent, err := dialExample(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer agent.Close()

	err = qga.Freeze(ctx, agent, func(ctx context.Context) error {
		return errors.New("no space for the snapshot")
	})
	fmt.Println(err)
	// Output:
	// frozen
	// thawed
	// no space for the snapshot
}
