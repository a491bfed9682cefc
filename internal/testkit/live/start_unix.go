//go:build unix

package live

import (
	"bufio"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/qapi-go/qapi-go/internal/dial"
)

// startTime bounds the wait for a QEMU that has been started.
const startTime = 2 * time.Minute

// Start starts a QEMU and returns when it runs: not only do its sockets listen, it has also
// answered a command on a monitor of its own, which Start adds to the arguments and closes.
//
// QEMU 7.2 mixes up the bytes of a client that connects while QEMU starts, in one start of a few
// hundred on a busy machine: findings/qmp-early-client-is-mixed-up.sh. A QEMU that ends instead,
// such as one that refuses its arguments, is no error of Start.
func Start(cmd *exec.Cmd) error {
	conn, there, err := dial.Pair()
	if err != nil {
		return err
	}
	defer conn.Close()
	cmd.Args = append(cmd.Args, "-chardev", fmt.Sprintf("socket,id=started,fd=%d", 3+len(cmd.ExtraFiles)), "-mon", "chardev=started,mode=control")
	cmd.ExtraFiles = append(cmd.ExtraFiles, there)
	err = cmd.Start()
	there.Close()
	if err != nil {
		return err
	}
	conn.SetDeadline(time.Now().Add(startTime))
	conn.Write([]byte(`{"execute": "qmp_capabilities"}{"execute": "query-name", "id": "started"}`))
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		if strings.Contains(lines.Text(), `"started"`) {
			break
		}
	}
	return nil
}
