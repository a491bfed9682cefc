package goname_test

import (
	"testing"

	"github.com/qapi-go/qapi-go/gen/goname"
)

func TestNames(t *testing.T) {
	value := func(name string) string { return goname.Value("Enum", name) }
	tests := []struct {
		what string
		fn   func(string) string
		in   string
		want string
	}{
		{"member", goname.Member, "node-name", "NodeName"},
		{"member", goname.Member, "id", "ID"},
		{"member", goname.Member, "device_id", "DeviceID"},
		{"member", goname.Member, "x-cpu", "XCPU"},
		{"member", goname.Member, "uri", "URI"},
		{"member", goname.Member, "tls-creds", "TLSCreds"},
		{"member", goname.Member, "utf8", "UTF8"},
		{"member", goname.Member, "ids", "Ids"},
		{"member", goname.Member, "wchar-t", "WcharT"},
		{"member", goname.Member, "__org.qemu_x-member1", "OrgQemuXMember1"},
		{"member", goname.Member, "Mixed-Case", "MixedCase"},
		{"member", goname.Member, "2nd", "X2nd"},
		{"member", goname.Member, "_", "X"},
		{"member", goname.Member, "type", "Type"},
		{"value", value, "guest-panicked", "EnumGuestPanicked"},
		{"value", value, "2", "Enum2"},
		{"value", value, "x86_64", "EnumX8664"},
		{"value", value, "DIMM", "EnumDIMM"},
		{"command", goname.Command, "query-status", "QueryStatus"},
		{"command", goname.Command, "device_add", "DeviceAdd"},
		{"command", goname.Command, "query-cpus-fast", "QueryCpusFast"},
		{"command", goname.Command, "query-vm-generation-id", "QueryVMGenerationID"},
		{"type", goname.Type, "BlockdevOptions", "BlockdevOptions"},
		{"type", goname.Type, "X86CPUFeatureWordInfo", "X86CPUFeatureWordInfo"},
		{"type", goname.Type, "Old_Name", "Old_Name"},
		{"type", goname.Type, "__org.qemu_x-Enum", "OrgQemuXEnum"},
		{"type", goname.Type, "lower", "Lower"},
		{"type", goname.Type, "q_obj_int-wrapper", "IntWrapper"},
		{"event", goname.Event, "SHUTDOWN", "ShutdownEvent"},
		{"event", goname.Event, "BLOCK_JOB_COMPLETED", "BlockJobCompletedEvent"},
		{"event", goname.Event, "CPU_ID", "CPUIDEvent"},
		{"event", goname.Event, "__ORG.QEMU_X-EVENT", "OrgQemuXEventEvent"},
		{"arguments", goname.Args, "BlockdevDel", "BlockdevDelArgs"},
		{"branches", goname.Branch, "BlockdevOptions", "BlockdevOptionsBranch"},
	}
	for _, tt := range tests {
		if got := tt.fn(tt.in); got != tt.want {
			t.Errorf("%s %q: got %s, want %s", tt.what, tt.in, got, tt.want)
		}
	}
}
