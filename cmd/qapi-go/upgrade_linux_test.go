package main

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestUpgradeInterrupted interrupts an upgrade that has copied the schema and waits for the lock of
// the package's folder: it does all or nothing.
func TestUpgradeInterrupted(t *testing.T) {
	upgradeProject(t, "schema: schema/qapi/qapi-schema.json\ngenerate: { out: qapi, package: qapi }\n", "schema")
	lock, err := os.OpenFile("qapi/.qapi-go.lock", os.O_CREATE|os.O_RDWR, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	cmd := program(t, "upgrade", "--from", "src/2.0.0", "--fail-on", "none")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for copied := false; !copied; {
		select {
		case err := <-ended:
			t.Fatalf("%v\n%s", err, stderr.String())
		case <-time.After(time.Millisecond):
		}
		text, _ := os.ReadFile("schema/qapi/qapi-schema.json")
		copied = string(text) == diffNew
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	os.Remove(lock.Name()) // as its owner does
	lock.Close()
	if err := <-ended; err != nil {
		t.Errorf("%v\n%s", err, stderr.String())
	}
	if r := runArgs("generate", "--check"); r.status != 0 {
		t.Errorf("the schema is new, the package is not: %s", r.stdout)
	}
}
