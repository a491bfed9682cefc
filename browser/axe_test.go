package browser

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/qapi-go/qapi-go/internal/live"
)

// axe returns axe-core. Where it is not installed, the test is skipped, or fails
// if QAPI_LIVE is set.
func axe(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("node_modules", "axe-core", "axe.min.js"))
	if errors.Is(err, fs.ErrNotExist) && os.Getenv(live.Env) == "" {
		t.Skipf("axe-core is not installed: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// A report is what axe-core says of a page.
type report struct {
	Passes     int // rules that the page keeps
	Violations []violation
}

// A violation is what axe-core finds wrong in a page.
type violation struct {
	ID, Impact, Help string
	Nodes            []string
}

// TestAccessibility has axe-core look at a page of each kind, in both themes, at
// the widths of a phone and of a desktop, with everything open, and with the
// results of a search.
func TestAccessibility(t *testing.T) {
	script := axe(t)
	for _, v := range views {
		for _, s := range []struct {
			name  string
			site  site
			pages []string
		}{
			{"vm", vm(t), []string{"index.html", "command/device-del.html", "type/DeviceNode.html"}},
			{"qemu", qemu(t), kinds},
		} {
			t.Run(s.name+"/"+v.String(), func(t *testing.T) {
				t.Parallel()
				tb := open(t, s.site, s.pages[0], v)
				check := func(what string) {
					if !eval[bool](tb, "!!window.axe") {
						eval[bool](tb, script+"\ntrue")
					}
					// Without preload: file:// refuses to let scripts read style sheets.
					got := eval[report](tb, `axe.run(document, {preload: false}).then(r => ({Passes: r.passes.length, Violations: r.violations
						.map(v => ({ID: v.id, Impact: v.impact, Help: v.help, Nodes: v.nodes.slice(0, 3).map(n => n.html + " " + n.failureSummary)}))}))`)
					if got.Passes < 10 {
						t.Errorf("%s: only %d rules were checked", what, got.Passes)
					}
					for _, found := range got.Violations {
						switch found.Impact {
						case "serious", "critical":
							t.Errorf("%s: %s: %s (%s): %q", what, found.Impact, found.Help, found.ID, found.Nodes)
						default:
							t.Logf("%s: %s: %s (%s): %q", what, found.Impact, found.Help, found.ID, found.Nodes)
						}
					}
				}
				for _, page := range s.pages {
					tb.load(page)
					eval[bool](tb, `document.querySelectorAll("details").forEach(d => { d.open = true; }),
						new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`)
					check(page)
				}
				tb.find("device")
				check("search")
				tb.press("Escape")
				tb.press("Escape")
				tb.press("Escape")
				tb.press("?")
				tb.wait(`document.querySelector("dialog").open`)
				check("help")
			})
		}
	}
}
