// Command yardstick asks a QEMU for its status with what the standard library
// has: the size of a client is compared with that of this program.
package main

import (
	"bufio"
	"encoding/json"
	"net"
	"os"
)

type statusInfo struct {
	Running bool   `json:"running"`
	Status  string `json:"status"`
}

func main() {
	status, err := queryStatus(os.Args[1])
	if err != nil {
		os.Exit(1)
	}
	os.Stdout.WriteString(status.Status + "\n")
}

func queryStatus(socket string) (statusInfo, error) {
	var reply struct {
		Return statusInfo `json:"return"`
	}
	conn, err := net.Dial("unix", socket)
	if err != nil {
		return reply.Return, err
	}
	defer conn.Close()
	r := bufio.NewReader(conn)
	if _, err := r.ReadBytes('\n'); err != nil {
		return reply.Return, err
	}
	for _, command := range []string{"qmp_capabilities", "query-status"} {
		request, err := json.Marshal(map[string]string{"execute": command})
		if err != nil {
			return reply.Return, err
		}
		if _, err := conn.Write(append(request, '\n')); err != nil {
			return reply.Return, err
		}
		line, err := r.ReadBytes('\n')
		if err != nil {
			return reply.Return, err
		}
		if err := json.Unmarshal(line, &reply); err != nil {
			return reply.Return, err
		}
	}
	return reply.Return, nil
}
