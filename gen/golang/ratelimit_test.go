package golang

import (
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/ir"
)

// Events have a RateKey where their documentation says that QEMU limits their
// rate, and the server is generated.
func TestRateLimit(t *testing.T) {
	b := newBuilder()
	document := func(e *ir.Event, kind ir.SectionKind, text string) {
		e.Doc = &ir.Doc{Symbol: e.Name, Sections: []*ir.Section{{Kind: ir.SectionBody}, {Kind: kind, Text: text}}}
	}
	document(b.event("BALLOON_CHANGE", "actual:int"), ir.SectionNote, "This event is rate-limited.")
	document(b.event("VSERPORT_CHANGE", "id:str open:bool"), ir.SectionPlain, ".. note:: This event is rate-limited.")
	document(b.event("QUORUM_REPORT_BAD", "*node-name:str"), ir.SectionBody, "It is rate-limited.")
	document(b.event("RESET", "guest:bool"), ir.SectionMember, "whether it is rate-limited")
	b.event("STOP", "")
	all := strings.Join(strings.Fields(source(t, b, Options{})), " ")
	for _, want := range []string{
		`func (*BalloonChangeEvent) RateKey() string { return "" }`,
		`func (e *VserportChangeEvent) RateKey() string { return e.ID }`,
		`func (*QuorumReportBadEvent) RateKey() string { return "" }`,
	} {
		if !strings.Contains(all, want) {
			t.Errorf("%s is missing in\n%s", want, all)
		}
	}
	if n := strings.Count(all, ") RateKey("); n != 3 {
		t.Errorf("%d events have a RateKey, want 3", n)
	}
	if strings.Contains(source(t, b, Options{Parts: Events}), "RateKey") {
		t.Error("RateKey without a server")
	}
}
