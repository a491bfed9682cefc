package genrt

import (
	"context"
	"reflect"
	"unsafe"

	"github.com/qapi-go/qapi-go/qmp"
)

// Do runs a command for a method of a generated client. args and result point to its arguments and
// its result, or are nil. They may point to variables on the stack: the request has copies of them
// on the heap, in place of those variables, which its receiver may keep. Methods without variables
// on the heap compile faster, and so do those into which Do is not inlined.
//
//go:noinline
func Do(ctx context.Context, c qmp.Caller, command string, args, result any) error {
	req := &qmp.Request{Command: command}
	if args != nil {
		from := address(&args)
		escape(from)
		t := reflect.TypeOf(args).Elem()
		copied := reflect.New(t)
		copied.Elem().Set(reflect.NewAt(t, hide(from)).Elem())
		req.Args = copied.Interface()
	}
	if result == nil {
		return c.Do(ctx, req)
	}
	t := reflect.TypeOf(result).Elem()
	decoded := reflect.New(t)
	req.Result = decoded.Interface()
	err := c.Do(ctx, req)
	reflect.NewAt(t, hide(address(&result))).Elem().Set(decoded.Elem())
	return err
}

// address returns a pointer that is in an interface value.
func address(v *any) unsafe.Pointer {
	return (*struct{ typ, data unsafe.Pointer })(unsafe.Pointer(v)).data
}

// hide returns p in a way that the compiler does not see: it does not move what p points to to the
// heap, whatever is done with the result. That must not be kept.
func hide(p unsafe.Pointer) unsafe.Pointer {
	n := uintptr(p)
	return *(*unsafe.Pointer)(unsafe.Pointer(&n))
}

// escape makes the compiler place on the heap what the value at p points to, but not the value.
func escape(p unsafe.Pointer) {
	if never {
		kept = *(*unsafe.Pointer)(p)
	}
}

var (
	never bool
	kept  unsafe.Pointer
)
