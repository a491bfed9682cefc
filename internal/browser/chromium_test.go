package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// patience is how long one test may wait for the browser in all. It only ends tests
// that have failed: go test itself ends them all after ten minutes.
const patience = 9 * time.Minute

// chromium is the one browser that all tests share. Each test has a profile of
// its own in it.
var chromium struct {
	once sync.Once
	ctx  context.Context
	err  error
	stop func()
}

func TestMain(m *testing.M) {
	code := m.Run()
	if chromium.stop != nil {
		chromium.stop()
	}
	if sites.dir != "" {
		os.RemoveAll(sites.dir)
	}
	os.Exit(code)
}

// start starts the browser on first use.
func start(t testing.TB) context.Context {
	t.Helper()
	path := live.Program(t, "chromium")
	chromium.once.Do(func() {
		profile, err := os.MkdirTemp("", "chromium")
		if err != nil {
			chromium.err = err
			return
		}
		alloc, endAlloc := chromedp.NewExecAllocator(context.Background(),
			chromedp.ExecPath(path),
			chromedp.Headless,
			chromedp.NoSandbox,
			chromedp.NoFirstRun,
			chromedp.NoDefaultBrowserCheck,
			chromedp.DisableGPU,
			chromedp.UserDataDir(profile),
			chromedp.WSURLReadTimeout(patience), // its first start reads the program from the disk
			chromedp.Flag("disable-quic", true),
			chromedp.Flag("disable-background-networking", true),
			chromedp.Flag("disable-component-update", true),
			chromedp.Flag("disable-sync", true),
			chromedp.Flag("disable-dev-shm-usage", true),
			chromedp.Flag("disable-ipc-flooding-protection", true), // a test may follow many links
			chromedp.Flag("force-color-profile", "srgb"),
		)
		ctx, endBrowser := chromedp.NewContext(alloc)
		chromium.stop = func() {
			endBrowser()
			endAlloc()
			os.RemoveAll(profile)
		}
		chromium.ctx, chromium.err = ctx, chromedp.Do(ctx)
	})
	if chromium.err != nil {
		t.Fatalf("chromium does not start: %v", chromium.err)
	}
	return chromium.ctx
}

// A view is what a page is looked at with. The zero value is a light desktop.
type view struct {
	width, height int64 // CSS pixels; 1280 × 900 if zero
	dark          bool  // what the system prefers
	still         bool  // the system prefers reduced motion
	noScript      bool
}

func (v view) String() string {
	theme := "light"
	if v.dark {
		theme = "dark"
	}
	return fmt.Sprintf("%s-%dx%d", theme, v.width, v.height)
}

// A tab is a tab with a profile of its own, so that no test sees what another
// has stored. It records what the page asks the network for and what goes wrong
// in it; the test fails at its end if there was an error, or a request for
// anything outside the site.
type tab struct {
	t    testing.TB
	ctx  context.Context
	site site

	mu       sync.Mutex
	requests []string
	problems []string
}

// open opens a tab and loads a page of a site, such as "index.html".
func open(t testing.TB, s site, first string, v view) *tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(start(t), chromedp.WithNewBrowserContext())
	ctx, cancel := context.WithTimeout(ctx, patience)
	tb := &tab{t: t, ctx: ctx, site: s}
	t.Cleanup(func() {
		tb.check()
		cancel()
		closeTab()
	})
	if v.width == 0 {
		v.width, v.height = 1280, 900
	}
	tb.must(chromedp.Do(ctx)) // makes the tab, on a context that ends with the test only
	tb.must(chromedp.Listen(ctx, tb.listen))
	for _, enable := range []func() error{
		func() error { _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); return err },
		func() error { _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); return err },
		func() error { _, err := chromedp.Call(ctx, runtime.Enable, cdp.Empty{}); return err },
		func() error { // whichever tab is in front: the clipboard is for pages with the focus
			_, err := chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
			return err
		},
		func() error {
			_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled,
				emulation.SetScriptExecutionDisabledParams{Value: v.noScript})
			return err
		},
	} {
		tb.must(enable())
	}
	tb.prefer(v, "")
	tb.must(chromedp.Do(ctx, chromedp.EmulateViewport(v.width, v.height)))
	tb.load(first)
	return tb
}

// prefer sets what the system prefers, and the medium if it is not "".
func (tb *tab) prefer(v view, medium string) {
	tb.t.Helper()
	scheme, motion := "light", "no-preference"
	if v.dark {
		scheme = "dark"
	}
	if v.still {
		motion = "reduce"
	}
	_, err := chromedp.Call(tb.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: medium,
		Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme},
			{Name: "prefers-reduced-motion", Value: motion},
		},
	})
	tb.must(err)
}

// load loads a page of the tab's site.
func (tb *tab) load(name string) {
	tb.t.Helper()
	tb.must(chromedp.Do(tb.ctx, chromedp.Navigate(tb.site.url+name)))
}

// before has JavaScript run in each page before its own.
func (tb *tab) before(js string) {
	tb.t.Helper()
	_, err := chromedp.Call(tb.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: js})
	tb.must(err)
}

func (tb *tab) must(err error) {
	tb.t.Helper()
	if err != nil {
		tb.t.Fatal(err)
	}
}

func (tb *tab) listen(event any) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		tb.requests = append(tb.requests, e.Request.URL)
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if o := e.ExceptionDetails.Exception; o != nil {
			text += " " + o.Description
		}
		tb.problems = append(tb.problems, text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" || e.Type == "assert" {
			tb.problems = append(tb.problems, fmt.Sprintf("console: %s", e.Type))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == "error" || e.Entry.Level == "warning" {
			tb.problems = append(tb.problems, e.Entry.Text+" "+e.Entry.URL)
		}
	}
}

// check fails the test for what went wrong in the page, and for requests that
// leave the site.
func (tb *tab) check() {
	tb.t.Helper()
	tb.mu.Lock()
	defer tb.mu.Unlock()
	for _, p := range tb.problems {
		tb.t.Errorf("the page reports: %s", p)
	}
	for _, url := range tb.requests {
		if !strings.HasPrefix(url, tb.site.url) && !strings.HasPrefix(url, "data:") {
			tb.t.Errorf("the page asked for %s, outside %s", url, tb.site.url)
		}
	}
	if len(tb.requests) == 0 {
		tb.t.Error("no request was recorded: the recorder does not work")
	}
}

// eval evaluates JavaScript in the tab; a promise is waited for.
func eval[T any](tb *tab, js string) T {
	tb.t.Helper()
	v, err := chromedp.Run(tb.ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		tb.t.Fatalf("%.300s: %v", js, err)
	}
	return v
}

// wait waits until JavaScript is true in the tab, in this page or in one that it
// is on the way to.
func (tb *tab) wait(js string) {
	tb.t.Helper()
	deadline := time.Now().Add(patience / 4)
	for {
		ok, err := chromedp.Run(tb.ctx, chromedp.Evaluate[bool]("!!("+js+")"))
		if err != nil && !left(err) {
			tb.t.Fatalf("%.300s: %v", js, err)
		}
		if ok {
			return
		}
		if time.Now().After(deadline) {
			tb.t.Fatalf("never true: %s (%v)", js, err)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// arrive waits until the tab has loaded a page of its site, with its fragment,
// which a link or a script led to.
func (tb *tab) arrive(name string) {
	tb.t.Helper()
	tb.wait(fmt.Sprintf("location.href === %q && document.readyState === 'complete'", tb.site.url+name))
}

// left reports whether a call failed only because the page that it was for gave
// way to another one before it was answered. What JavaScript throws is another
// error, and so is an element that is not there. The texts are Chromium's.
func left(err error) bool {
	var e *cdproto.Error
	return errors.As(err, &e) && slices.Contains([]string{
		"Inspected target navigated or closed",
		"Execution context was destroyed.",
		"Cannot find context with specified id",
		"Cannot find default execution context",
	}, e.Message)
}

// named are keys that are pressed by name; all others are characters.
var named = map[string]input.DispatchKeyEventParams{
	"ArrowDown": {WindowsVirtualKeyCode: 40},
	"ArrowUp":   {WindowsVirtualKeyCode: 38},
	"Enter":     {WindowsVirtualKeyCode: 13, Text: "\r"},
	"Escape":    {WindowsVirtualKeyCode: 27},
	"Tab":       {WindowsVirtualKeyCode: 9},
}

// press presses and releases a named key, wherever the focus is. As with a real
// keyboard, a page that handles the key can keep it from being typed.
func (tb *tab) press(key string) {
	tb.t.Helper()
	p, ok := named[key]
	if !ok {
		p.Text = key
	}
	p.Key = key
	for _, p.Type = range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
		// The key can lead to another page, and its release comes too late then.
		if _, err := chromedp.Call(tb.ctx, input.DispatchKeyEvent, p); !left(err) {
			tb.must(err)
		}
		p.Text = ""
	}
}

// write types text, key by key.
func (tb *tab) write(text string) {
	tb.t.Helper()
	for _, r := range text {
		tb.press(string(r))
	}
}

// click clicks in the middle of the first element that a CSS selector finds.
func (tb *tab) click(selector string) {
	tb.t.Helper()
	if err := chromedp.Do(tb.ctx, chromedp.Click(chromedp.CSS(selector))); !left(err) {
		tb.must(err)
	}
}
