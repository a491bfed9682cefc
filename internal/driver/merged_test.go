package driver_test

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/internal/driver"
)

// TestLoadMerged checks what is made of the schemas of several releases. The licence is this
// project's and those of the files; one that names none counts as QEMU's.
func TestLoadMerged(t *testing.T) {
	dir := put(t, map[string]string{
		"1.0/s.json":     "# SPDX-License-Identifier: MIT\n{ 'command': 'go', 'data': { 'a': 'int' } }\n",
		"1.1/s.json":     "# SPDX-License-Identifier: Apache-2.0\n{ 'include': 't.json' }\n{ 'command': 'go', 'data': { 'a': 'int', '*b': 'Aa' } }\n",
		"1.1/t.json":     "{ 'enum': 'Aa', 'data': [ 'x' ] }\n",
		"other/s.json":   "{ 'command': 'stop' }\n",
		"clash-1/s.json": "{ 'enum': 'Aa', 'data': [ 'x' ] }\n{ 'command': 'one', 'data': { 'a': 'Aa' } }\n",
		"clash-2/s.json": "{ 'struct': 'Aa', 'data': {} }\n{ 'command': 'two', 'data': { 'a': 'Aa' } }\n",
	})
	release := func(folder, name string) driver.Release {
		v, _ := compat.ParseVersion(name)
		return driver.Release{Name: name, Version: v, Root: filepath.Join(dir, folder, "s.json")}
	}
	for _, test := range []struct {
		name     string
		releases []driver.Release
		prefer   string
		inputs   []string
		licence  string
		changes  int
		message  string // of an error
	}{
		{"one", []driver.Release{release("1.0", "1.0")}, "", []string{"1.0:s.json"}, "Apache-2.0 AND MIT", 0, ""},
		{"two", []driver.Release{release("1.0", "1.0"), release("1.1", "1.1")}, "", []string{"1.0:s.json", "1.1:s.json", "1.1:t.json"}, "Apache-2.0 AND GPL-2.0-or-later AND MIT", 0, ""},
		{"one twice", []driver.Release{release("1.0", "1.0"), release("1.0", "1.0")}, "", []string{"1.0:s.json"}, "Apache-2.0 AND MIT", 0, ""},
		{"two schemas of one release", []driver.Release{release("1.0", "1.0"), release("other", "1.0")}, "", nil, "", 0, "are different schemas of one release, 1.0"},
		{"to be preferred", []driver.Release{release("1.0", "1.0"), release("1.1", "1.1")}, "1.1", []string{"1.0:s.json", "1.1:s.json", "1.1:t.json"}, "Apache-2.0 AND GPL-2.0-or-later AND MIT", 0, ""},
		{"unknown, to be preferred", []driver.Release{release("1.0", "1.0"), release("1.1", "1.1")}, "2.0", nil, "", 0, "release 2.0"},
		{"clash", []driver.Release{release("clash-1", "1.0"), release("clash-2", "1.1")}, "", nil, "", 0, "RELEASE_CLASH"},
		{"settled clash", []driver.Release{release("clash-1", "1.0"), release("clash-2", "1.1")}, "1.1", []string{"1.0:s.json", "1.1:s.json"}, "Apache-2.0 AND GPL-2.0-or-later", 1, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			var l driver.Loader
			m, err := l.LoadMerged(test.releases, test.prefer, &out)
			if test.message != "" {
				if err == nil || !strings.Contains(err.Error()+out.String(), test.message) {
					t.Errorf("error %v, printed %s, want %s", err, out.String(), test.message)
				}
				if printed := errors.Is(err, driver.ErrFindings); printed != (out.Len() > 0) {
					t.Errorf("error %v, printed %q", err, out.String())
				}
				return
			}
			if err != nil {
				t.Fatalf("%v: %s", err, out.String())
			}
			var inputs []string
			for _, in := range m.Inputs {
				inputs = append(inputs, in.Path)
				if len(in.SHA256) != 64 {
					t.Errorf("%s has hash %q", in.Path, in.SHA256)
				}
			}
			if !slices.Equal(inputs, test.inputs) || m.Licence != test.licence || m.Name != "s.json" || len(m.Changes) != test.changes {
				t.Errorf("inputs %q, licence %q, name %q, changes %q", inputs, m.Licence, m.Name, m.Changes)
			}
			if m.Schema.ByName["go"] == nil && m.Schema.ByName["one"] == nil {
				t.Error("a command of the first release is missing")
			}
			file := test.releases[0].Root
			if got := m.Lookup(file); !strings.Contains(got.Text, "{") {
				t.Errorf("no text of %s", file)
			}
		})
	}
}

// TestLoadNamed checks that a schema that is read in part has at least what is named, and that
// its mistakes are reported all the same.
func TestLoadNamed(t *testing.T) {
	dir := put(t, map[string]string{
		"s.json":   "{ 'command': 'go', 'data': { 'a': 'Aa' } }\n{ 'enum': 'Aa', 'data': [ 'x' ] }\n{ 'command': 'stop' }\n",
		"bad.json": "{ 'command': 'go', 'data': { 'a': 'Nope' } }\n",
	})
	for _, test := range []struct {
		name  string
		file  string
		named []string
		want  []string
		err   error
	}{
		{"one command", "s.json", []string{"go"}, []string{"go", "Aa"}, nil},
		{"all", "s.json", nil, []string{"go", "Aa", "stop"}, nil},
		{"unknown", "s.json", []string{"went"}, []string{"go", "Aa", "stop"}, nil},
		{"a mistake", "bad.json", []string{"go"}, nil, driver.ErrUnreadable},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			var l driver.Loader
			s, err := l.LoadNamed(filepath.Join(dir, test.file), test.named, &out)
			if !errors.Is(err, test.err) || (s == nil) != (test.err != nil) {
				t.Fatalf("%v, %v: %s", s, err, out.String())
			}
			if test.err != nil && !strings.Contains(out.String(), "Nope") {
				t.Errorf("printed %q", out.String())
			}
			for _, name := range test.want {
				if s.ByName[name] == nil {
					t.Errorf("no %s", name)
				}
			}
			if all := len(test.want) == 3; s != nil && all != (s.ByName["stop"] != nil) {
				t.Errorf("the command that was not asked for: %v", s.ByName["stop"])
			}
		})
	}
}
