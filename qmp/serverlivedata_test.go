//go:build unix

package qmp_test

import "strings"

// Inputs that TestLiveSameAnswers sends after the negotiation.
var liveTexts = []string{
	`{"execute" "x"}`, `{"a":1 "b":2}`, `[1 2]`, "{\"a\":\n  nul}", `@@ GET / {`, `}`, `{]`, `[}`, `]`, `:`, `,`, `{"a":}`, `{:1}`,
	`{1:2}`, `{null:1}`, `{true:1}`, `{nul:1}`, `{[1]:1}`, `{{}:1}`, `{{"a":[1,}:1}`, `{"a":1,}`, `[1,]`, `[,]`, `{,}`, `{"a"}`, `{"a":1,"a":2}`,
	`{"a":1,"\u0061":[true]}`, `{"a":{"b":1,"b":2}}`, `"x"`, `1 `, `nul `, `true `, `null `, `[] `, `-1.5e+7 `, `"a" "b" 1 [] {} true`,
	`{"a":[}]{"execute":"query-name"}`, `{"a":1]}]{"execute":"query-name"}`, `{"a":nul`, `{"a" "b" {`, `[1 2 {"a":1}] [3 4]`, `{"x":[[[{"y":[`,
	`[[1 2],[3`, `{"a":{"b":@}}{"execute":"query-name"}`, "[1\n2\n3]\n[4]\n{\n}\n", "{\"a\"\n\n\n:\n1\n,\n}", "\t\t{\"a\"\t:\t}", "1\n]", "1]", "true}", `"x"}`,
	strings.Repeat("[", 1024), strings.Repeat("[", 1025), strings.Repeat("[", 1026) + "{", strings.Repeat(`{"a":`, 1025), strings.Repeat("[", 1024) + strings.Repeat("]", 1024),
	strings.Repeat("[{\"a\":", 600) + "1", strings.Repeat("]", 5), strings.Repeat("}{", 5),
	// Numbers.
	`0e0 `, `0E1 `, `0.0e0 `, `01 `, `-01 `, `- `, `-x `, `1. `, `1.x `, `1e `, `1e+ `, `1e+x `, `+1 `, `.5 `, `0x10 `, `1.5.2 `, `1e5e5 `, `--1 `, `1-1 `, `Infinity `, `NaN `,
	`{"execute":"query-name","id":0e0}`, `{"execute":"query-name","id":0.0e0}`,
	`{"execute":"query-name","id":[1.0,1e400,-1e400,-0,-0.0,18446744073709551615,18446744073709551616,-9223372036854775808,-9223372036854775809]}`,
	`{"execute":"query-name","id":[1.5e-7,123456789012345678.0,0.1,1e17,1e16,1e-5,1e-4,12345678901234567890,0.30000000000000004,5e-324,1.7976931348623157e308]}`,
	`{"execute":"query-name","id":[9223372036854775807,9223372036854775808,100000000000000000000,-1,-1.0,1E2,1e+2,1.25,3.0000,0.00001,123456.789]}`,
	// Strings.
	`"\x"`, `"\`, `"\"`, `"\ud800"`, `"\udc00"`, `"\ud83d\ude00"`, `"\ud83d\ude00\ud83dx"`, `"\ud83d\u0041"`, `"\ud83d\ud83d\ude00"`, `"\ud83d\uzzzz"`, `"\u12"`, `"\u12g4"`, `"\u`, `"\u"`, `"\uFFFE"`, `"\uffff"`, `"\ufdd0"`,
	`"\ud83f\udffe"`, `"\U0041"`, `"\u0000"`, `"\a"`, `"\0"`, `'\"'`, `'a\'b'`, `"a\'b"`, `'a"b'`, `"a'b"`, `"%d" %d`, `'\'`, `'it''s'`,
	"\"\xc0\x80\"", "\"\xc0\xaf\"", "\"\xc1\xbf\"", "\"\xe0\x80\x80\"", "\"\xed\xa0\x80\"", "\"\xef\xbf\xbf\"", "\"\xef\xb7\x90\"", "\"\xf4\x8f\xbf\xbf\"", "\"\xf4\x90\x80\x80\"", "\"\xf8\x88\x80\x80\x80\"", "\"\xfd\xbf\xbf\xbf\xbf\xbf\"",
	"\"\x80\"", "\"\xc3\"", "\"\xc3\xc3\"", "\"\xe2\x82\"", "\"\xf0\x9f\x98\"", "\"\xfe\"", "\"\xff\"", "\"a\tb\"", "\"a\nb\"", "\"a\x00b\"", "\"\x1f\"", "\"\x7f\"", "\"\xc2\x80\"",
	"{\"execute\":\"query-name\",\"id\":\"\xc0\x80 \xf4\x8f\xbf\xbd \x7f \xc2\x9f \xe2\x80\xa8 \xf0\x9f\x98\x80\"}", `{"execute":"query-name","id":"\b\f\n\r\t\/\\\"\'\u0041\u00e9\u20ac\ud83d\ude00\u001f\u007f\u0080"}`,
	"{\"execute\":\"query-name\",\"id\":{\"\xc3\xa9\":1,\"\\u0000\":2,\"\":3,\"a\\\"b\":4}}", "\"bad \xe2\x28\xff", "\"bad \xe2\x28\xf0\x9f\x98\x00", "\"\xe2\x82\x82\xc3\x28\x01",
	// Keywords and misspelt ones.
	`truex `, `True `, `tRue `, `tru`, `nulltrue `, `null1 `, `{"a":True}`, `{"a":true1}`, `{"a":falsE}`, strings.Repeat("k", 2000) + " ", `"` + strings.Repeat("x", 1500) + "\x01", strings.Repeat("9", 1500) + "x ", `"` + strings.Repeat("x", 1500) + `\ud800"`,
	// Around messages.
	"  \f{\"execute\":\"query-name\"}", "\v", "/* c */ {\"execute\":\"query-name\"}", "# c\n{\"execute\":\"query-name\"}", "\xef\xbb\xbf{\"execute\":\"query-name\"}", "{\"a\":\"\xff{\"execute\":\"query-name\"}", "{\"a\":\"b\n\"}{\"execute\":\"query-name\"}",
	"\x00", "\x00\x00\x00", "\xff\xff", "\xfe\xff{\"execute\":\"query-name\"}", "@\t@\t{\"execute\":\"query-name\"}", "@@ : @@ , {\"execute\":\"query-name\"}", "@ \r\n{\"execute\":\"query-name\"}", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", ";;;", "<a href=\"x\">", "\x01{\"a\":\x02}\x03",
	// Commands.
	`{"execute":"query-name","id":1,"foo":1,"bar":2}`, `{"foo":1,"id":3,"execute":5}`, `{"arguments":1,"execute":5,"zz":1}`, `{"execute":"query-name","exec-oob":"x"}`, `{"exec-oob":"query-name","id":4}`, `{"exec-oob":1}`,
	`{"execute":"x","arguments":{},"id":{"a":1,"b":"\u00e9"}}`, `{"execute":"","id":""}`, `{"execute":"a\u0000b"}`, `{"execute":"é"}`, `{"execute":"query-name","arguments":[]}`, `{"execute":"query-name","arguments":null,"id":null}`,
	`{}`, `{"id":6}`, `{"id":[1,{"z":1,"y":[{"x":1,"w":2}]}]}`, `{"arguments":{}}`, `{"execute":null}`, `{"execute":["query-name"]}`, `{"execute":{"execute":"x"}}`, `{"EXECUTE":"query-name"}`, `{"execute ":"query-name"}`, `{'execute':'query-name','id':'\'"'}`,
	`{"execute":"query-name"}{"execute":"query-name","id":1}{"execute":"query-name","id":"1"}`, `{"execute":"query-name","id":{"return":1,"id":2,"error":3,"execute":4,"arguments":5,"a":6,"b":7,"c":8,"d":9,"e":10,"f":11}}`,
	`{"execute":"query-name","id":{"micro":1,"minor":2,"major":3}}`, `{"execute":"query-name","id":{"minor":2,"micro":1}}`, `{"\u0065xecute":"query-name"}`, `{"execute":"query\u002dname"}`, `{"control":1,"execute":"query-name"}`,
	`{"execute":"qmp_capabilities"}`, `{"execute":"qmp_capabilities","arguments":{"enable":["oob"]}}`, `{"execute":"qmp_capabilities","arguments":{"x":1}}`, `{"execute":"qmp_capabilities","arguments":{"enable":1}}`, `{"execute":"qmp_capabilities","arguments":{"enable":["x"]}}`,
	`{"execute":"qmp_capabilities","arguments":{"enable":["x"],"x":1}}`, `{"execute":"qmp_capabilities","arguments":{"enable":[1]}}`, `{"execute":"qmp_capabilities","arguments":{"enable":null}}`, `{"execute":"device_del","arguments":{"id":"` + "\x7f" + `"},"extra":1}`,
	`{"execute":"query-name","arguments":{"a":1}}`, `{"execute":"query-name","arguments":{"b":1,"a":2}}`, `{"execute":"query-name","arguments":{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7}}`, `{"execute":"query-name","arguments":{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9}}`,
	`{"execute":"query-name","arguments":{"node-name":1,"driver":2,"file":3,"read-only":4,"cache":5}}`, `{"execute":"query-name","arguments":{"zeta":1,"alpha":2,"id":3,"device":4,"\u00e9":5,"":6,"x y":7,"A":8,"B":9,"C":10,"D":11,"E":12,"F":13,"G":14,"H":15,"I":16,"J":17,"K":18}}`,
	`{"execute":"block_resize","arguments":{"size":1,"a1":1,"a2":2,"a3":3,"a4":4,"a5":5,"a6":6,"a7":7,"a8":8,"a9":9,"b1":1,"b2":2,"b3":3,"b4":4,"b5":5,"b6":6,"b7":7}}`,
}

// Inputs instead of a negotiation. Each is followed by the input that ends a test, which shows
// whether the client has negotiated.
var liveNegotiations = []string{
	``, `{"execute":"query-name","id":1}`, `{"execute":"x"}`, `{"execute"}`, `{"exec-oob":"query-name"}`, `{"execute":"query-name","arguments":{"a":1}}`,
	`{"execute":"qmp_capabilities","arguments":{"enable":["x"]}}`, `{"execute":"qmp_capabilities","arguments":{"x":1}}`, `{"execute":"qmp_capabilities","arguments":{"enable":"oob"}}`, `{"execute":"qmp_capabilities","arguments":{"enable":["oob","x"]}}`,
	`{"execute":"qmp_capabilities","arguments":{"enable":["x",1]}}`, `{"execute":"qmp_capabilities","arguments":{"enable":[1,"x"]}}`, `{"execute":"qmp_capabilities","arguments":{"enable":[null]}}`, `{"execute":"qmp_capabilities","arguments":{"enable":[["oob"]]}}`,
	`{"execute":"qmp_capabilities","arguments":{"enable":[]},"id":7}`, `{"execute":"qmp_capabilities","arguments":{"enable":["oob","oob"]},"id":{"b":1,"a":2}}`, `{"execute":"qmp_capabilities","foo":1}`, `{"execute":"qmp_capabilities","arguments":[]}`, `{"exec-oob":"qmp_capabilities"}`,
	`{"execute":"qmp_capabilities"}{"execute":"qmp_capabilities"}`, `{"execute":"qmp_capabilities","arguments":{"enable":["oob"]}}{"exec-oob":"query-name","id":1}{"exec-oob":"yank","id":2}`, `{"execute":"x"}{"execute":"qmp_capabilities"}{"exec-oob":"yank"}`, "@@\n[1]\n",
}

// Inputs after out-of-band execution is negotiated.
var liveOOB = []string{
	`{"exec-oob":"query-name","id":1}`, `{"exec-oob":"x","id":2}`, `{"exec-oob":1}`, `{"exec-oob":"yank"}`, `{"exec-oob":"yank","arguments":{"instances":[]},"id":"a"}`, `{"exec-oob":"yank","arguments":{"instances":[],"x":1}}`, `{"execute":"yank","arguments":{"instances":[]}}`,
	`{"exec-oob":"query-name","execute":"x"}`, `{"execute":"x","exec-oob":"query-name"}`, `{"execute":1,"exec-oob":"query-name"}`, `{"execute":"x","exec-oob":1}`, `{"exec-oob":"yank","arguments":1}`, `{"exec-oob":"yank","foo":1,"id":5}`, `{"exec-oob":"qmp_capabilities"}`,
	`{"exec-oob":"qmp_capabilities","arguments":{"x":1}}`, `{"execute":"qmp_capabilities","arguments":{"x":1}}`, `{"execute":"qmp_capabilities"}`, `{"exec-oob":""}`, `{"exec-oob":"yank","arguments":{"instances":[{"type":"chardev"}]}}`,
	`{"exec-oob":"yank","arguments":{"instances":[{"type":"nothing"}]}}`, `{"exec-oob":"yank","arguments":{"instances":[{"type":"migration","x":1}]}}`, `{"exec-oob":"yank","arguments":{"instances":[{"type":"block-node","node-name":1}]}}`, `{"exec-oob":"yank","arguments":{"instances":{}}}`,
}

// Commands with valid arguments, as member=value.
var liveArguments = []string{
	`block_resize device="x" node-name="y" size=1`,
	`screendump filename="x" device="d" head=0 format="ppm"`,
	`set_link name="n" up=true`,
	`migrate-set-capabilities capabilities=[{"capability":"events","state":1}]`,
	`send-key keys=[{"type":"qcode","data":"a"},{"type":"number","data":"x"}] hold-time=1`,
	`block-dirty-bitmap-add node="n" name="b" granularity=512 persistent=true disabled=false`,
	`block-dirty-bitmap-merge node="n" target="t" bitmaps=["a",{"node":"n","name":"m"}]`,
	`block-latency-histogram-set id="i" boundaries=[1,-1]`,
	`qom-set path="p" property="q" value=1`,
	`yank instances=[{"type":"chardev","id":"x"}]`,
	`device_del id="i"`,
}
