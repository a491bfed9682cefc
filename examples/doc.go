// Package examples holds small programs that use qapi-go as any other module
// does: go.mod names the compiler as a tool, and the line below generates code
// with it. The line with replace in go.mod is for this repository only.
//
//   - vmctl controls a virtual machine: status, events, block copy, powerdown.
//   - machine starts a virtual machine and stays with it until it ends.
//   - watch tells how one is, over its restarts.
//   - fakeqemu is a server that vmctl can be tried on, and tested with.
//   - agent is a guest agent.
//   - guest runs programs in a guest, and reads and writes its files.
//   - operate migrates, unplugs devices, and makes snapshots and dumps.
//   - disk gives one a disk, by an open file, and takes it out again.
//   - fleet does the same work on several releases of QEMU with one package.
//
// The schemas are parts of QEMU's protocol in words of our own.
package examples

//go:generate go tool qapi-go generate --schema schema/vm.json --package vmapi --out internal/vmapi
//go:generate go tool qapi-go generate --schema schema/agent.json --package agentapi --out internal/agentapi
//go:generate go tool qapi-go generate --schema schema/fleet/7.2/vm.json --schema schema/fleet/10.0/vm.json --schema schema/fleet/11.1/vm.json --package fleetapi --out internal/fleetapi
