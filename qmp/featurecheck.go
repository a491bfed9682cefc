package qmp

import (
	"context"
	"errors"
	"sync"
)

// WithFeatureCheck makes a client check each call before it is sent. A call fails with an
// [*UnsupportedError] if the server does not have the command, an argument, a value or a branch in
// it, or needs an argument that it lacks.
//
// The first call queries the features of the server (query-qmp-schema); with a cache, that is done
// once for each kind of server. The history is the variable History of a generated package for
// several releases. With it, errors say since which release something exists, and a server without
// query-qmp-schema (QEMU before 2.5) is checked by its version. Both arguments may be nil.
//
// A server started with -compat deprecated-output=hide reports no deprecated commands, so that
// calls of them fail, though it would run them.
func WithFeatureCheck(h *History, cache *FeatureCache) Option {
	return clientOption(func(o *clientOptions) {
		// One for each connection, since the next one may lead to another server.
		o.newCheck = func() callCheck { return (&featureCheck{history: h, cache: cache}).before }
	})
}

// A FeatureCache shares the features of servers between clients, by the version and package in the
// greeting, at about 200 KB each. The zero value is an empty cache. It is safe for concurrent use.
// Use separate caches for servers of the same version and package that were built or started with
// different options (-compat).
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

// DryRun returns a caller that checks commands as [WithFeatureCheck] does and sends nothing. A
// generated client over it shows if a server supports a call:
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
	asking   chan struct{} // not nil while a call queries
	features *Features
	absent   bool // the server has no query-qmp-schema
}

// before checks a call. ask runs commands without a check.
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

// load returns the features of the server, or nil if it has no query-qmp-schema. One call queries
// them; others wait for it, and query themselves if it fails.
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
