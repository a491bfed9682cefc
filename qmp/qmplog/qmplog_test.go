package qmplog_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/qmplog"
	"github.com/qapi-go/qapi-go/qmp/qmptest"
)

// plain returns a logger of text without times.
func plain(w *bytes.Buffer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
}

func TestConversation(t *testing.T) {
	run := func(level slog.Level) string {
		var out bytes.Buffer
		conn := qmptest.Start(t, func(p *qmptest.Peer) {
			p.Negotiate()
			req := p.Expect("device_del")
			p.Event("DEVICE_DELETED", `{"path": "/x"}`)
			p.Return(req, `{"n": 18446744073709551615, "x": nan}`)
			p.Fail(p.Expect("stop"), "GenericError", "no")
			p.WaitClose()
		})
		c, err := qmp.NewClient(t.Context(), conn, qmp.WithHook(qmplog.Hook(plain(&out, level))))
		if err != nil {
			t.Fatal(err)
		}
		var result any
		if err := c.Call(t.Context(), "device_del", map[string]any{"id": "<x>"}, &result); err != nil {
			t.Error(err)
		}
		if err := c.Call(t.Context(), "stop", nil, nil); err == nil {
			t.Error("no error")
		}
		c.Close()
		return out.String()
	}
	all := run(slog.LevelDebug)
	for _, want := range []string{
		`level=DEBUG msg=greeting dir=<- data="{`,
		`level=DEBUG msg=command dir=-> name=qmp_capabilities id=0`,
		`level=DEBUG msg=return dir=<- name=qmp_capabilities id=0 data={}`,
		`level=DEBUG msg=command dir=-> name=device_del id=1 data="{\"id\":\"<x>\"}"`,
		`level=INFO msg=event dir=<- name=DEVICE_DELETED data="{\"path\":\"/x\"}"`,
		`level=DEBUG msg=return dir=<- name=device_del id=1 data="{\"n\":18446744073709551615,`,
		`level=WARN msg=error dir=<- class=GenericError desc=no name=stop id=2`,
	} {
		if !strings.Contains(all, want) {
			t.Errorf("there is no line %s in\n%s", want, all)
		}
	}
	if got := run(slog.LevelWarn); strings.Count(got, "\n") != 1 || !strings.Contains(got, "name=stop") {
		t.Errorf("warnings:\n%s", got)
	}
	if got := run(slog.LevelError); got != "" {
		t.Errorf("errors:\n%s", got)
	}
}

// The word hunter2 is secret wherever it stands, and visible must be shown.
func TestSecrets(t *testing.T) {
	const answered = `{"return": "hunter2", "id": 1}`
	tests := []string{
		`{"execute": "set_password", "arguments": {"protocol": "visible", "password": "hunter2"}}`,
		`{"execute": "change-vnc-password", "arguments": {"password": "hunter2", "x": "visible"}}`,
		`{"execute": "object-add", "arguments": {"qom-type": "secret", "id": "visible", "data": "hunter2"}}`,
		`{"execute": "object-add", "arguments": {"data": "hunter2", "id": "visible", "qom-type": "secret_keyring"}}`,
		`{"execute": "object-add", "arguments": {"qom-type": "secret", "id": "visible", "props": {"data": "hunter2"}}}`,
		`{"execute": "transaction", "arguments": {"a": [{"b": {"qom-type": "secret", "data": "hunter2"}}, "visible"]}}`,
		`{"execute": "send-key", "arguments": {"keys": [{"type": "qcode", "data": "hunter2"}], "hold-time": "visible"}}`,
		`{"execute": "input-send-event", "arguments": {"device": "visible", "events": [{"type": "key", "data": {"key": "hunter2"}}]}}`,
		`{"execute": "blockdev-add", "arguments": {"driver": "https", "url": "https://me:hunter2@host/visible"}}`,
		`{"execute": "blockdev-add", "arguments": {"driver": "https", "cookie": "hunter2", "cookie-secret": "visible"}}`,
		`{"execute": "blockdev-add", "arguments": {"key-secret": "visible"}}`,
		`{"execute": "x", "arguments": {"filename": "json:{\"file.password\": \"hunter2\", \"a\": \"visible\"}"}}`,
		`{"execute": "x", "arguments": {"options": "driver=iscsi,password=hunter2,lun=visible"}}`,
		`{"execute": "change", "arguments": {"device": "visible", "target": "password", "arg": "hunter2"}}`,
		`{"execute": "qom-set", "arguments": {"path": "visible", "property": "data", "value": "hunter2"}}`,
		`{"exec-oob": "guest-set-user-password", "arguments": {"username": "visible", "password": "hunter2"}}`,
		`{"execute": "guest-exec", "arguments": {"path": "visible", "input-data": "hunter2", "env": ["PW=hunter2"]}}`,
		`{"execute": "qom-get", "arguments": {"path": "visible", "property": "data"}, "id": 1}` + "\n" + answered,
		`{"execute": "human-monitor-command", "arguments": {"command-line": "hunter2", "cpu": "visible"}, "id": 1}` + "\n" + answered,
		`{"execute": "sev-inject-launch-secret", "arguments": {"packet-header": "visible", "secret": "hunter2"}}`,
		`{"error": {"class": "GenericError", "desc": "visible: https://me:hunter2@host/"}}`,
	}
	for _, text := range tests {
		var out bytes.Buffer
		hook := qmplog.Hook(plain(&out, slog.LevelDebug))
		for line := range strings.Lines(text) {
			hook(qmp.Sent, []byte(line))
		}
		if got := out.String(); strings.Contains(got, "hunter2") || !strings.Contains(got, "visible") {
			t.Errorf("%s\nis written as\n%s", text, got)
		}
	}
}

// What cannot be read, or nothing is known of, may hold a secret.
func TestUnknown(t *testing.T) {
	for _, text := range []string{`hunter2`, `{"x": "hunter2"}`, `{"return": "hunter2", "id": 9}`, `["hunter2"]`} {
		var out bytes.Buffer
		qmplog.Hook(plain(&out, slog.LevelDebug))(qmp.Received, []byte(text))
		if got := out.String(); got == "" || strings.Contains(got, "hunter2") {
			t.Errorf("%s is written as %q", text, got)
		}
	}
}

func TestLong(t *testing.T) {
	var out bytes.Buffer
	hook := qmplog.Hook(plain(&out, slog.LevelDebug))
	hook(qmp.Sent, []byte(`{"execute": "x", "arguments": {"a": "`+strings.Repeat("é", 5000)+`"}}`))
	if out.Len() > 5000 || !strings.Contains(out.String(), "…") {
		t.Errorf("%d bytes", out.Len())
	}
}

func FuzzHook(f *testing.F) {
	f.Add([]byte(`{"execute": "qom-set", "arguments": {"property": "data", "value": 1}, "id": {}}`))
	f.Add([]byte("\xff{\"return\": {\"qom-type\": \"secret\", \"props\": 3}}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var out bytes.Buffer
		hook := qmplog.Hook(plain(&out, slog.LevelDebug))
		hook(qmp.Sent, text)
		hook(qmp.Received, text)
		if out.Len() == 0 {
			t.Error("nothing is written")
		}
	})
}

func ExampleHook() {
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	c, err := qmp.Dial(context.Background(), "unix:/run/vm.qmp", qmp.WithHook(qmplog.Hook(logger)))
	if err != nil {
		return
	}
	c.Close()
}
