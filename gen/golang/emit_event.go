package golang

import "github.com/dave/jennifer/jen"

// eventMethods writes the methods of an event type.
func (e *emitter) eventMethods(d *objectDecl) {
	stamp := func() *jen.Statement { return jen.Qual(qmpPath, "Timestamp") }
	e.comment(text("EventName returns the name on the wire."))
	e.out.Func().Params(jen.Op("*").Id(d.name)).Id("EventName").Params().String().
		Block(jen.Return(jen.Lit(d.def.Head().Name)))
	e.comment(text("EventTime returns e.Timestamp."))
	e.out.Func().Params(jen.Id("e").Op("*").Id(d.name)).Id("EventTime").Params().Add(stamp()).
		Block(jen.Return(jen.Id("e").Dot("Timestamp")))
	e.comment(text("SetEventTime sets e.Timestamp."))
	e.out.Func().Params(jen.Id("e").Op("*").Id(d.name)).Id("SetEventTime").Params(jen.Id("t").Add(stamp())).
		Block(jen.Id("e").Dot("Timestamp").Op("=").Id("t"))
	if d.limited {
		e.rateKey(d)
	}
}

// events writes the function that returns all events.
func (e *emitter) events() {
	event := jen.Qual(qmpPath, "Event")
	e.comment(text("Events returns all events as they come, each as a pointer to its type, or as a [*qmp.UnknownEvent] if the schema does not have it. See [qmp.Events], which returns the events of one type, for the rules."))
	e.out.Func().Id("Events").
		Params(jen.Id("ctx").Qual("context", "Context"), jen.Id("s").Qual(qmpPath, "EventSource")).
		Qual("iter", "Seq2").Types(event, jen.Error()).
		Block(jen.Return(jen.Qual(qmpPath, "AllEvents").Call(jen.Id("ctx"), jen.Id("s"), jen.Id("newEvent"))))
	e.comment(text("newEvent returns an empty event of the type that belongs to a name, or nil."))
	e.out.Func().Id("newEvent").Params(jen.Id("name").String()).Add(event).BlockFunc(func(g *jen.Group) {
		if cases := e.eventCases(); len(cases) > 0 {
			g.Switch(jen.Id("name")).Block(cases...)
		}
		g.Return(jen.Nil())
	})
}

func (e *emitter) eventCases() []jen.Code {
	var cases []jen.Code
	for _, f := range e.files {
		for _, d := range f.decls {
			if o, ok := d.(*objectDecl); ok && o.event {
				cases = append(cases, jen.Case(jen.Lit(o.def.Head().Name)).Block(jen.Return(jen.New(jen.Id(o.name)))))
			}
		}
	}
	return cases
}
