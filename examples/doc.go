// Package examples holds small programs that use qapi-go as any other module does: go.mod has the
// compiler as a tool, and go:generate lines run it. The replace directive in go.mod is for this
// repository only.
//
//   - vmctl controls a virtual machine: status, events, block copy, powerdown.
//   - machine starts a virtual machine and runs until it ends.
//   - watch prints the status and events of one, over restarts.
//   - fakeqemu is a server to try vmctl on, and to test it.
//   - agent is a guest agent.
//   - guest runs programs in a guest, and reads and writes its files.
//   - operate migrates, unplugs devices, and makes snapshots and dumps.
//   - disk attaches a disk by an open file, and detaches it.
//   - fleet does the same work on several releases of QEMU with one package.
//
// The schemas are parts of QEMU's protocol, written for this project.
package examples

//go:generate go tool qapi-go generate --schema schema/vm.json --package vmapi --out internal/vmapi
//go:generate go tool qapi-go generate --schema schema/agent.json --package agentapi --out internal/agentapi
//go:generate go tool qapi-go generate --schema schema/fleet/7.2/vm.json --schema schema/fleet/10.0/vm.json --schema schema/fleet/11.1/vm.json --package fleetapi --out internal/fleetapi
