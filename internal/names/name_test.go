package names_test

import (
	"testing"

	"github.com/qapi-go/qapi-go/internal/names"
)

func TestNames(t *testing.T) {
	value := func(name string) string { return names.Value("Enum", name) }
	tests := []struct {
		what string
		fn   func(string) string
		in   string
		want string
	}{
		{"member", names.Member, "node-name", "NodeName"},
		{"member", names.Member, "id", "ID"},
		{"member", names.Member, "device_id", "DeviceID"},
		{"member", names.Member, "x-cpu", "XCPU"},
		{"member", names.Member, "uri", "URI"},
		{"member", names.Member, "tls-creds", "TLSCreds"},
		{"member", names.Member, "utf8", "UTF8"},
		{"member", names.Member, "ids", "Ids"},
		{"member", names.Member, "wchar-t", "WcharT"},
		{"member", names.Member, "__org.qemu_x-member1", "OrgQemuXMember1"},
		{"member", names.Member, "Mixed-Case", "MixedCase"},
		{"member", names.Member, "2nd", "X2nd"},
		{"member", names.Member, "_", "X"},
		{"member", names.Member, "type", "Type"},
		{"value", value, "guest-panicked", "EnumGuestPanicked"},
		{"value", value, "2", "Enum2"},
		{"value", value, "x86_64", "EnumX8664"},
		{"value", value, "DIMM", "EnumDIMM"},
		{"command", names.Command, "query-status", "QueryStatus"},
		{"command", names.Command, "device_add", "DeviceAdd"},
		{"command", names.Command, "query-cpus-fast", "QueryCpusFast"},
		{"command", names.Command, "query-vm-generation-id", "QueryVMGenerationID"},
		{"type", names.Type, "BlockdevOptions", "BlockdevOptions"},
		{"type", names.Type, "X86CPUFeatureWordInfo", "X86CPUFeatureWordInfo"},
		{"type", names.Type, "Old_Name", "Old_Name"},
		{"type", names.Type, "__org.qemu_x-Enum", "OrgQemuXEnum"},
		{"type", names.Type, "lower", "Lower"},
		{"type", names.Type, "q_obj_int-wrapper", "IntWrapper"},
		{"event", names.Event, "SHUTDOWN", "ShutdownEvent"},
		{"event", names.Event, "BLOCK_JOB_COMPLETED", "BlockJobCompletedEvent"},
		{"event", names.Event, "CPU_ID", "CPUIDEvent"},
		{"event", names.Event, "__ORG.QEMU_X-EVENT", "OrgQemuXEventEvent"},
		{"arguments", names.Args, "BlockdevDel", "BlockdevDelArgs"},
		{"branches", names.Branch, "BlockdevOptions", "BlockdevOptionsBranch"},
	}
	for _, tt := range tests {
		if got := tt.fn(tt.in); got != tt.want {
			t.Errorf("%s %q: got %s, want %s", tt.what, tt.in, got, tt.want)
		}
	}
}
