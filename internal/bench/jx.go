package main

import (
	"reflect"

	"github.com/go-faster/jx"

	"github.com/qapi-go/qapi-go/internal/bench/qapi"
)

// go-faster/jx has no reflection: the code below is as written by hand for three of the types.

// jxDecode returns nil if the message is of another type.
func jxDecode(m *message) func() error {
	if !jxHas(m.typed) {
		return nil
	}
	t := reflect.TypeOf(m.typed).Elem()
	return func() error { return jxValue(m.text, reflect.New(t).Interface()) }
}

func jxHas(v any) bool {
	switch v.(type) {
	case *qapi.StatusInfo, *[]qapi.CommandInfo, *[]qapi.ObjectTypeInfo:
		return true
	}
	return false
}

func jxValue(text []byte, v any) error {
	d := jx.DecodeBytes(text)
	switch v := v.(type) {
	case *qapi.StatusInfo:
		return jxStatus(d, v)
	case *[]qapi.CommandInfo:
		return jxList(d, v, jxCommand)
	case *[]qapi.ObjectTypeInfo:
		return jxList(d, v, jxObjectType)
	}
	return nil
}

func jxList[T any](d *jx.Decoder, list *[]T, elem func(*jx.Decoder, *T) error) error {
	return d.Arr(func(d *jx.Decoder) error {
		*list = append(*list, *new(T))
		return elem(d, &(*list)[len(*list)-1])
	})
}

func jxStatus(d *jx.Decoder, v *qapi.StatusInfo) error {
	return d.ObjBytes(func(d *jx.Decoder, key []byte) (err error) {
		switch string(key) {
		case "running":
			v.Running, err = d.Bool()
		case "status":
			var s string
			s, err = d.Str()
			v.Status = qapi.RunState(s)
		default:
			err = d.Skip()
		}
		return err
	})
}

func jxCommand(d *jx.Decoder, v *qapi.CommandInfo) error {
	return d.ObjBytes(func(d *jx.Decoder, key []byte) (err error) {
		if string(key) == "name" {
			v.Name, err = d.Str()
			return err
		}
		return d.Skip()
	})
}

func jxObjectType(d *jx.Decoder, v *qapi.ObjectTypeInfo) error {
	return d.ObjBytes(func(d *jx.Decoder, key []byte) (err error) {
		switch string(key) {
		case "name":
			v.Name, err = d.Str()
		case "abstract":
			v.Abstract = new(bool)
			*v.Abstract, err = d.Bool()
		case "parent":
			v.Parent = new(string)
			*v.Parent, err = d.Str()
		default:
			err = d.Skip()
		}
		return err
	})
}

func jxEncode(m *message) (func() error, error) {
	if !jxHas(m.typed) {
		return nil, nil
	}
	v := fresh(m.typed)
	if err := jxValue(m.text, v); err != nil {
		return nil, err
	}
	e := new(jx.Encoder)
	return func() error {
		e.Reset()
		switch v := v.(type) {
		case *qapi.StatusInfo:
			e.ObjStart()
			e.FieldStart("running")
			e.Bool(v.Running)
			e.FieldStart("status")
			e.Str(string(v.Status))
			e.ObjEnd()
		case *[]qapi.CommandInfo:
			e.ArrStart()
			for k := range *v {
				e.ObjStart()
				e.FieldStart("name")
				e.Str((*v)[k].Name)
				e.ObjEnd()
			}
			e.ArrEnd()
		case *[]qapi.ObjectTypeInfo:
			e.ArrStart()
			for k := range *v {
				jxEncodeObjectType(e, &(*v)[k])
			}
			e.ArrEnd()
		}
		return nil
	}, nil
}

func jxEncodeObjectType(e *jx.Encoder, v *qapi.ObjectTypeInfo) {
	e.ObjStart()
	e.FieldStart("name")
	e.Str(v.Name)
	if v.Abstract != nil {
		e.FieldStart("abstract")
		e.Bool(*v.Abstract)
	}
	if v.Parent != nil {
		e.FieldStart("parent")
		e.Str(*v.Parent)
	}
	e.ObjEnd()
}
