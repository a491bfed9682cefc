package browser

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// pages returns the names of all pages of a site.
func pages(t testing.TB, s site) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(os.DirFS(s.dir), ".", func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".html") {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestReflow checks that no page has to be scrolled sideways at a width of 320
// pixels, with everything open.
func TestReflow(t *testing.T) {
	check := func(s site, names []string) {
		tb := open(t, s, names[0], view{width: 320, height: 740})
		for _, name := range names {
			tb.load(name)
			eval[bool](tb, `document.querySelectorAll("details").forEach(d => { d.open = true; }), true`)
			if w := eval[int](tb, `document.documentElement.scrollWidth`); w > 320 {
				who := eval[string](tb, `[...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > 321 && !e.closest("pre, .scroll")).slice(-1)[0]?.outerHTML.slice(0, 200) ?? ""`)
				t.Errorf("%s is %d pixels wide: %s", name, w, who)
			}
		}
	}
	check(vm(t), pages(t, vm(t)))
	check(qemu(t), kinds)
}

// TestNoMotion checks that nothing moves by itself, so that there is nothing to
// reduce for readers who want that.
func TestNoMotion(t *testing.T) {
	tb := open(t, vm(t), "command/device-del.html", view{still: true})
	tb.press("?")
	tb.wait(`document.querySelector("dialog").open`)
	if n := eval[int](tb, `document.getAnimations().length`); n != 0 {
		t.Errorf("%d animations", n)
	}
	if got := eval[string](tb, `getComputedStyle(document.documentElement).scrollBehavior`); got != "auto" {
		t.Errorf("scrolling is %s", got)
	}
}

// maxNodes is how many nodes a page may have when it is loaded.
const maxNodes = 3000

// TestNodes counts the nodes of QEMU's largest pages of definitions.
func TestNodes(t *testing.T) {
	s := qemu(t)
	largest, size := "", int64(0)
	for _, name := range pages(t, s) {
		info, err := os.Stat(filepath.Join(s.dir, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(name, "/") && !strings.HasPrefix(name, "module/") && info.Size() > size {
			largest, size = name, info.Size()
		}
	}
	tb := open(t, s, largest, view{})
	for _, name := range append([]string{largest}, kinds...) {
		tb.load(name)
		n := eval[int](tb, `document.querySelectorAll("*").length`)
		t.Logf("%s: %d elements", name, n)
		if strings.Contains(name, "/") && n > maxNodes {
			t.Errorf("%s has %d elements, more than %d", name, n, maxNodes)
		}
	}
}

// BenchmarkLoad measures how long pages of QEMU's reference take until their
// content is there, in the browser's own clock.
func BenchmarkLoad(b *testing.B) {
	for _, name := range []string{"command/blockdev-add.html", "command/query-status.html", "index.html"} {
		b.Run(name, func(b *testing.B) {
			tb := open(b, qemu(b), name, view{})
			sum := 0.0
			for b.Loop() {
				tb.must(chromedp.Do(tb.ctx, chromedp.Reload()))
				sum += eval[float64](tb, `performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd`)
			}
			b.ReportMetric(sum/float64(b.N), "ms/DOMContentLoaded")
			b.ReportMetric(0, "ns/op")
		})
	}
}
