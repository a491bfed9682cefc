package golang

import (
	"github.com/dave/jennifer/jen"

	"github.com/qapi-go/qapi-go/internal/names"
	"github.com/qapi-go/qapi-go/ir"
)

// rateKeys are the members by which QEMU limits the rate of an event: events that differ in the
// member are limited separately. Schemas do not declare them; the table is that of
// qapi_event_throttle_hash in QEMU's monitor/monitor.c.
var rateKeys = map[string]string{
	"BLOCK_IO_ERROR":            "qom-path",
	"MEMORY_DEVICE_SIZE_CHANGE": "qom-path",
	"QUORUM_REPORT_BAD":         "node-name",
	"VSERPORT_CHANGE":           "id",
}

// rateKey writes the method that makes a server limit the rate of an event.
func (e *emitter) rateKey(d *names.Object) {
	e.comment(text("RateKey makes a server send at most one event a second for each key: the latest."))
	receiver, key := jen.Op("*").Id(d.Name), jen.Lit("")
	if member := rateKeys[d.Def.Head().Name]; member != "" {
		for _, f := range d.Fields {
			if b, ok := f.Member.Type.(*ir.Builtin); ok && b.Name == "str" && !f.Member.Optional && f.Member.Name == member {
				receiver, key = jen.Id("e").Op("*").Id(d.Name), jen.Id("e").Dot(f.Name)
			}
		}
	}
	e.out.Func().Params(receiver).Id("RateKey").Params().String().Block(jen.Return(key))
}
