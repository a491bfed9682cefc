package site_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
)

// TestSummaries checks what is said of nested types that are closed or open.
func TestSummaries(t *testing.T) {
	s := schematest.Text(t, `
{ 'enum': 'Kind', 'data': [ 'a', 'b' ] }
{ 'struct': 'Any', 'data': { 'x': 'int' } }
{ 'union': 'One', 'base': { 'kind': 'Kind' }, 'discriminator': 'kind', 'data': { 'a': 'Any' } }
{ 'union': 'Two', 'base': { 'kind': 'Kind', 'y': 'int' }, 'discriminator': 'kind', 'data': { 'a': 'Any' } }
{ 'command': 'go', 'data': { 'a': 'Any', 'one': 'One', 'two': 'Two' } }
`)
	page := string(makeSite(t, model.New(s, model.Options{})).files["command/go.html"])
	for _, want := range []string{"Any: 1 member", "One: 1 member, and more by kind", "Two: 2 members, and more by kind"} {
		if !strings.Contains(page, "<summary>"+want+"</summary>") {
			t.Errorf("no summary %q:\n%s", want, page)
		}
	}
}

// TestReferences checks where names in texts lead: to the row on the same page, if
// there is one, or else to the page of what they name.
func TestReferences(t *testing.T) {
	s := schematest.Text(t, `
##
# @Options:
#
# Options, see @open.
#
# @read-only: see @size and @Size
#
# @size: how much
#
# @where: anywhere but in @nowhere
##
{ 'struct': 'Options', 'data': { 'read-only': 'bool', 'size': 'Size', '*where': [ 'Options' ] } }

##
# @Size:
#
# @small: like @large
#
# @large: OPENED tells of it
##
{ 'enum': 'Size', 'data': [ 'small', 'large' ] }

##
# @open:
#
# Open with @size.
#
# @options: the options
##
{ 'command': 'open', 'data': { 'options': 'Options' } }

##
# @OPENED:
#
# See `+"`Options.size`"+`.
##
{ 'event': 'OPENED', 'data': 'Options' }
`)
	m := makeSite(t, model.New(s, model.Options{}))
	for page, want := range map[string][]string{
		"type/Options": {"../command/open.html", "#member-size", "../type/Size.html", "../type/Size.html#value-small", "#members"},
		"type/Size":    {"#value-large", "../event/OPENED.html"},
		"command/open": {"#arg-options.size", "../type/Size.html"},
		"event/OPENED": {"#data-size", "../type/Options.html"},
	} {
		for _, link := range want {
			if links := m.pages[page+".html"].links; !slices.Contains(links, link) {
				t.Errorf("%s has no link to %s: %q", page, link, links)
			}
		}
	}
}
