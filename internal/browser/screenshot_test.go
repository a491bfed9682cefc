package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// views are those in which pages must be usable.
var views = []view{
	{width: 1280, height: 900},
	{width: 1280, height: 900, dark: true},
	{width: 360, height: 740},
	{width: 360, height: 740, dark: true},
}

// kinds are a page of each kind of QEMU's reference.
var kinds = []string{
	"index.html",
	"commands.html",
	"events.html",
	"types.html",
	"deprecated.html",
	"errors.html",
	"module/block-core.html",
	"command/blockdev-add.html",
	"command/blockdev-mirror.html",
	"command/query-block.html",
	"event/BLOCK_IO_ERROR.html",
	"type/BlockdevOptions.html",
	"type/MirrorSyncMode.html",
}

// TestScreenshots writes pictures of pages, for people to look at.
func TestScreenshots(t *testing.T) {
	dir := os.Getenv("QAPI_SCREENSHOTS")
	if dir == "" {
		t.Skip("no pictures asked for: set QAPI_SCREENSHOTS to a folder")
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, v := range views {
		tb := open(t, qemu(t), kinds[0], v)
		shoot := func(name string, picture chromedp.Action[[]byte]) {
			data, err := chromedp.Run(tb.ctx, picture)
			tb.must(err)
			tb.must(os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%s.png", name, v)), data, 0o666))
		}
		for _, page := range kinds {
			tb.load(page)
			shoot(strings.NewReplacer("/", "-", ".html", "").Replace(page), chromedp.CaptureScreenshot())
		}
		for _, page := range []string{"command/blockdev-mirror.html", "command/query-block.html"} {
			tb.load(page)
			eval[bool](tb, `document.getElementById("examples").scrollIntoView(), true`)
			shoot(strings.NewReplacer("/", "-", ".html", "-examples").Replace(page), chromedp.CaptureScreenshot())
		}
		tb.find("mirror")
		shoot("search", chromedp.CaptureScreenshot())
		tb.press("Escape")
		tb.press("Escape")
		tb.press("Escape")
		tb.press("?")
		shoot("help", chromedp.CaptureScreenshot())
	}
}
