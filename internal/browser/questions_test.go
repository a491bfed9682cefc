package browser

import (
	"slices"
	"strings"
	"testing"
)

// questions are what people who run virtual machines ask, in their words, and the pages
// that answer them, any of which will do.
var questions = []struct{ query, pages string }{
	{"hot remove", "command/device_del"},
	{"unplug", "command/device_del event/DEVICE_DELETED event/DEVICE_UNPLUG_GUEST_ERROR"},
	{"hotplug cpu", "command/query-hotpluggable-cpus"},
	{"attach a disk", "command/blockdev-add"},
	{"add a network card", "command/netdev_add command/device_add"},
	{"how to take a snapshot of a disk", "command/blockdev-snapshot command/blockdev-snapshot-sync"},
	{"save the state of the vm", "command/snapshot-save"},
	{"restore a snapshot", "command/snapshot-load"},
	{"live migration progress", "command/query-migrate"},
	{"cancel migration", "command/migrate_cancel"},
	{"limit disk iops", "command/block_set_io_throttle"},
	{"resize a disk", "command/block_resize"},
	{"eject cdrom", "command/eject command/blockdev-remove-medium"},
	{"change iso", "command/blockdev-change-medium"},
	{"reboot the guest", "command/system_reset"},
	{"shut down the guest cleanly", "command/system_powerdown"},
	{"pause the vm", "command/stop"},
	{"resume execution", "command/cont"},
	{"reduce guest memory", "command/balloon"},
	{"screenshot", "command/screendump"},
	{"press ctrl alt del", "command/send-key"},
	{"is kvm enabled", "command/query-kvm"},
	{"which qemu version", "command/query-version"},
	{"incremental backup", "command/drive-backup command/blockdev-backup command/block-dirty-bitmap-add"},
	{"storage migration mirror a disk", "command/blockdev-mirror command/drive-mirror"},
	{"merge backing file into overlay", "command/block-stream command/block-commit"},
	{"guest crashed", "event/GUEST_PANICKED"},
	{"vnc password", "command/set_password command/change-vnc-password command/expire_password"},
	{"dump guest memory", "command/dump-guest-memory"},
	{"run out of disk space", "event/BLOCK_IO_ERROR event/BLOCK_WRITE_THRESHOLD command/block-set-write-threshold"},
}

// TestQuestions checks that for all questions but one the right page is among the first three
// results.
func TestQuestions(t *testing.T) {
	tb := open(t, qemu(t), "index.html", view{})
	good := 0
	for _, q := range questions {
		hits := tb.find(q.query)
		rank := slices.IndexFunc(hits, func(h hit) bool {
			page, _, _ := strings.Cut(h.Href, ".html")
			return slices.Contains(strings.Fields(q.pages), strings.TrimPrefix(page, "./"))
		})
		if 0 <= rank && rank < 3 {
			good++
		}
		var first []string
		for _, h := range hits[:min(len(hits), 3)] {
			first = append(first, h.Name)
		}
		t.Logf("%-35s rank %d of %d: %s", q.query, rank+1, len(hits), strings.Join(first, ", "))
	}
	if want := 29; len(questions) != 30 || good < want {
		t.Errorf("%d of %d questions are answered among the first three results, want %d", good, len(questions), want)
	}
}
