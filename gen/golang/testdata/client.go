// Command client asks a QEMU for its status through generated code.
package main

import (
	"context"
	"os"

	"example.com/test/qapi"
	"github.com/qapi-go/qapi-go/qmp"
)

func main() {
	status, err := queryStatus(os.Args[1])
	if err != nil {
		os.Exit(1)
	}
	os.Stdout.WriteString(string(status.Status) + "\n")
}

func queryStatus(socket string) (qapi.StatusInfo, error) {
	ctx := context.Background()
	c, err := qmp.Dial(ctx, "unix:"+socket)
	if err != nil {
		return qapi.StatusInfo{}, err
	}
	defer c.Close()
	return qapi.NewClient(c).QueryStatus(ctx)
}
