package names

import "testing"

func TestFileName(t *testing.T) {
	tests := []struct{ module, want string }{
		{"run-state.json", "run-state.go"},
		{"a/b_c.json", "a-b-c.go"},
		{"../../qapi/block-core.json", "qapi-block-core.go"},
		{"machine_s390x.json", "machine-s390x.go"},
		{"vm_test.json", "vm-test.go"},
		{".hidden.json", "hidden.go"},
		{"_x.json", "x.go"},
		{"noext", "noext.go"},
		{"v1.2.json", "v1.2.go"},
		{"..", "schema.go"},
		{`c:\x\y.json`, "c--x-y.go"},
	}
	for _, tt := range tests {
		if got := fileName(tt.module); got != tt.want {
			t.Errorf("%q: got %s, want %s", tt.module, got, tt.want)
		}
	}
}
