package qmp_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
)

// memoryGuest returns the boot sector of a guest that does nothing but answer for the memory in
// slot 0, through the registers of QEMU's docs/specs/acpi_mem_hotplug.rst: asked to give it up, it
// acknowledges the request, and then calls _OST with the status, or with 0 ejects the memory.
func memoryGuest(status uint32) []byte {
	const (
		selector = 0xa00 // which slot the others are about
		source   = 0xa04 // first argument of _OST
		result   = 0xa08 // second argument of _OST, its status
		flags    = 0xa14
		removing = 4 // of flags: QEMU asks for the memory; written: acknowledged
		eject    = 8 // of flags: written to give it up
	)
	var code bytes.Buffer
	port := func(p uint16) { code.Write([]byte{0xba}); binary.Write(&code, binary.LittleEndian, p) } // mov dx, p
	out32 := func(p uint16, v uint32) {
		port(p)
		code.Write([]byte{0x66, 0xb8}) // mov eax, v
		binary.Write(&code, binary.LittleEndian, v)
		code.Write([]byte{0x66, 0xef}) // out dx, eax
	}
	out8 := func(p uint16, v byte) { port(p); code.Write([]byte{0xb0, v, 0xee}) } // mov al, v; out dx, al
	code.WriteByte(0xfa)                                                          // cli
	out32(selector, 0)
	poll := code.Len()
	port(flags)
	code.Write([]byte{0xec, 0xa8, removing})              // in al, dx; test al, removing
	code.Write([]byte{0x74, byte(poll - code.Len() - 2)}) // jz poll
	out8(flags, removing)                                 // acknowledge
	if status == 0 {
		out8(flags, eject)
	} else {
		out32(source, 3) // an ejection request
		out32(result, status)
	}
	code.Write([]byte{0xeb, byte(poll - code.Len() - 2)}) // jmp poll
	sector := make([]byte, 512)
	copy(sector, code.Bytes())
	sector[510], sector[511] = 0x55, 0xaa
	return sector
}

// A guest that runs, and decides by itself what becomes of a request.
func TestLiveUnplugRefusedByGuest(t *testing.T) {
	tests := []struct {
		name    string
		status  uint32 // of _OST
		refused bool
	}{
		{"gives it up", 0, false},
		{"failure", 1, true},
		{"device in use", 0x81, true},
	}
	for _, release := range opsReleases {
		for _, test := range tests {
			t.Run(release+"/"+test.name, func(t *testing.T) {
				disk := filepath.Join(t.TempDir(), "disk")
				if err := os.WriteFile(disk, memoryGuest(test.status), 0o600); err != nil {
					t.Fatal(err)
				}
				c, _ := launchRelease(t, release, "-m", "64M,slots=1,maxmem=256M", "-drive", "format=raw,file="+disk)
				must(t, c, "object-add", `{"qom-type": "memory-backend-ram", "id": "m", "size": 134217728}`)
				must(t, c, "device_add", `{"driver": "pc-dimm", "id": "dimm", "memdev": "m"}`)
				err := qmp.Unplug(testContext(t), c, "dimm")
				var refused *qmp.UnplugError
				if errors.As(err, &refused) != test.refused || !test.refused && err != nil {
					t.Error(err)
				}
				if test.refused && refused != nil && refused.ID != "dimm" {
					t.Errorf("device %q", refused.ID)
				}
			})
		}
	}
}
