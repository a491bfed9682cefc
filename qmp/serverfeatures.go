package qmp

import (
	"errors"
	"strings"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// play changes a row of a dispatch table to that of a server with these features. It returns false
// if such a server does not have the command.
func (f *Features) play(row *ServerCommand) bool {
	info := f.infos[row.Name]
	if info == nil || info.MetaType != "command" {
		return row.Name == commandCapabilities
	}
	row.AllowOOB = info.AllowOOB
	if row.Reply != "" && f.schema != nil && row.Name == "query-qmp-schema" {
		row.Reply = string(f.schema)
	}
	return true
}

// checkArgs checks arguments against the features of the server, with QEMU's error texts. What no
// release has is left to the decoder.
func (s *Server) checkArgs(row *ServerCommand, text []byte) error {
	if s.features == nil {
		return nil
	}
	if text == nil {
		text = []byte("{}")
	}
	c := &checker{features: s.features, command: row.Name, open: (*History)(nil).takesMore(row.Name), asQEMU: true}
	err := c.text(text, s.features.infos[row.Name].ArgType)
	var e *UnsupportedError
	if !errors.As(err, &e) {
		return err
	}
	leaf := e.Path[strings.LastIndexByte(e.Path, '.')+1:]
	if strings.HasSuffix(leaf, "]") {
		leaf = "null" // an element of a list has no name
	}
	desc := "Parameter '" + e.Path + "' is unexpected"
	switch e.Kind {
	case RequiredArgument:
		desc = "Parameter '" + e.Path + "' is missing"
	case UnsupportedValue:
		desc = "Parameter '" + leaf + "' does not accept value '" + e.Value + "'"
	case UnsupportedType:
		desc = "Invalid parameter type for '" + e.Path + "', expected: " + e.want
	}
	return &Error{ClassGenericError, desc}
}

// checkResult checks a result against the features of the server.
func (s *Server) checkResult(row *ServerCommand, text []byte) error {
	if s.features == nil || s.features.infos[row.Name] == nil {
		return nil
	}
	c := &checker{features: s.features, command: row.Name, asQEMU: true}
	return c.sent(c.text(text, s.features.infos[row.Name].RetType), "the result")
}

// checkEvent checks an event against the features of the server.
func (s *Server) checkEvent(ev Event) error {
	if s.features == nil {
		return nil
	}
	name := ev.EventName()
	c := &checker{features: s.features, command: name, asQEMU: true}
	info := s.features.infos[name]
	if info == nil || info.MetaType != "event" {
		return errors.New("qmp: the server does not have the event " + name)
	}
	var data any = ev
	if u, ok := ev.(*UnknownEvent); ok {
		data = u.Data
	}
	text, err := appendArgs(nil, "", data, wire.Tolerant)
	if err != nil {
		return err
	}
	if len(text) == 0 {
		text = []byte("{}")
	}
	return c.sent(c.text(text, info.ArgType), "the data")
}

// text checks JSON against a type.
func (c *checker) text(text []byte, typ string) error {
	var v any
	if err := wire.Decode(text, &v, wire.Tolerant); err != nil {
		return err
	}
	return c.value(v, typ, nil)
}

// sent returns the error for a result or event that the server cannot send.
func (c *checker) sent(err error, what string) error {
	var e *UnsupportedError
	if !errors.As(err, &e) {
		return err
	}
	where := what
	if e.Path != "" {
		where = e.Path
	}
	why := " does not exist"
	switch e.Kind {
	case RequiredArgument:
		why = " is missing"
	case UnsupportedValue:
		why = " has no value '" + e.Value + "'"
	case UnsupportedType:
		why = " is not of type " + e.want
	}
	return errors.New("qmp: " + c.command + ": " + where + why + " in the features of the server")
}
