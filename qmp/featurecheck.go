package qmp

import (
	"context"
	"errors"
	"sync"
)

// WithFeatureCheck makes a client check each call before it is sent, and fail
// it with an [*UnsupportedError] if the server does not have the command, an
// argument, a value or a branch, or needs an argument that was not given.
//
// What the server has is asked by query-qmp-schema, once, when the first call is
// made; with a cache, once for each kind of server. A server that has no such
// command (QEMU before 2.5) is judged by its version and the history. The history
// is that of the generated package, and may be nil: then errors do not say since
// when something is there, and an old server is not judged.
func WithFeatureCheck(h *History, cache *FeatureCache) Option {
	return clientOption(func(o *clientOptions) {
		// Each connection has its own: the server behind it may be another one.
		o.newCheck = func() callCheck { return (&featureCheck{history: h, cache: cache}).before }
	})
}

// A FeatureCache keeps what servers have, by the server's version and package:
// 200 KB a kind of server, asked once. It is safe for concurrent use. Programs
// with one version that were built with different options have caches of their
// own.
type FeatureCache struct {
	mu     sync.Mutex
	byName map[string]*Features
}

func (fc *FeatureCache) get(name string) *Features {
	if fc == nil {
		return nil
	}
	fc.mu.Lock()
	defer fc.mu.Unlock()
	return fc.byName[name]
}

func (fc *FeatureCache) put(name string, f *Features) {
	if fc == nil {
		return
	}
	fc.mu.Lock()
	defer fc.mu.Unlock()
	if fc.byName == nil {
		fc.byName = make(map[string]*Features)
	}
	fc.byName[name] = f
}

// DryRun returns a caller that sends nothing: Do checks a command as
// [WithFeatureCheck] does, and leaves the result as it is. With the client of a
// generated package it answers whether a server could do something:
//
//	err := qapi.NewClient(features.DryRun(&qapi.History)).BlockdevMirror(ctx, args)
func (f *Features) DryRun(h *History) Caller { return dryRun{f, h} }

type dryRun struct {
	features *Features
	history  *History
}

func (d dryRun) Do(_ context.Context, req *Request) error {
	return d.features.check(req, d.history, "")
}

// A featureCheck is the check of one client.
type featureCheck struct {
	history *History
	cache   *FeatureCache

	mu       sync.Mutex
	asking   chan struct{} // not nil while a call asks
	features *Features
	absent   bool // the server cannot be asked
}

// before checks a call. ask runs a command without a check.
func (fc *featureCheck) before(ctx context.Context, g *Greeting, ask Caller, req *Request) error {
	switch req.Command {
	case "qmp_capabilities", "query-qmp-schema", "query-version":
		return nil
	}
	f, err := fc.load(ctx, g, ask)
	if err != nil {
		return err
	}
	server := serverName(g)
	if f == nil {
		return judge(req, fc.history, g, server)
	}
	return f.check(req, fc.history, server)
}

// load returns the features of the server, or nil if it cannot tell them. One
// call asks; others wait for it, and ask themselves if it fails.
func (fc *featureCheck) load(ctx context.Context, g *Greeting, ask Caller) (*Features, error) {
	for {
		fc.mu.Lock()
		switch {
		case fc.features != nil || fc.absent:
			f := fc.features
			fc.mu.Unlock()
			return f, nil
		case fc.asking == nil:
			fc.asking = make(chan struct{})
			fc.mu.Unlock()
			return fc.ask(ctx, g, ask)
		}
		asking := fc.asking
		fc.mu.Unlock()
		select {
		case <-asking:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (fc *featureCheck) ask(ctx context.Context, g *Greeting, ask Caller) (f *Features, err error) {
	defer func() {
		fc.mu.Lock()
		defer fc.mu.Unlock()
		fc.features, fc.absent = f, f == nil && err == nil
		close(fc.asking)
		fc.asking = nil
	}()
	name := serverName(g) + " " + g.Version.Package
	if f = fc.cache.get(name); f != nil {
		return f, nil
	}
	f, err = QueryFeatures(ctx, ask)
	if errors.Is(err, &Error{Class: ClassCommandNotFound}) {
		return nil, nil
	}
	if err == nil {
		fc.cache.put(name, f)
	}
	return f, err
}

// serverName names a server for errors.
func serverName(g *Greeting) string { return "QEMU " + g.Version.String() }
