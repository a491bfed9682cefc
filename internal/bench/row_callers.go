package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"

	yardstick "github.com/digitalocean/go-qemu/qmp"

	"github.com/qapi-go/qapi-go/internal/bench/qapi"
	"github.com/qapi-go/qapi-go/qmp"
)

const (
	callers     = 8
	callersSpan = 300 * time.Millisecond // of each client in each round
)

// callersRow measures eight goroutines that share a client of the stub of qmp's benchmarks, which
// answers at once. go-qemu's monitor writes a command and waits for its reply before it writes the
// next one. It returns the text of the reply, which its caller decodes.
func callersRow(l *lab) ([]figure, error) {
	socket, stop, err := l.startStub()
	if err != nil {
		return nil, err
	}
	defer stop()
	ctx := context.Background()
	monitor, err := yardstick.NewSocketMonitor("unix", socket, time.Second)
	if err != nil {
		return nil, err
	}
	if err := monitor.Connect(); err != nil {
		return nil, err
	}
	defer monitor.Disconnect()
	client, err := qmp.Dial(ctx, "unix:"+socket)
	if err != nil {
		return nil, err
	}
	defer client.Close()

	command := []byte(`{"execute":"query-status"}` + "\n")
	vm := qapi.NewClient(client)
	var theirs, ours, theirTime, ourTime []float64
	for round := -1; round < l.rounds; round++ {
		a, aTime, err := callsPerSecond(func() error {
			text, err := monitor.Run(command)
			if err != nil {
				return err
			}
			var reply struct {
				Return struct {
					Running bool   `json:"running"`
					Status  string `json:"status"`
				} `json:"return"`
			}
			return json.Unmarshal(text, &reply)
		})
		if err != nil {
			return nil, fmt.Errorf("go-qemu: %w", err)
		}
		b, bTime, err := callsPerSecond(func() error {
			_, err := vm.QueryStatus(ctx)
			return err
		})
		if err != nil {
			return nil, err
		}
		if round >= 0 {
			theirs, ours = append(theirs, a), append(ours, b)
			theirTime, ourTime = append(theirTime, aTime), append(ourTime, bTime)
		}
	}
	return []figure{{what: "eight callers against that stub", yardstick: "go-qemu, eight callers of one monitor", unit: "×",
		must: 6, atLeast: true, values: ratios(ours, theirs)},
		{what: "– processor time of a call, without the stub's", yardstick: "the same", unit: "×", values: ratios(ourTime, theirTime)}}, nil
}

// callsPerSecond calls f from eight goroutines for a while. It also returns the seconds of
// processor time that a call has taken in this process.
func callsPerSecond(f func() error) (rate, cpu float64, err error) {
	var calls, over atomic.Int64
	var failure error
	var once sync.Once
	var group sync.WaitGroup
	begin, before := time.Now(), processorTime()
	for range callers {
		group.Go(func() {
			n := int64(0)
			for ; over.Load() == 0; n++ {
				if err := f(); err != nil {
					once.Do(func() { failure = err })
					over.Store(1)
				}
			}
			calls.Add(n)
		})
	}
	time.Sleep(callersSpan)
	over.Store(1)
	group.Wait()
	n := float64(calls.Load())
	return n / time.Since(begin).Seconds(), (processorTime() - before).Seconds() / n, failure
}

// startStub starts the stub of the benchmarks of qmp and returns the path of its socket.
func (l *lab) startStub() (socket string, stop func(), err error) {
	binary, dir, err := l.testBinary("qmp")
	if err != nil {
		return "", nil, err
	}
	socket = l.path("stub")
	cmd := exec.Command(binary, "-test.run=^TestStubProcess$")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "QMP_TEST_STUB="+socket)
	stdin, err := cmd.StdinPipe() // at whose end the stub exits
	if err != nil {
		return "", nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		stdin.Close()
		cmd.Wait()
	}
	if line, err := bufio.NewReader(stdout).ReadString('\n'); line != "the stub listens\n" {
		stop()
		return "", nil, errors.Join(fmt.Errorf("the stub of qmp's benchmarks says %q", line), err)
	}
	return socket, stop, nil
}
