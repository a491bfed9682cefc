package qmp_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/qmp"
)

// memoryGuest returns the boot sector of a guest that only handles requests for the memory in slot
// 0, through the registers of QEMU's docs/specs/acpi_mem_hotplug.rst. It acknowledges a request to
// eject the memory, and then calls _OST with the status, or for status 0 ejects it.
func memoryGuest(status uint32) []byte {
	const (
		selector = 0xa00 // slot that the other registers refer to
		source   = 0xa04 // first argument of _OST
		result   = 0xa08 // second argument of _OST, its status
		flags    = 0xa14
		removing = 4 // in flags: QEMU requests ejection; written: acknowledged
		eject    = 8 // in flags: written to eject
	)
	var code bootCode
	code.WriteByte(0xfa) // cli
	code.out32(selector, 0)
	poll := code.Len()
	code.port(flags)
	code.Write([]byte{0xec, 0xa8, removing}) // in al, dx; test al, removing
	code.jump(0x74, poll)                    // jz poll
	code.out8(flags, removing)               // acknowledge
	if status == 0 {
		code.out8(flags, eject)
	} else {
		code.out32(source, 3) // an ejection request
		code.out32(result, status)
	}
	code.jump(0xeb, poll) // jmp poll
	return code.sector()
}

// pciGuest returns the boot sector of a guest that ejects every PCI device of the first bus on
// request, through the registers of QEMU's docs/specs/acpi_pci_hotplug.rst.
func pciGuest() []byte {
	const (
		down  = 0xae04 // slots to be ejected, one per bit
		eject = 0xae08
		bus   = 0xae10 // bus that the other registers refer to
	)
	var code bootCode
	code.WriteByte(0xfa) // cli
	poll := code.Len()
	code.out32(bus, 0)
	code.port(down)
	code.Write([]byte{0x66, 0xed})       // in eax, dx
	code.Write([]byte{0x66, 0x85, 0xc0}) // test eax, eax
	code.jump(0x74, poll)                // jz poll
	code.port(eject)
	code.Write([]byte{0x66, 0xef}) // out dx, eax
	code.jump(0xeb, poll)          // jmp poll
	return code.sector()
}

// busyGuest returns the boot sector of a guest that sets the power indicator of its slot, the PCI
// Express port at 00:04.0, to blinking forever: the guest is busy.
func busyGuest() []byte {
	const (
		address, data = 0xcf8, 0xcfc    // of the PCI configuration space
		slotControl   = 0x54 + 0x18     // of QEMU's pcie-root-port
		port          = 1<<31 | 4<<11   // enabled, device 4
		blinking      = 0x2<<8 | 0x1<<6 // power indicator; attention indicator on
	)
	var code bootCode
	code.WriteByte(0xfa) // cli
	code.out32(address, port|slotControl)
	code.port(data)
	code.Write([]byte{0xb8, blinking & 0xff, blinking >> 8, 0xef}) // mov ax, blinking; out dx, ax
	code.out8(debugPort, 'b')
	code.jump(0xeb, code.Len()) // jmp here
	return code.sector()
}

// debugPort is the port where busyGuest reports that it is busy.
const debugPort = 0xe9

// bootCode is 16-bit machine code.
type bootCode struct{ bytes.Buffer }

// port loads the number of a port for the next in or out.
func (c *bootCode) port(p uint16) { // mov dx, p
	c.WriteByte(0xba)
	binary.Write(c, binary.LittleEndian, p)
}

func (c *bootCode) out32(p uint16, v uint32) {
	c.port(p)
	c.Write([]byte{0x66, 0xb8}) // mov eax, v
	binary.Write(c, binary.LittleEndian, v)
	c.Write([]byte{0x66, 0xef}) // out dx, eax
}

func (c *bootCode) out8(p uint16, v byte) {
	c.port(p)
	c.Write([]byte{0xb0, v, 0xee}) // mov al, v; out dx, al
}

// jump writes a jump to an earlier position. op is the first byte of the instruction.
func (c *bootCode) jump(op byte, to int) { c.Write([]byte{op, byte(to - c.Len() - 2)}) }

// sector returns a boot sector with the code.
func (c *bootCode) sector() []byte {
	sector := make([]byte, 512)
	copy(sector, c.Bytes())
	sector[510], sector[511] = 0x55, 0xaa
	return sector
}

// A running guest decides about each request.
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

// A guest cannot refuse to eject a PCI device: it ejects it or does not react, which the server
// reports with another error for the next request.
func TestLiveUnplugPCI(t *testing.T) {
	live.Slow(t, "guests take seconds to boot and to answer")
	const pc, q35 = "pc", "q35"
	native := []string{"-chardev", "ringbuf,id=debug", "-device", "isa-debugcon,iobase=0xe9,chardev=debug", "-global", "ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off", "-device", "pcie-root-port,id=rp,addr=4,chassis=1,slot=1"}
	tests := []struct {
		name, machine string
		guest         []byte
		args          []string
		bus           string
		want          string // late: no reaction of the guest; refused: by the server; empty: no error
	}{
		{"gives it up", pc, pciGuest(), nil, "", ""},
		{"ignores it", pc, new(bootCode).sector(), nil, "", "late"},
		{"is busy", q35, busyGuest(), native, "rp", "late"},
		{"a port without hotplug", q35, busyGuest(), append(native[:7:7], "pcie-root-port,id=rp,addr=4,chassis=1,slot=1,hotplug=off"), "rp", "refused"},
	}
	for _, release := range live.Releases {
		for _, test := range tests {
			t.Run(release+"/"+test.name, func(t *testing.T) {
				disk := filepath.Join(t.TempDir(), "disk")
				if err := os.WriteFile(disk, append(test.guest[:512:512], make([]byte, 1<<20)...), 0o600); err != nil {
					t.Fatal(err)
				}
				args := append([]string{"-M", test.machine + ",accel=tcg", "-drive", "format=raw,file=" + disk}, test.args...)
				device := "virtio-net-pci,id=net"
				if test.bus != "" {
					device += ",bus=" + test.bus
				}
				c, _ := launchRelease(t, release, append(args, "-device", device)...)
				ctx := testContext(t)
				if test.name == "is busy" {
					await(t, "the guest is busy", func() bool {
						var said string
						if err := c.Call(ctx, "ringbuf-read", map[string]any{"device": "debug", "size": 1}, &said); err != nil {
							t.Fatal(err)
						}
						return said == "b"
					})
					var refused *qmp.Error
					if err := run(c, "device_del", `{"id": "net"}`)(ctx); !errors.As(err, &refused) || !strings.Contains(refused.Desc, "guest is busy") {
						t.Errorf("device_del: %v", err)
					}
				}
				if test.want == "late" {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, 200*time.Millisecond)
					defer cancel()
				}
				for range 2 {
					err := qmp.Unplug(ctx, c, "net", qmp.WithUnplugRepeat(20*time.Millisecond))
					got := ""
					var refused *qmp.Error
					switch {
					case errors.As(err, &refused):
						got = "refused"
					case errors.Is(err, context.DeadlineExceeded):
						got = "late"
					case err != nil:
						got = "error"
					}
					if got != test.want {
						t.Errorf("%v, want %q", err, test.want)
					}
				}
			})
		}
	}
}
