package browser

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
)

// steps is the site of QEMU 9.2.0 and 10.2.0.
func steps(t testing.TB) site {
	t.Helper()
	args := []string{}
	for _, release := range []string{"9.2.0", "10.2.0"} {
		args = append(args, "--schema", filepath.Join(corpus.Dir(t), "corpus", release, "qapi", "qapi-schema.json"))
	}
	return made(t, "steps", args...)
}

// TestReleaseSwitch goes from a page to the same of another release, and to the
// nearest where that has none; with and without JavaScript.
func TestReleaseSwitch(t *testing.T) {
	s := steps(t)
	for _, noScript := range []bool{false, true} {
		tb := open(t, s, "10.2.0/command/blockdev-mirror.html", view{noScript: noScript})
		tb.click(".releases > summary")
		tb.wait(`document.querySelector(".releases ul").checkVisibility()`)
		if got := eval[string](tb, `document.querySelector(".releases [aria-current]").textContent`); got != "10.2.0" {
			t.Errorf("the release of the page is %q", got)
		}
		if !noScript {
			tb.press("Escape")
			tb.wait(`!document.querySelector(".releases").open && document.activeElement.matches(".releases > summary")`)
			tb.click(".releases > summary")
			tb.click("h1")
			tb.wait(`!document.querySelector(".releases").open`)
			tb.click(".releases > summary")
		}
		tb.click(".releases a")
		tb.arrive("9.2.0/command/blockdev-mirror.html")

		tb.load("10.2.0/command/query-accelerators.html")
		old := eval[string](tb, `document.querySelector(".releases a").closest("li").textContent`)
		if !strings.HasPrefix(old, "9.2.0") || !strings.Contains(old, "not there") {
			t.Errorf("the switch to a release without the page says %q", old)
		}
	}
}

// TestRemoved finds what a release no longer has.
func TestRemoved(t *testing.T) {
	tb := open(t, steps(t), "10.2.0/index.html", view{})
	hits := tb.find("x-query-opcount")
	if len(hits) == 0 || hits[0].Name != "x-query-opcount" {
		t.Fatalf("%+v", hits)
	}
	tb.press("Enter")
	tb.arrive("10.2.0/command/x-query-opcount.html")
	tb.wait(`document.querySelector("main")?.textContent.includes("9.2.0")`)
}

// TestReleasePages has axe-core look at the pages that only sites of several
// releases have, and checks that they are not too wide for a phone.
func TestReleasePages(t *testing.T) {
	script := axe(t)
	s := steps(t)
	for _, v := range views {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			tb := open(t, s, "index.html", v)
			for _, page := range []string{"index.html", "changes/9.2.0-10.2.0.html", "10.2.0/removed.html",
				"10.2.0/command/x-query-opcount.html", "10.2.0/command/query-accelerators.html"} {
				tb.load(page)
				tb.accessible(script, page)
				if w := eval[int64](tb, `document.documentElement.scrollWidth`); w > v.width {
					t.Errorf("%s is %d pixels wide", page, w)
				}
			}
		})
	}
}
