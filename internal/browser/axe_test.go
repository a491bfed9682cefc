package browser

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
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
				for _, page := range s.pages {
					tb.load(page)
					tb.accessible(script, page)
				}
				tb.find("device")
				tb.accessible(script, "search")
				tb.press("Escape")
				tb.press("Escape")
				tb.press("Escape")
				tb.press("?")
				tb.wait(`document.querySelector("dialog").open`)
				tb.accessible(script, "help")
			})
		}
	}
}

// accessible has axe-core look at the page, with everything on it open. What is
// serious or critical fails the test.
func (tb *tab) accessible(script, what string) {
	tb.t.Helper()
	if !eval[bool](tb, "!!window.axe") {
		eval[bool](tb, script+"\ntrue")
	}
	eval[bool](tb, `document.querySelectorAll("main details").forEach(d => { d.open = true; }),
		new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`)
	// Without preload: file:// refuses to let scripts read style sheets.
	got := eval[report](tb, `axe.run(document, {preload: false}).then(r => ({Passes: r.passes.length, Violations: r.violations
		.map(v => ({ID: v.id, Impact: v.impact, Help: v.help, Nodes: v.nodes.slice(0, 3).map(n => n.html + " " + n.failureSummary)}))}))`)
	if got.Passes < 10 {
		tb.t.Errorf("%s: only %d rules were checked", what, got.Passes)
	}
	for _, v := range got.Violations {
		say := tb.t.Logf
		if v.Impact == "serious" || v.Impact == "critical" {
			say = tb.t.Errorf
		}
		say("%s: %s: %s (%s): %q", what, v.Impact, v.Help, v.ID, v.Nodes)
	}
}
