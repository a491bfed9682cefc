package driver

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

func TestIdentity(t *testing.T) {
	const note = "\x04\x00\x00\x00\x05\x00\x00\x00\x04\x00\x00\x00Go\x00\x00"
	long := strings.Repeat("x", buildIDWithin)
	tests := []struct {
		name, program, want string
	}{
		{"ELF", "\x7fELF..." + note + "ab/cd...", "buildid:ab/cd"},
		{"ELF, cut", "\x7fELF..." + note + "ab", "sha256:"},
		{"Mach-O", "\xcf\xfa\xed\xfe...\xff Go build ID: \"ab/cd\"\n \xff...", "buildid:ab/cd"},
		{"not ended", "\xcf\xfa\xed\xfe...\xff Go build ID: \"ab/cd", "sha256:"},
		{"none", "\x7fELF", "sha256:"},
		{"too late", "\x7fELF" + long + note + "ab/cd", "sha256:"},
		{"text", note + "ab/cd", "sha256:"},
	}
	seen := make(map[string]bool)
	for _, test := range tests {
		got, err := identity(strings.NewReader(test.program))
		if err != nil || !strings.HasPrefix(got, test.want) {
			t.Errorf("%s: %q, %v, want %q", test.name, got, err, test.want)
		}
		if seen[got] && strings.HasPrefix(got, "sha256:") {
			t.Errorf("%s: the hash of another program", test.name)
		}
		seen[got] = true
	}
}

// TestIdentityOfPrograms compares with the build ID that the go command reads.
func TestIdentityOfPrograms(t *testing.T) {
	program := live.Program(t, "go")
	out, err := exec.Command("go", "tool", "buildid", program).Output()
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, err := identity(f); err != nil || got != "buildid:"+strings.TrimSpace(string(out)) {
		t.Errorf("%q, %v, want %s", got, err, out)
	}
}
