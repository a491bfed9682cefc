package wire

import (
	"math"
	"strconv"
	"unsafe"
)

// int64 decodes an integer.
func (d *decoder) int64(i int, dst *int64) int {
	data, k := d.data, i
	if k < len(data) && data[k] == '-' {
		k++
	}
	first := k
	var u uint64
	for ; k < len(data) && data[k]-'0' <= 9; k++ {
		u = u*10 + uint64(data[k]-'0')
	}
	if n := k - first; n == 0 || n > 18 || n > 1 && data[first] == '0' || k < len(data) && (data[k] == '.' || data[k]|0x20 == 'e') {
		return d.signed(i, 64, dst)
	}
	*dst = int64(u)
	if first > i {
		*dst = -int64(u)
	}
	return k
}

// signed decodes a signed integer of a number of bits.
func (d *decoder) signed(i int, bits int, dst *int64) int {
	u, negative, next := d.integer(i)
	if next < 0 {
		return d.typed("int" + strconv.Itoa(bits))
	}
	limit := uint64(1) << (bits - 1)
	if negative {
		if u > limit {
			return d.outOfRange(i, next, "int", bits, u > 1<<63)
		}
		*dst = -int64(u)
	} else {
		if u >= limit {
			return d.outOfRange(i, next, "int", bits, u >= 1<<63)
		}
		*dst = int64(u)
	}
	return next
}

// unsigned decodes an unsigned integer of a number of bits.
func (d *decoder) unsigned(i int, bits int, dst *uint64) int {
	u, negative, next := d.integer(i)
	if next < 0 {
		return d.typed("uint" + strconv.Itoa(bits))
	}
	if negative && bits == 64 && d.asQEMU && u <= 1<<63 {
		*dst = -u // QEMU uses the two's complement
		return next
	}
	if negative && (u > 0 || !d.asQEMU) || u > math.MaxUint64>>(64-bits) {
		return d.outOfRange(i, next, "uint", bits, negative && u > 1<<63)
	}
	*dst = u
	return next
}

func (d *decoder) narrowSigned(k kind, i int, dst unsafe.Pointer) int {
	var v int64
	switch k {
	case kindInt8:
		i = d.signed(i, 8, &v)
		*(*int8)(dst) = int8(v)
	case kindInt16:
		i = d.signed(i, 16, &v)
		*(*int16)(dst) = int16(v)
	default:
		i = d.signed(i, 32, &v)
		*(*int32)(dst) = int32(v)
	}
	return i
}

func (d *decoder) narrowUnsigned(k kind, i int, dst unsafe.Pointer) int {
	var v uint64
	switch k {
	case kindUint8:
		i = d.unsigned(i, 8, &v)
		*(*uint8)(dst) = uint8(v)
	case kindUint16:
		i = d.unsigned(i, 16, &v)
		*(*uint16)(dst) = uint16(v)
	default:
		i = d.unsigned(i, 32, &v)
		*(*uint32)(dst) = uint32(v)
	}
	return i
}

// integer parses an integer and returns its magnitude and sign. A number with a fraction or an
// exponent is not an integer, whatever its value.
func (d *decoder) integer(i int) (u uint64, negative bool, next int) {
	data, k := d.data, i
	if k < len(data) && data[k] == '-' {
		negative = true
		k++
	}
	first := k
	for fits := min(len(data), k+19); k < fits && data[k]-'0' <= 9; k++ {
		u = u*10 + uint64(data[k]-'0') // 19 digits always fit
	}
	for ; k-first >= 19 && k < len(data) && data[k]-'0' <= 9; k++ {
		digit := uint64(data[k] - '0')
		if u > (math.MaxUint64-digit)/10 {
			return 0, negative, d.bigInteger(i)
		}
		u = u*10 + digit
	}
	// Report what is not an integer.
	if k == first || data[first] == '0' && k > first+1 || k < len(data) && (data[k] == '.' || data[k]|0x20 == 'e') {
		return 0, negative, d.notInteger(i)
	}
	return u, negative, k
}

func (d *decoder) notInteger(i int) int {
	if i >= len(d.data) || classOf(d.data[i]) != classNumber {
		return d.mismatch(i, "integer")
	}
	end, _, f := scanNumber(d.data, i)
	if f != noError {
		return d.syntaxError(f, end)
	}
	d.fail(i, ReasonType, "expected integer, got "+clip(d.data[i:end]))
	d.err.Want = "integer"
	return -1
}

func (d *decoder) bigInteger(i int) int {
	end, integer, f := scanNumber(d.data, i)
	switch {
	case f != noError:
		return d.syntaxError(f, end)
	case !integer:
		return d.notInteger(i)
	}
	d.fail(i, ReasonRange, clip(d.data[i:end])+" does not fit 64 bits")
	d.err.Wide = true
	return -1
}

func (d *decoder) outOfRange(i, next int, name string, bits int, wide bool) int {
	name += strconv.Itoa(bits)
	d.fail(i, ReasonRange, clip(d.data[i:next])+" does not fit "+name)
	d.err.Wide = wide
	return d.typed(name)
}

// typed adds the expected type to an error of kind or range.
func (d *decoder) typed(name string) int {
	if d.err.Reason == ReasonType || d.err.Reason == ReasonRange {
		d.err.Type = name
	}
	return -1
}

// clip returns b, shortened if it is long.
func clip(b []byte) string {
	if len(b) > 40 {
		return string(b[:40]) + "…"
	}
	return string(b)
}

// notFinite returns the value and the length of nan, -nan, inf or -inf at data[i], which are not
// JSON; the length is 0 if there is none of them. QEMU writes them, since it formats doubles with
// "%.17g" (qobject/json-writer.c, json_writer_double).
func notFinite(data []byte, i int) (f float64, n int) {
	k, sign := i, 1
	if k < len(data) && data[k] == '-' {
		k, sign = k+1, -1
	}
	if k+3 > len(data) || data[k] != 'n' && data[k] != 'i' {
		return 0, 0
	}
	switch string(data[k : k+3]) {
	case "nan":
		return math.NaN(), k + 3 - i
	case "inf":
		return math.Inf(sign), k + 3 - i
	}
	return 0, 0
}

// float decodes a number. In tolerant mode it may be infinite or NaN.
func (d *decoder) float(i int, dst *float64) int {
	if !d.strict {
		if f, n := notFinite(d.data, i); n > 0 {
			*dst = f
			return i + n
		}
	}
	text, integer, next := d.number(i, "number")
	if next < 0 {
		return -1
	}
	if integer && len(text) <= 15 && text[0] != '-' {
		var u uint64
		for _, c := range []byte(text) {
			u = u*10 + uint64(c-'0')
		}
		*dst = float64(u)
		return next
	}
	v, err := strconv.ParseFloat(string(text), 64)
	if err != nil && !d.asQEMU {
		return d.fail(i, ReasonRange, clip(text)+" does not fit float64")
	}
	*dst = v
	return next
}

// number scans a number and returns its text.
func (d *decoder) number(i int, want string) (text []byte, integer bool, next int) {
	if i >= len(d.data) || classOf(d.data[i]) != classNumber {
		return nil, false, d.mismatch(i, want)
	}
	next, integer, f := scanNumber(d.data, i)
	if f != noError {
		return nil, false, d.syntaxError(f, next)
	}
	return d.data[i:next], integer, next
}
