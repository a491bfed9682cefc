package wire_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// A maker makes random values of generated types.
type maker struct {
	*rand.Rand
	values  map[string][]string // of enums
	unknown bool                // also enum values and branches that the schema does not have
	depth   int
	endless bool // a value contains itself in mandatory members: there is none
}

// once returns true once in n times, on average.
func (r *maker) once(n int) bool { return r.IntN(n) == 0 }

var texts = []string{"", "a", "disk0", "/dev/null", "a longer text of thirty bytes", "\x00\x01\x1f\x7f", "\"\\/\b\f\n\r\t",
	"é", "日本語", "😀", "\u2028\u2029", "<&>", "12345678é", "1234567\n", "null", "{\"a\":1}"}

func (r *maker) text() string { return texts[r.IntN(len(texts))] }

func (r *maker) int64() int64 {
	edges := []int64{0, -1, 1, math.MaxInt64, math.MinInt64, 1<<53 + 1, -1<<53 - 1, 9, 10, 99, 100}
	if r.once(2) {
		return edges[r.IntN(len(edges))]
	}
	return int64(r.Uint64()) >> r.IntN(64)
}

func (r *maker) float() float64 {
	edges := []float64{0, 1, -1, 0.1, 1e21, 1e-7, 1 << 53, math.MaxFloat64, math.SmallestNonzeroFloat64, 474.53632}
	if r.once(2) {
		return edges[r.IntN(len(edges))]
	}
	return r.NormFloat64() * math.Pow(10, float64(r.IntN(40)-20))
}

// fill sets v to a random value. Types without an end are cut off by depth.
func (r *maker) fill(v reflect.Value) {
	r.depth++
	defer func() { r.depth-- }()
	if r.depth > 100 {
		r.endless = true
		return
	}
	if _, ok := v.Addr().Interface().(interface{ Known() bool }); ok {
		r.enum(v)
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(r.once(2))
	case reflect.String:
		v.SetString(r.text())
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(r.int64())
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(r.int64()))
	case reflect.Float64:
		v.SetFloat(r.float())
	case reflect.Interface:
		if x := r.any(); x != nil {
			v.Set(reflect.ValueOf(x))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		r.fill(v.Elem())
	case reflect.Slice:
		n := r.IntN(4)
		if r.depth > 8 {
			n = 0
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for k := range n {
			r.fill(v.Index(k))
		}
	case reflect.Struct:
		r.object(v)
	default:
		panic(v.Type().String())
	}
}

func (r *maker) enum(v reflect.Value) {
	values := r.values[v.Type().Name()]
	switch {
	case r.unknown && r.once(10):
		v.SetString("x-from-a-newer-server")
	case len(values) > 0:
		v.SetString(values[r.IntN(len(values))])
	}
}

func (r *maker) object(v reflect.Value) {
	if _, ok := v.Addr().Interface().(interface{ WireAlternate() }); ok {
		r.alternate(v)
		return
	}
	for k := range v.NumField() {
		f := v.Type().Field(k)
		tag := f.Tag.Get("json")
		if tag == "-" {
			continue
		}
		if optional(tag) && (r.depth > 6 || r.once(2)) {
			continue
		}
		field := v.Field(k)
		r.fill(field)
		if optional(tag) && field.Kind() == reflect.Interface && field.IsNil() {
			field.Set(reflect.ValueOf(wire.Null{}))
		}
	}
	if extra := v.FieldByName("Extra"); extra.IsValid() && extra.Type() == reflect.TypeFor[map[string]any]() && r.once(2) {
		extra.Set(reflect.ValueOf(map[string]any{"x-" + strconv.Itoa(r.IntN(9)): r.any(), "x-é\"": r.any()}))
	}
	if u, ok := v.Addr().Interface().(interface{ WireUnion() *wire.Union }); ok {
		r.union(v, u.WireUnion())
	}
}

func optional(tag string) bool {
	return len(tag) > len(",omitzero") && tag[len(tag)-len(",omitzero"):] == ",omitzero"
}

func (r *maker) union(v reflect.Value, u *wire.Union) {
	branch := v.FieldByName("Branch")
	var tag reflect.Value
	for k := range v.NumField() {
		if v.Type().Field(k).Tag.Get("json") == u.Tag {
			tag = v.Field(k)
		}
	}
	if r.unknown && r.once(8) || len(u.Branches) == 0 {
		tag.SetString("x-newer-branch")
		b := reflect.New(reflect.TypeOf(u.Unknown).Elem())
		b.Elem().Field(0).Set(reflect.ValueOf(wire.Unknown{Members: []wire.RawMember{
			{Name: "x-member", Value: json.RawMessage(`{"a":[1,2.50,null]}`)}, {Name: "x-other", Value: json.RawMessage(`18446744073709551616`)}}}))
		branch.Set(b)
		return
	}
	choice := u.Branches[r.IntN(len(u.Branches))]
	tag.SetString(choice.Value)
	if choice.Type != nil {
		b := reflect.New(reflect.TypeOf(choice.Type).Elem())
		r.fill(b.Elem())
		branch.Set(b)
	}
}

func (r *maker) alternate(v reflect.Value) {
	k := r.IntN(v.NumField())
	if r.depth > 6 {
		// The one that ends soonest.
		for n := range v.NumField() {
			if f := v.Field(n); f.Kind() != reflect.Pointer || f.Type().Elem().Kind() != reflect.Struct {
				k = n
			}
		}
	}
	f := v.Field(k)
	if f.Kind() == reflect.Bool {
		f.SetBool(true)
		return
	}
	r.fill(f)
}

// any returns a random value as the codec decodes it.
func (r *maker) any() any {
	r.depth++
	defer func() { r.depth-- }()
	switch n := r.IntN(8); {
	case n == 0:
		return nil
	case n == 1:
		return r.once(2)
	case n == 2:
		return json.Number(strconv.FormatInt(r.int64(), 10))
	case n == 3:
		return json.Number([]string{"18446744073709551615", "1.50", "1e5", "-0", "123456789012345678901234567890"}[r.IntN(5)])
	case n == 4 && r.depth < 8:
		list := make([]any, r.IntN(3))
		for k := range list {
			list[k] = r.any()
		}
		return list
	case n == 5 && r.depth < 8:
		m := map[string]any{}
		for range r.IntN(3) {
			m[r.text()] = r.any()
		}
		return m
	}
	return r.text()
}

// TestRandomValues checks, for random values of every type of every package:
// what is encoded decodes to the same; encoding/json reads the same from it,
// alone and inside a user's own types, and writes the same. Strictly with what
// is in the schema, and tolerantly also with what is not.
func TestRandomValues(t *testing.T) {
	for k := range packages {
		p := &packages[k]
		t.Run(p.name, func(t *testing.T) {
			names := slices.Sorted(maps.Keys(p.types))
			for _, mode := range []wire.Mode{wire.Strict, wire.Tolerant} {
				r := &maker{Rand: rand.New(rand.NewPCG(1, 2)), values: p.values, unknown: mode == wire.Tolerant}
				for _, name := range names {
					if len(p.values[name]) == 0 && reflect.TypeOf(p.types[name]).Elem().Kind() == reflect.String {
						continue // an enum without values
					}
					for range 4 {
						v := reflect.New(reflect.TypeOf(p.types[name]).Elem())
						r.endless = false
						if r.fill(v.Elem()); r.endless {
							break
						}
						if err := same(v, mode); err != nil {
							t.Fatalf("%s: %v", name, err)
						}
					}
				}
			}
			t.Logf("%d types", len(names))
		})
	}
}

// same checks a value. v is a pointer.
func same(v reflect.Value, mode wire.Mode) error {
	text, err := wire.Append(nil, v.Interface(), mode)
	if err != nil {
		return fmt.Errorf("encode %+v: %w", v, err)
	}
	got := reflect.New(v.Type().Elem())
	if err := wire.Decode(text, got.Interface(), mode); err != nil {
		return fmt.Errorf("decode %s: %w", text, err)
	}
	if !reflect.DeepEqual(got.Interface(), v.Interface()) {
		return fmt.Errorf("%s decodes to\n%+v, not\n%+v", text, got, v)
	}
	want, err := normal(text)
	if err != nil {
		return err
	}
	std, err := json.Marshal(v.Interface())
	if err != nil {
		return fmt.Errorf("json.Marshal %s: %w", text, err)
	}
	if n, err := normal(std); err != nil || n != want {
		return fmt.Errorf("%s is written by json.Marshal as\n%s, %v", text, std, err)
	}
	// In a struct, a list and a map of the user's own.
	own := reflect.New(reflect.StructOf([]reflect.StructField{
		{Name: "Value", Type: v.Type().Elem(), Tag: `json:"value"`},
		{Name: "Pointer", Type: v.Type(), Tag: `json:"pointer"`},
		{Name: "List", Type: reflect.SliceOf(v.Type().Elem())},
		{Name: "Map", Type: reflect.MapOf(reflect.TypeFor[string](), v.Type())},
	}))
	nested := fmt.Sprintf(`{"value":%s,"pointer":%[1]s,"List":[%[1]s],"Map":{"a":%[1]s}}`, text)
	if err := json.Unmarshal([]byte(nested), own.Interface()); err != nil {
		return fmt.Errorf("json.Unmarshal %s: %w", nested, err)
	}
	fields := []reflect.Value{own.Elem().Field(0).Addr(), own.Elem().Field(1), own.Elem().Field(2).Index(0).Addr(), own.Elem().Field(3).MapIndex(reflect.ValueOf("a"))}
	for k, f := range fields {
		if k%2 == 1 && f.IsNil() && string(text) == "null" {
			continue // encoding/json's way to write a nil pointer
		}
		if !reflect.DeepEqual(f.Interface(), v.Interface()) {
			return fmt.Errorf("json.Unmarshal of %s gives\n%+v, not\n%+v", text, f, v)
		}
	}
	if std, err = json.Marshal(own.Interface()); err != nil {
		return err
	}
	if want, err = normal([]byte(nested)); err != nil {
		return err
	}
	if n, err := normal(std); err != nil || n != want {
		return fmt.Errorf("%s is written by json.Marshal as\n%s, %v", nested, std, err)
	}
	return nil
}
