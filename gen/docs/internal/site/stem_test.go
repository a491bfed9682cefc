package site

import (
	"slices"
	"strings"
	"testing"
)

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"Unplugging, unplugged, unplug":            "unplug unplug unplug",
		"migrate migrates migrating migration":     "migrat migrat migrat migrat",
		"stop stopped stopping":                    "stop stop stop",
		"queries a query":                          "query query",
		"BlockdevOptionsQcow2 blockdev-add":        "blockdev option qcow2 blockdev add",
		"QMP's IDs, status, bus, address":          "qmp ids status bus addres",
		"the state of an x":                        "stat",
		"x-blockdev DEVICE_UNPLUG_GUEST_ERROR 4.2": "blockdev devic unplug guest error",
		"Größe 64k":                                "gr 64k",
		strings.Repeat("a", 50):                    "",
	} {
		if got := strings.Join(slices.Collect(words(text)), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestEncodePostings(t *testing.T) {
	got := encodePostings([]posting{{0, 1}, {1, 1}, {40, 100}, {3, 3}})
	if want := "BBD2I11"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
