package examples

import (
	"context"

	qapi "github.com/qapi-go/qapi-go/examples/internal/fleetapi"
	"github.com/qapi-go/qapi-go/qmp"
)

// The functions below are compiled only: TestReadme compares them with docs/releases.md.
var _, _ = asking, serving

func asking(ctx context.Context, addr string, args qapi.BlockdevMirrorArgs) error {
	var cache qmp.FeatureCache // one query of 200 KB for each kind of server, not for each connection
	c, err := qmp.Dial(ctx, addr, qmp.WithFeatureCheck(&qapi.History, &cache))
	if err != nil {
		return err
	}
	f, err := qmp.QueryFeatures(ctx, c) // or qapi.ReleaseFeatures("7.2")
	if err != nil {
		return err
	}
	err = qapi.NewClient(f.DryRun(&qapi.History)).BlockdevMirror(ctx, args)
	return err
}

func serving(handlers *qapi.Handlers) (*qmp.Server, error) {
	f, err := qapi.ReleaseFeatures("7.2")
	s := qmp.NewServer(handlers.Commands(), qmp.WithFeatures(f), qmp.WithVersion(qmp.Version{Major: 7, Minor: 2}))
	return s, err
}
