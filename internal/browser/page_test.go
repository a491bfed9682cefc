package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

// TestNestedTypes opens what an argument consists of, in place.
func TestNestedTypes(t *testing.T) {
	tb := open(t, qemu(t), "command/blockdev-add.html", view{})
	const shut = `[...document.querySelectorAll("tr.nested > td > details:not([open])")]`
	tb.wait(shut + ".length > 0")
	eval[bool](tb, shut+`[0].id = "probe", true`)
	if eval[bool](tb, `document.querySelector("#probe > :not(summary)").checkVisibility()`) {
		t.Error("what a closed <details> holds is visible")
	}
	tb.click("#probe > summary")
	tb.wait(`document.querySelector("#probe > :not(summary)").checkVisibility()`)

	tb.click(".expand")
	if n := eval[int](tb, `document.querySelectorAll("main details:not([open])").length`); n != 0 {
		t.Errorf("after Expand all, %d are closed", n)
	}
	tb.wait(`document.querySelector(".expand").textContent === "Collapse all"`)
	tb.press("e")
	if n := eval[int](tb, `document.querySelectorAll("main details[open]").length`); n != 0 {
		t.Errorf("after the key e, %d are open", n)
	}
}

// TestDeepLinks goes to every row of a page that nests deeply: each must be
// shown, whatever is closed around it.
func TestDeepLinks(t *testing.T) {
	tb := open(t, qemu(t), "command/blockdev-add.html", view{})
	hidden := eval[[]string](tb, `(async () => {
		const rows = [...document.querySelectorAll("tr[id], summary code[id]")], hidden = [];
		for (const row of rows) {
			document.querySelectorAll("main details").forEach(d => { d.open = false; });
			await new Promise(done => {
				addEventListener("hashchange", done, {once: true}); // after the page's own listener
				location.hash = "#" + encodeURIComponent(row.id);
			});
			if (!row.checkVisibility()) hidden.push(row.id);
		}
		return rows.length < 50 ? ["only " + rows.length + " rows"] : hidden;
	})()`)
	for _, id := range hidden {
		t.Errorf("not shown: %s", id)
	}
}

func TestTheme(t *testing.T) {
	for _, s := range []site{vm(t), served(t, vm(t))} {
		for _, dark := range []bool{false, true} {
			tb := open(t, s, "index.html", view{dark: dark})
			paper := func() string { return eval[string](tb, `getComputedStyle(document.body).backgroundColor`) }
			system := paper()
			tb.click(".theme")
			chosen := paper()
			if chosen == system {
				t.Fatalf("the switch leaves %s as it is", chosen)
			}
			tb.load("commands.html")
			if got := paper(); got != chosen {
				t.Errorf("on the next page it is %s, not %s", got, chosen)
			}
			// Not even at first: the attribute is there before the body is.
			if !eval[bool](tb, `document.documentElement.hasAttribute("data-theme")`) {
				t.Error("the choice is not on the root element")
			}
			tb.click(".theme")
			if got := paper(); got != system {
				t.Errorf("switched back it is %s, not %s", got, system)
			}
		}
	}
}

// TestThemeBeforePaint checks that the choice is made while the head is read, so
// that no page is painted in other colours first.
func TestThemeBeforePaint(t *testing.T) {
	tb := open(t, vm(t), "index.html", view{})
	head := eval[string](tb, `fetch ? document.head.innerHTML : ""`)
	i := strings.Index(head, "site.js")
	if i < 0 {
		t.Fatal("site.js is not in the head")
	}
	tag := head[strings.LastIndex(head[:i], "<script"):i]
	if strings.Contains(tag, "defer") || strings.Contains(tag, "async") {
		t.Errorf("%ssite.js does not block", tag)
	}
}

// TestNoStorage has a browser that refuses to store anything, as some do from
// file://.
func TestNoStorage(t *testing.T) {
	tb := open(t, vm(t), "index.html", view{})
	tb.before(`Object.defineProperty(window, "localStorage", {get() { throw new DOMException("no", "SecurityError"); }})`)
	tb.load("command/device-del.html")
	tb.click(".theme")
	if got := eval[string](tb, `document.documentElement.dataset.theme`); got != "dark" {
		t.Errorf("the theme is %q", got)
	}
	if len(tb.find("device")) == 0 {
		t.Error("nothing found")
	}
}

// copy presses the button Copy, and waits until it has said that it did, which it
// does for two seconds only.
func (tb *tab) copy() {
	tb.t.Helper()
	eval[bool](tb, `(button => {
		window.said = [];
		new MutationObserver(() => said.push(button.textContent)).observe(button, {childList: true});
		return true;
	})(document.querySelector(".copy"))`)
	tb.click(".copy")
	tb.wait(`said.length > 0`)
	if got := eval[string](tb, `said[0]`); got != "Copied" {
		tb.t.Errorf("the button says %q", got)
	}
}

// TestCopy copies the request of a dialog, and what comes in another form, and
// pastes it.
func TestCopy(t *testing.T) {
	for _, s := range []site{vm(t), served(t, vm(t))} {
		tb := open(t, s, "command/device-del.html", view{})
		for _, name := range []string{"clipboard-read", "clipboard-write"} {
			_, err := chromedp.CallBrowser(tb.ctx, browser.SetPermission, browser.SetPermissionParams{
				Permission:       &browser.PermissionDescriptor{Name: name},
				Setting:          browser.PermissionSettingGranted,
				BrowserContextID: chromedp.FromContext(tb.ctx).BrowserContextID,
			})
			tb.must(err)
		}
		tb.copy()
		const want = `{ "execute": "device-del", "arguments": { "id": "s0" } }`
		if got := eval[string](tb, `navigator.clipboard.readText()`); strings.TrimSpace(got) != want {
			t.Errorf("copied %q, not %q", got, want)
		}
	}
}

// TestCopyRefused has a browser without a clipboard for the page.
func TestCopyRefused(t *testing.T) {
	tb := open(t, vm(t), "command/device-del.html", view{})
	eval[bool](tb, `navigator.clipboard.writeText = () => Promise.reject(new Error("no")), true`)
	eval[bool](tb, `document.execCommand = what => { window.selected = what + ": " + document.activeElement.value; return true; }, true`)
	tb.copy()
	if got := eval[string](tb, "selected"); !strings.HasPrefix(got, `copy: { "execute": "device-del"`) {
		t.Errorf("%q", got)
	}
}

func TestShortcuts(t *testing.T) {
	tb := open(t, vm(t), "index.html", view{})
	tb.press("?")
	tb.wait(`document.querySelector("dialog").open`)
	tb.press("Escape")
	tb.wait(`!document.querySelector("dialog").open`)
	tb.find("device?/e")
	if got := eval[string](tb, `document.querySelector(".search input").value`); got != "device?/e" {
		t.Errorf("typed into the search box: %q", got)
	}
	tb.press("Escape")
	tb.press("Escape")
	tb.press("Escape")

	// Single keys can be switched off, for good; what they do has buttons.
	tb.press("?")
	tb.click("dialog input[type=checkbox]")
	tb.press("Escape")
	for _, page := range []string{"index.html", "commands.html"} {
		tb.load(page)
		tb.press("?")
		tb.press("/")
		if eval[bool](tb, `document.querySelector("dialog").open || document.activeElement.matches("input")`) {
			t.Errorf("%s: a key that is switched off works", page)
		}
	}
	tb.click(".tool[title*=Help]")
	tb.wait(`document.querySelector("dialog").open`)
}

// TestPrint checks that all that is folded is on paper, and no controls.
func TestPrint(t *testing.T) {
	for _, noScript := range []bool{false, true} {
		v := view{noScript: noScript}
		tb := open(t, qemu(t), "command/blockdev-mirror.html", v)
		tb.prefer(v, "print")
		for _, hidden := range eval[[]string](tb, `[...document.querySelectorAll("main tr[id]")].filter(e => !e.checkVisibility()).map(e => e.id)`) {
			t.Errorf("not printed: %s", hidden)
		}
		for _, shown := range eval[[]string](tb, `[...document.querySelectorAll("button, input, nav")].filter(e => e.checkVisibility()).map(e => e.className)`) {
			t.Errorf("printed: %s", shown)
		}
	}
}

// TestNoScript reads without JavaScript: everything is there, and no control
// that would do nothing.
func TestNoScript(t *testing.T) {
	for _, s := range []site{vm(t), qemu(t)} {
		page := "command/blockdev-add.html"
		if s == vm(t) {
			page = "command/device-del.html"
		}
		tb := open(t, s, "index.html", view{noScript: true})
		for _, page := range []string{"index.html", "commands.html", "types.html", page} {
			tb.load(page)
			for _, control := range eval[[]string](tb, `[...document.querySelectorAll("button, input, select, [role=tab], [onclick]")].map(e => e.outerHTML)`) {
				t.Errorf("%s: a control that needs scripts: %s", page, control)
			}
			if n := eval[int](tb, `document.querySelectorAll("main a").length`); n == 0 {
				t.Errorf("%s has no links", page)
			}
		}
		for _, hidden := range eval[[]string](tb, `(() => {
			document.querySelectorAll("details").forEach(d => { d.open = true; });
			return [...document.querySelectorAll("main *")].filter(e => !e.checkVisibility()).map(e => e.outerHTML);
		})()`) {
			t.Errorf("%s: hidden: %s", page, hidden)
		}
	}
	tb := open(t, qemu(t), "command/blockdev-add.html", view{noScript: true})
	tb.click("tr.nested details:not([open]) > summary")
	tb.load("index.html")
	tb.click(`a[href="commands.html"]`)
	tb.arrive("commands.html")
	tb.click(`a[href="command/blockdev-add.html"]`)
	tb.arrive("command/blockdev-add.html")
}

// TestSkipLink is the first thing that a keyboard reaches.
func TestSkipLink(t *testing.T) {
	tb := open(t, vm(t), "index.html", view{})
	tb.press("Tab")
	if got := eval[string](tb, `document.activeElement.getAttribute("href")`); got != "#main" {
		t.Errorf("the first stop leads to %s", got)
	}
	if !eval[bool](tb, `(r => r.left >= 0 && r.top >= 0)(document.activeElement.getBoundingClientRect())`) {
		t.Error("it is not on the screen")
	}
	if got := eval[string](tb, `getComputedStyle(document.activeElement).outlineStyle`); got == "none" {
		t.Error("its focus is not visible")
	}
	tb.press("Enter")
	tb.arrive("index.html#main")
}
