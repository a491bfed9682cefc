package browser

import (
	"fmt"
	"strings"
	"testing"
)

// TestManual checks that links to QEMU's own manual find their pages.
func TestManual(t *testing.T) {
	for _, s := range []site{qemu(t), served(t, qemu(t))} {
		tb := open(t, s, "index.html", view{})
		for _, c := range []struct{ anchor, page string }{
			{"command-QMP-block-core.blockdev-mirror", "command/blockdev-mirror.html"},
			{"command-QMP-qdev.device_add", "command/device_add.html"},
			{"event-QMP-run-state.SHUTDOWN", "event/SHUTDOWN.html"},
			{"object-QMP-block-core.BlockdevOptions", "type/BlockdevOptions.html"},
			{"enum-QMP-run-state.RunState", "type/RunState.html"},
			{"alternate-QMP-block-core.BlockdevRef", "type/BlockdevRef.html"},
			{"command-QMP-control.qmp_capabilities", "command/qmp_capabilities.html"},
			{"module-QMP-block-core", "module/block-core.html"},
			{"command-blockdev-mirror", "command/blockdev-mirror.html"},
			{"index-blockdev_002dmirror", "command/blockdev-mirror.html"},
			{"index-device_005fadd", "command/device_add.html"},
			{"", "index.html"},
			{"command-QMP-block-core.no-such", ""},
			{"qapidoc-1234", ""},
		} {
			tb.load("qemu-qmp-ref.html#" + c.anchor)
			if c.page != "" {
				// A server may call index.html by its folder.
				tb.wait(fmt.Sprintf("location.href.replace(/\\/$/, '/index.html') === %q && document.readyState === 'complete'", s.url+c.page))
				continue
			}
			tb.wait(fmt.Sprintf("document.querySelector('#manual')?.textContent.includes(%q)", "#"+c.anchor))
		}
	}
}

// TestManualOfReleases checks that the page next to the releases leads to the newest.
func TestManualOfReleases(t *testing.T) {
	s := steps(t)
	tb := open(t, s, "index.html", view{})
	tb.load("qemu-qmp-ref.html#command-QMP-block-core.blockdev-mirror")
	tb.wait("location.href.endsWith('/command/blockdev-mirror.html') && document.readyState === 'complete'")
	if at := eval[string](tb, "location.href"); !strings.Contains(at, "/10.2.0/") {
		t.Errorf("at %s", at)
	}
}
