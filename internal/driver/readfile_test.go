package driver_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/driver"
)

func TestReadFile(t *testing.T) {
	dir := put(t, map[string]string{"four": "1234", "five": "12345"})
	if got, err := driver.ReadFile(filepath.Join(dir, "four"), 4); string(got) != "1234" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := driver.ReadFile(filepath.Join(dir, "five"), 4); err == nil || !strings.Contains(err.Error(), "five: larger than") {
		t.Error(err)
	}
	if _, err := driver.ReadFile(filepath.Join(dir, "none"), 4); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if _, err := driver.ReadFile(dir, 4); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("a folder: %v", err)
	}
	if _, err := os.Stat("/dev/zero"); err == nil {
		if _, err := driver.ReadFile("/dev/zero", 1<<10); err == nil || !strings.Contains(err.Error(), "larger than 1 KiB") {
			t.Errorf("a device without end: %v", err)
		}
	}
}
