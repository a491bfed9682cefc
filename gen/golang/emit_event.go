package golang

import (
	"github.com/dave/jennifer/jen"

	"github.com/qapi-go/qapi-go/internal/names"
)

// eventMethods writes the methods of an event type.
func (e *emitter) eventMethods(d *names.Object) {
	stamp := func() *jen.Statement { return jen.Qual(qmpPath, "Timestamp") }
	e.comment(text("EventName returns the name of the event on the wire."))
	e.out.Func().Params(jen.Op("*").Id(d.Name)).Id("EventName").Params().String().
		Block(jen.Return(jen.Lit(d.Def.Head().Name)))
	e.comment(text("EventTime returns e.Timestamp."))
	e.out.Func().Params(jen.Id("e").Op("*").Id(d.Name)).Id("EventTime").Params().Add(stamp()).
		Block(jen.Return(jen.Id("e").Dot("Timestamp")))
	if d.RateLimited {
		e.rateKey(d)
	}
}

// events writes the function that subscribes to all events, and the list of event types
// that it needs.
func (e *emitter) events() {
	event := jen.Qual(qmpPath, "Event")
	e.comment(text("SubscribeAll subscribes to all events. Each is a pointer to its type, or a [*qmp.UnknownEvent] if it is not in the schema. [qmp.Subscribe] subscribes to events of one type."))
	e.out.Func().Id(names.SubscribeAll).
		Params(jen.Id("s").Qual(qmpPath, "EventSource"), jen.Id("opts").Op("...").Qual(qmpPath, "SubscribeOption")).
		Op("*").Qual(qmpPath, "Subscription").Types(event).
		Block(jen.Return(jen.Qual(genrtPath, "SubscribeAll").Call(jen.Id("s"), jen.Id("events"), jen.Id("opts"))))
	e.comment(text("events has a nil pointer to each event type."))
	var pointers []jen.Code
	for d := range e.decls {
		if o, ok := d.(*names.Object); ok && o.IsEvent() {
			pointers = append(pointers, nilPointer(jen.Id(o.Name)))
		}
	}
	e.out.Var().Id("events").Op("=").Index().Add(event).Values(lines(pointers)...)
}
