// Package qmp is a client and a server for the QEMU Machine Protocol, and the runtime of the
// code that qapi-go generates from QEMU's schemas. It depends on the standard library only.
//
// A program dials a monitor and wraps the connection in the generated client:
//
//	c, err := qmp.Dial(ctx, "unix:/run/vm.qmp")
//	if err != nil {
//		return err
//	}
//	defer c.Close()
//	vm := qapi.NewClient(c) // package qapi is generated
//	status, err := vm.QueryStatus(ctx)
//
// Without generated code, [Client.Call] runs any command by name. The protocol is specified in
// QEMU's docs/interop/qmp-spec.rst.
//
// # Connections
//
//   - A [Client] is one connection: see [Dial] and [NewClient].
//   - A [Session] reconnects when its connection is lost: see [DialSession].
//   - A [Machine] is a session together with the process behind it: see [StartMachine] and
//     [AttachMachine].
//
// Each is a [Caller], which is what generated clients need, and an [EventSource]. Their methods
// may be called from any number of goroutines, and those that wait take a context.
//
// # Events
//
// [Subscribe] collects the events of one type and [SubscribeAny] those of several; the function
// SubscribeAll of a generated package collects all. Each subscription has its own bounded queue.
// [RunAndWait] and [RunAndWaitAny] run a command and wait for the event that reports its
// completion.
//
// # Operations
//
// [RunJob], [Migrate], [MigrateIncoming], [SaveSnapshot], [LoadSnapshot], [DeleteSnapshot], [Dump]
// and [Unplug] start an operation and follow it to its end, across the connections of a session;
// [JobProgress] follows a job.
//
// # Errors
//
// All errors work with [errors.As] and [errors.Is]:
//
//   - An [*Error] is an error reply of the server. [IsNotFound], [IsExists], [IsInUse],
//     [IsNotActive] and [IsCommandNotFound] classify them.
//   - A [*DisconnectError] says why the connection ended. With a [Session], an
//     [*InterruptedError] says that the command may have run.
//   - A [*ProtocolError] reports input that is not QMP.
//   - A [*LostError] marks the place of missing events in a subscription.
//   - An [*UnsupportedError] reports a call that [WithFeatureCheck] did not send.
//
// # Features of a server
//
// [QueryFeatures] asks a server by introspection which commands, arguments, values and events it
// has. [WithFeatureCheck] checks each call against that before it is sent.
//
// # Servers
//
// [NewServer] serves the commands of a dispatch table, which generated code makes from a struct
// of handler functions. It speaks the protocol as QEMU does, down to the texts of errors.
package qmp
