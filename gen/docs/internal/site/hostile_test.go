package site_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
	"github.com/qapi-go/qapi-go/ir"
)

// attack is text that breaks out of text, attributes, elements and scripts that
// do not escape it.
const attack = `"'><script>alert(1)</script><img src=x onerror=alert(2)>&lt;b&gt;]]>--></title></textarea></pre>`

// hostileSchema has the attack (as ATTACK) wherever QAPI lets text stand.
const hostileSchema = `
##
# = Module ATTACK
#
# ATTACK
#
# .. note:: ATTACK
#
# - ATTACK
#
# ATTACK
#     ATTACK
#
# ::
#
#     ATTACK
##

##
# @Color:
#
# ATTACK. Ends ` + "``ATTACK``" + ` **ATTACK** *ATTACK* :role:` + "`ATTACK`" + `
#
# @red: ATTACK (since 1.0)
#
# @on-click: ATTACK
#
# Since: ATTACK
##
{ 'enum': 'Color', 'data': [ { 'name': 'red', 'if': 'CONFIG_X' }, 'on-click' ] }

##
# @paint:
#
# See ` + "`click <javascript:alert(1)>`_ and `here <JaVaScRiPt://x%0aalert(1)>`_ and `page <http://example.com/?a=\"><script>alert(1)</script>>`_" + ` and http://example.com/'"<script>alert(1)</script>
#
# @color: ATTACK
#
# @script: ATTACK
#
# Features:
#
# @deprecated: ATTACK Use @unpaint.
#
# Returns: ATTACK
#
# Errors:
#     - ATTACK, GenericError
#
# .. qmp-example::
#    :title: ATTACK
#
#    -> { "execute": "paint", "arguments": { "color": "ATTACK" } }
#    ... ATTACK ...
#    <- { "return": {} }
#
# Since: 1.0
##
{ 'command': 'paint', 'data': { '*color': 'Color', 'script': 'Color' }, 'features': [ 'deprecated' ], 'returns': 'Box' }

##
# @unpaint:
#
# | ATTACK
#
# ==========  ========
# A           ATTACK
# ==========  ========
# ` + "``x``" + `       ATTACK
# ==========  ========
#
# Since: 1.0
##
{ 'command': 'unpaint' }

##
# @Box:
#
# .. code-block:: ATTACK
#
#    ATTACK
#
# @box: ATTACK
#
# Since: 1.0
##
{ 'struct': 'Box', 'data': { '*box': 'Box' } }
`

// TestHostileText checks that text of a schema is text in the site, whatever it
// says.
func TestHostileText(t *testing.T) {
	text := strings.ReplaceAll(hostileSchema, "ATTACK", attack)
	const root, file = "<b>root.json", `a"><script>alert(3).json`
	s := schematest.Files(t, fstest.MapFS{
		root: {Data: []byte("{ 'include': '" + file + "' }")},
		file: {Data: []byte(text)},
	}, root)
	m := makeSite(t, model.New(s, model.Options{Name: "<script>alert(4)</script>", Release: `"><script>alert(5)</script>`}))
	m.checkHarmless(t)
	for page, want := range map[string]string{
		"command/paint": attack, "command/unpaint": attack, "type/Color": attack, "type/Box": attack,
		"index": "<script>alert(4)</script>", "errors": attack, "deprecated": attack,
	} {
		if d := m.pages[page+".html"]; !strings.Contains(d.texts["main"], want) {
			t.Errorf("%s does not show what the text says: %.300s", page, d.texts["main"])
		}
	}
}

// TestHostileNames checks the same of names that no parser lets through.
func TestHostileNames(t *testing.T) {
	s := schematest.Text(t, strings.ReplaceAll(hostileSchema, "ATTACK", "CONFIG_X"))
	const name = `"'/../><script>alert(1)</script>&amp;%41`
	for d := range s.Definitions() {
		info := d.Head()
		info.Name += name
		info.Features = append(info.Features, ir.Feature{Name: name, If: ir.CondText{Text: attack}})
		info.If = ir.CondText{Text: attack}
		switch d := d.(type) {
		case *ir.Command:
			if args, ok := d.Arg.(*ir.Struct); ok {
				for _, m := range args.Members {
					m.Name += name
				}
			}
		case *ir.Struct:
			for _, m := range d.Members {
				m.Name += name
			}
		case *ir.Enum:
			for _, v := range d.Values {
				v.Name += name
			}
		}
	}
	m := makeSite(t, model.New(s, model.Options{}))
	m.checkHarmless(t)
	d := m.pages[m.Lookup("paint"+name).Path()+".html"]
	if !d.ids["arg-color"+name] {
		t.Errorf("no anchor of an argument: %v", d.ids)
	}
}

// checkHarmless checks that nothing of the schema runs: the only scripts are the
// site's own, and data for them cannot end them.
func (m *made) checkHarmless(t *testing.T) {
	t.Helper()
	for name, data := range m.files {
		switch {
		case strings.HasSuffix(name, ".html"):
			want := 2
			if strings.HasSuffix(name, "-ref.html") {
				want = 4 // it is nothing but a script
			}
			if n := strings.Count(string(data), "<script"); n != want {
				t.Errorf("%s has %d scripts", name, n)
			}
			if strings.Contains(string(data), "<img") {
				t.Errorf("%s has a picture", name)
			}
		case name == "names.js", name == "summaries.js":
			if strings.ContainsAny(string(data), "<>&\u2028\u2029") {
				t.Errorf("%s has characters that mean something in HTML", name)
			}
		}
		if strings.ContainsAny(name, `<>"'%&\ `) || strings.Contains(name, "../") {
			t.Errorf("%q is not a good name for a file", name)
		}
	}
}

// TestNames checks that each definition has a page of its own, where a file system ignores
// case, or has other rules for names.
func TestNames(t *testing.T) {
	s := schematest.Text(t, `
{ 'struct': 'Con', 'data': { 'a': 'str' } }
{ 'struct': 'Foobar', 'data': { 'a': 'Con' } }
{ 'struct': 'FooBar', 'data': { 'a': 'Foobar' } }
{ 'struct': 'FoobaR', 'data': { 'a': 'FooBar' } }
{ 'struct': '__org.example_Bar', 'data': { '__org.example_x-y': 'FoobaR' } }
{ 'command': 'stop', 'returns': '__org.example_Bar' }
{ 'command': '__org.example_stop' }
{ 'event': 'STOP' }
`)
	m := makeSite(t, model.New(s, model.Options{}))
	for name, want := range map[string]string{
		"Con": "type/Con~", "Foobar": "type/Foobar", "FooBar": "type/FooBar~90", "FoobaR": "type/FoobaR~84", "stop": "command/stop", "STOP": "event/STOP",
		"__org.example_Bar": "type/__org.example_Bar", "__org.example_stop": "command/__org.example_stop",
	} {
		if got := m.Lookup(name).Path(); got != want {
			t.Errorf("%s is at %s, want %s", name, got, want)
		}
	}
	seen := make(map[string]bool)
	for name := range m.files {
		if lower := strings.ToLower(name); seen[lower] {
			t.Errorf("%s is duplicated", lower)
		} else {
			seen[lower] = true
		}
	}
	if !m.pages["type/__org.example_Bar.html"].ids["member-__org.example_x-y"] {
		t.Error("no anchor for a downstream member")
	}
	if js := string(m.files["names.js"]); !strings.Contains(js, `"slugs":{"0":"Con~","2":"FooBar~90","3":"FoobaR~84"}`) {
		t.Errorf("the search does not know where pages are: %s", js)
	}
}
