package golang

import "testing"

func TestNames(t *testing.T) {
	tests := []struct {
		what string
		fn   func(string) string
		in   string
		want string
	}{
		{"member", exported, "node-name", "NodeName"},
		{"member", exported, "id", "ID"},
		{"member", exported, "device_id", "DeviceID"},
		{"member", exported, "x-cpu", "XCPU"},
		{"member", exported, "uri", "URI"},
		{"member", exported, "tls-creds", "TLSCreds"},
		{"member", exported, "utf8", "UTF8"},
		{"member", exported, "ids", "Ids"},
		{"member", exported, "wchar-t", "WcharT"},
		{"member", exported, "__org.qemu_x-member1", "OrgQemuXMember1"},
		{"member", exported, "Mixed-Case", "MixedCase"},
		{"member", exported, "2nd", "X2nd"},
		{"member", exported, "_", "X"},
		{"member", exported, "type", "Type"},
		{"value", camel, "guest-panicked", "GuestPanicked"},
		{"value", camel, "2", "2"},
		{"value", camel, "x86_64", "X8664"},
		{"value", camel, "DIMM", "DIMM"},
		{"command", exported, "query-status", "QueryStatus"},
		{"command", exported, "device_add", "DeviceAdd"},
		{"command", exported, "query-cpus-fast", "QueryCpusFast"},
		{"command", exported, "query-vm-generation-id", "QueryVMGenerationID"},
		{"type", typeName, "BlockdevOptions", "BlockdevOptions"},
		{"type", typeName, "X86CPUFeatureWordInfo", "X86CPUFeatureWordInfo"},
		{"type", typeName, "Old_Name", "Old_Name"},
		{"type", typeName, "__org.qemu_x-Enum", "OrgQemuXEnum"},
		{"type", typeName, "lower", "Lower"},
		{"type", typeName, "q_obj_int-wrapper", "IntWrapper"},
		{"event", eventName, "SHUTDOWN", "ShutdownEvent"},
		{"event", eventName, "BLOCK_JOB_COMPLETED", "BlockJobCompletedEvent"},
		{"event", eventName, "CPU_ID", "CPUIDEvent"},
		{"event", eventName, "__ORG.QEMU_X-EVENT", "OrgQemuXEventEvent"},
		{"file", fileName, "run-state.json", "run-state.go"},
		{"file", fileName, "a/b_c.json", "a-b-c.go"},
		{"file", fileName, "../../qapi/block-core.json", "qapi-block-core.go"},
		{"file", fileName, "machine_s390x.json", "machine-s390x.go"},
		{"file", fileName, "vm_test.json", "vm-test.go"},
		{"file", fileName, ".hidden.json", "hidden.go"},
		{"file", fileName, "_x.json", "x.go"},
		{"file", fileName, "noext", "noext.go"},
		{"file", fileName, "v1.2.json", "v1.2.go"},
		{"file", fileName, "..", "schema.go"},
		{"file", fileName, `c:\x\y.json`, "c--x-y.go"},
	}
	for _, tt := range tests {
		if got := tt.fn(tt.in); got != tt.want {
			t.Errorf("%s %q: got %s, want %s", tt.what, tt.in, got, tt.want)
		}
	}
}
