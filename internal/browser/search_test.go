package browser

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// A hit is a result as the reader sees it.
type hit struct {
	Name, Kind, Owner, Summary, Href string
	Chosen                           bool
}

// find goes to the search box with "/", types a query in place of what is there,
// and returns the results.
func (tb *tab) find(query string) []hit {
	tb.t.Helper()
	tb.press("/")
	tb.wait(`document.activeElement.matches(".search input")`)
	eval[bool](tb, `document.activeElement.select(), true`)
	tb.write(query)
	tb.wait(`document.querySelector("#found:not([aria-busy])")`)
	tb.wait(`document.querySelector(".results:not([hidden]) [role=status]")?.textContent`)
	return tb.hits()
}

func (tb *tab) hits() []hit {
	tb.t.Helper()
	return eval[[]hit](tb, `[...document.querySelectorAll("#found [role=option]")].map(o => {
		const text = s => o.querySelector(s)?.textContent ?? "";
		return {Name: text("code"), Kind: text(".kind"), Owner: text(".owner"), Summary: text(".summary"),
			Href: o.getAttribute("href"), Chosen: o.getAttribute("aria-selected") === "true"};
	})`)
}

// result returns what the tab announces as the number of results.
func (tb *tab) result() string {
	tb.t.Helper()
	return eval[string](tb, `document.querySelector(".results [role=status]")?.textContent`)
}

// TestSearchQEMU looks for one thing of each kind in QEMU's reference, and goes
// there.
func TestSearchQEMU(t *testing.T) {
	s := qemu(t)
	for _, c := range []struct {
		query             string
		name, kind, owner string
		page              string
	}{
		{"blockdev-mirror", "blockdev-mirror", "command", "", "command/blockdev-mirror.html"},
		{"BLOCKDEV_MIRROR", "blockdev-mirror", "command", "", "command/blockdev-mirror.html"},
		{"blockdev-mir", "blockdev-mirror", "command", "", "command/blockdev-mirror.html"},
		{"block_job_completed", "BLOCK_JOB_COMPLETED", "event", "", "event/BLOCK_JOB_COMPLETED.html"},
		{"granularity", "granularity", "argument", "block-dirty-bitmap-add", ""},
		{"blockdev-mirror on-target-error", "on-target-error", "argument", "blockdev-mirror", "command/blockdev-mirror.html#arg-on-target-error"},
		{"write-blocking", "write-blocking", "value", "MirrorCopyMode", "type/MirrorCopyMode.html#value-write-blocking"},
		{"MirrorCopyMode.background", "background", "value", "MirrorCopyMode", "type/MirrorCopyMode.html#value-background"},
	} {
		t.Run(c.query, func(t *testing.T) {
			tb := open(t, s, "index.html", view{})
			hits := tb.find(c.query)
			if len(hits) == 0 {
				t.Fatal("nothing found")
			}
			h := hits[0]
			if c.page == "" { // one of several
				i := slices.IndexFunc(hits, func(h hit) bool { return strings.Contains(h.Owner, c.owner) })
				if i < 0 {
					t.Fatalf("no hit of %s among %+v", c.owner, hits)
				}
				h = hits[i]
			}
			if h.Name != c.name || h.Kind != c.kind || !strings.HasSuffix(h.Owner, c.owner) {
				t.Errorf("the first hit is %+v, not %s %s of %q", h, c.kind, c.name, c.owner)
			}
			if c.page == "" {
				return
			}
			tb.press("Enter")
			tb.arrive(c.page)
			_, id, _ := strings.Cut(c.page, "#")
			if id != "" {
				tb.wait(fmt.Sprintf("document.getElementById(%q).checkVisibility()", id))
			}
		})
	}
}

// TestRanking checks the order of results: exact, prefix, part of the name,
// member, value, text.
func TestRanking(t *testing.T) {
	tb := open(t, qemu(t), "index.html", view{})
	rank := func(h hit, query string) int {
		name := strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(h.Name))
		switch {
		case !strings.Contains(name, query):
			return 5
		case h.Kind == "value":
			return 4
		case h.Owner != "":
			return 3
		case name == query:
			return 0
		case strings.HasPrefix(name, query):
			return 1
		}
		return 2
	}
	for _, query := range []string{"stop", "migrate", "cpus", "dirtybitmap", "throttl", "vhostuser"} {
		hits := tb.find(query)
		if len(hits) < 3 {
			t.Errorf("%s: %d hits", query, len(hits))
		}
		last := 0
		for _, h := range hits {
			r := rank(h, query)
			if r < last {
				t.Errorf("%s: %+v stands behind a worse one", query, h)
			}
			last = r
		}
	}
}

func TestFilters(t *testing.T) {
	tb := open(t, qemu(t), "index.html", view{})
	for _, c := range []struct {
		query string
		holds func(h hit) bool
	}{
		{"kind:event block", func(h hit) bool { return h.Kind == "event" }},
		{"kind:member sync", func(h hit) bool { return strings.Contains("argument member branch", h.Kind) }},
		{"kind:argument sync", func(h hit) bool { return h.Kind == "argument" }},
		{"kind:value full", func(h hit) bool { return h.Kind == "value" }},
		{"kind:type Blockdev", func(h hit) bool { return strings.Contains("struct union enum alternate", h.Kind) }},
		{"in:migration kind:command", func(h hit) bool { return h.Kind == "command" }},
		{"since:9.0 kind:command", func(h hit) bool { return h.Kind == "command" }},
	} {
		hits := tb.find(c.query)
		if len(hits) == 0 {
			t.Errorf("%s: nothing found", c.query)
		}
		for _, h := range hits {
			if !c.holds(h) {
				t.Errorf("%s finds %+v", c.query, h)
			}
		}
	}
	newer := len(tb.find("kind:command since:10.0"))
	older := len(tb.find("kind:command since:9.2"))
	if newer == 0 || newer >= older {
		t.Errorf("%d commands since 10.0, %d since 9.2", newer, older)
	}
	if n := len(tb.find("query-cpu-model deprecated:yes")) + len(tb.find("query-cpu-model deprecated:no")); n != len(tb.find("query-cpu-model")) {
		t.Errorf("deprecated and not deprecated are %d together", n)
	}
	if hits := tb.find("kind:command deprecated:yes"); len(hits) == 0 {
		t.Error("no deprecated command found")
	}
	tb.find("nosuchname")
	if got := tb.result(); got != "Nothing found" {
		t.Errorf("for a name that is not there: %q", got)
	}
}

// TestSearchKeys goes through the results by keyboard, as screen readers are informed.
func TestSearchKeys(t *testing.T) {
	for _, s := range []site{vm(t), served(t, vm(t))} {
		tb := open(t, s, "index.html", view{})
		chosen := func() int {
			i := slices.IndexFunc(tb.hits(), func(h hit) bool { return h.Chosen })
			want := eval[string](tb, `document.querySelector(".search input").getAttribute("aria-activedescendant") ?? ""`)
			if got := eval[string](tb, `document.querySelector("#found [aria-selected=true]")?.id ?? ""`); got != want {
				t.Errorf("%q is chosen, but %q is announced", got, want)
			}
			return i
		}
		hits := tb.find("device")
		if len(hits) < 3 {
			t.Fatalf("%+v", hits)
		}
		if got, want := tb.result(), fmt.Sprintf("%d results", len(hits)); got != want {
			t.Errorf("announced %q, not %q", got, want)
		}
		if role := eval[string](tb, `document.querySelector(".search input").getAttribute("aria-expanded")`); role != "true" {
			t.Error("the list is not announced as open")
		}
		if chosen() != 0 {
			t.Error("the first result is not chosen")
		}
		tb.press("ArrowDown")
		if chosen() != 1 {
			t.Error("the second result is not chosen")
		}
		tb.press("ArrowUp")
		tb.press("ArrowUp")
		if chosen() != len(hits)-1 {
			t.Error("up from the first is not the last")
		}
		tb.press("ArrowDown")
		tb.press("ArrowDown")
		tb.press("Enter")
		tb.arrive(hits[1].Href)

		tb.find("device")
		tb.press("Escape")
		if eval[bool](tb, `document.querySelector(".results").checkVisibility()`) {
			t.Error("Esc does not close the list")
		}
		tb.press("Escape")
		tb.press("Escape")
		if eval[bool](tb, `document.activeElement.matches(".search input")`) {
			t.Error("Esc does not leave the search box")
		}
	}
}

// BenchmarkSearch measures the time from a key to the first result, for each key
// of some queries, in the browser's own clock.
func BenchmarkSearch(b *testing.B) {
	tb := open(b, qemu(b), "index.html", view{})
	tb.find("x")
	eval[bool](tb, `(() => {
		window.times = [];
		let pressed = 0;
		addEventListener("keydown", () => { pressed = performance.now(); }, true);
		new MutationObserver(() => {
			if (!pressed) return;
			document.getElementById("found").offsetHeight; // lays the list out
			times.push(performance.now() - pressed);
			pressed = 0;
		}).observe(document.getElementById("found"), {childList: true});
		return true;
	})()`)
	for b.Loop() {
		for _, query := range []string{"b", "blockdev-mirror", "on-target-error", "write-blocking", "e"} {
			tb.find(query)
		}
	}
	times := eval[[]float64](tb, "times")
	slices.Sort(times)
	b.ReportMetric(times[len(times)/2], "ms/key-median")
	b.ReportMetric(times[len(times)-1], "ms/key-max")
	b.ReportMetric(0, "ns/op")
}
