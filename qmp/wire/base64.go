package wire

import "strings"

// A list of bytes in a type that is not generated is a base64 string (RFC 4648, section 4), as in
// encoding/json. Package encoding/base64 is not used, since its support for other encodings makes
// it 9 KiB of each client.

const base64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// appendBase64 appends the base64 encoding of b.
func appendBase64(text, b []byte) []byte {
	for ; len(b) > 0; b = b[min(3, len(b)):] {
		var group [3]byte
		n := copy(group[:], b)
		bits := uint(group[0])<<16 | uint(group[1])<<8 | uint(group[2])
		for k := range 4 {
			digit := byte('=')
			if k <= n {
				digit = base64Digits[bits>>(18-6*k)&63]
			}
			text = append(text, digit)
		}
	}
	return text
}

// parseBase64 decodes base64. Like encoding/base64, it ignores line ends and the unused bits before
// padding.
func parseBase64(s string) (b []byte, ok bool) {
	b = make([]byte, 0, len(s)/4*3)
	bits, digits, padding := uint(0), 0, 0
	for _, c := range []byte(s) {
		if c == '\n' || c == '\r' {
			continue
		}
		digit := strings.IndexByte(base64Digits, c)
		switch {
		case c == '=' && digits >= 2: // the third or fourth of a group
			digit = 0
			padding++
		case digit < 0 || padding > 0:
			return nil, false
		}
		bits = bits<<6 | uint(digit)
		if digits++; digits == 4 {
			b = append(b, byte(bits>>16), byte(bits>>8), byte(bits))
			b = b[:len(b)-padding]
			digits = 0
		}
	}
	return b, digits == 0
}
