package main

import "github.com/qapi-go/qapi-go/internal/bench/qapi"

// The types below are as written by hand for encoding/json, with all branches of a union in one
// struct.

type plainBlockDeviceInfo struct {
	File             string                 `json:"file"`
	NodeName         string                 `json:"node-name"`
	RO               bool                   `json:"ro"`
	Drv              string                 `json:"drv"`
	BackingFile      *string                `json:"backing_file,omitzero"`
	BackingFileDepth int64                  `json:"backing_file_depth"`
	Encrypted        bool                   `json:"encrypted"`
	DetectZeroes     string                 `json:"detect_zeroes"`
	BPS              int64                  `json:"bps"`
	BPSRd            int64                  `json:"bps_rd"`
	BPSWr            int64                  `json:"bps_wr"`
	IOPS             int64                  `json:"iops"`
	IOPSRd           int64                  `json:"iops_rd"`
	IOPSWr           int64                  `json:"iops_wr"`
	Image            plainImageInfo         `json:"image"`
	BPSMax           *int64                 `json:"bps_max,omitzero"`
	BPSRdMax         *int64                 `json:"bps_rd_max,omitzero"`
	BPSWrMax         *int64                 `json:"bps_wr_max,omitzero"`
	IOPSMax          *int64                 `json:"iops_max,omitzero"`
	IOPSRdMax        *int64                 `json:"iops_rd_max,omitzero"`
	IOPSWrMax        *int64                 `json:"iops_wr_max,omitzero"`
	BPSMaxLength     *int64                 `json:"bps_max_length,omitzero"`
	BPSRdMaxLength   *int64                 `json:"bps_rd_max_length,omitzero"`
	BPSWrMaxLength   *int64                 `json:"bps_wr_max_length,omitzero"`
	IOPSMaxLength    *int64                 `json:"iops_max_length,omitzero"`
	IOPSRdMaxLength  *int64                 `json:"iops_rd_max_length,omitzero"`
	IOPSWrMaxLength  *int64                 `json:"iops_wr_max_length,omitzero"`
	IOPSSize         *int64                 `json:"iops_size,omitzero"`
	Group            *string                `json:"group,omitzero"`
	Cache            qapi.BlockdevCacheInfo `json:"cache"`
	WriteThreshold   int64                  `json:"write_threshold"`
	Active           *bool                  `json:"active,omitzero"`
	Dirty            []struct{}             `json:"dirty-bitmaps,omitzero"`
}

type plainImageInfo struct {
	Filename              string          `json:"filename"`
	Format                string          `json:"format"`
	DirtyFlag             *bool           `json:"dirty-flag,omitzero"`
	ActualSize            *int64          `json:"actual-size,omitzero"`
	VirtualSize           int64           `json:"virtual-size"`
	ClusterSize           *int64          `json:"cluster-size,omitzero"`
	Encrypted             *bool           `json:"encrypted,omitzero"`
	Compressed            *bool           `json:"compressed,omitzero"`
	BackingFilename       *string         `json:"backing-filename,omitzero"`
	FullBackingFilename   *string         `json:"full-backing-filename,omitzero"`
	BackingFilenameFormat *string         `json:"backing-filename-format,omitzero"`
	Snapshots             []struct{}      `json:"snapshots,omitzero"`
	FormatSpecific        *plainSpecific  `json:"format-specific,omitzero"`
	BackingImage          *plainImageInfo `json:"backing-image,omitzero"`
}

type plainSpecific struct {
	Type string     `json:"type"`
	Data *plainData `json:"data,omitzero"`
}

type plainData struct {
	Compat          string  `json:"compat,omitzero"`
	DataFile        *string `json:"data-file,omitzero"`
	DataFileRaw     *bool   `json:"data-file-raw,omitzero"`
	ExtendedL2      *bool   `json:"extended-l2,omitzero"`
	LazyRefcounts   *bool   `json:"lazy-refcounts,omitzero"`
	Corrupt         *bool   `json:"corrupt,omitzero"`
	RefcountBits    int64   `json:"refcount-bits,omitzero"`
	CompressionType string  `json:"compression-type,omitzero"`
}

type plainSchemaInfo struct {
	Name        string                         `json:"name"`
	MetaType    string                         `json:"meta-type"`
	Features    []string                       `json:"features,omitzero"`
	JSONType    *string                        `json:"json-type,omitzero"`
	Members     []plainMember                  `json:"members,omitzero"`
	Values      []string                       `json:"values,omitzero"`
	ElementType *string                        `json:"element-type,omitzero"`
	Tag         *string                        `json:"tag,omitzero"`
	Variants    []qapi.SchemaInfoObjectVariant `json:"variants,omitzero"`
	ArgType     *string                        `json:"arg-type,omitzero"`
	RetType     *string                        `json:"ret-type,omitzero"`
	AllowOOB    *bool                          `json:"allow-oob,omitzero"`
}

type plainMember struct {
	Name     string   `json:"name,omitzero"`
	Type     string   `json:"type,omitzero"`
	Default  any      `json:"default,omitzero"`
	Features []string `json:"features,omitzero"`
}

type plainBlockdevOptions struct {
	Driver        string                     `json:"driver"`
	NodeName      *string                    `json:"node-name,omitzero"`
	Discard       *string                    `json:"discard,omitzero"`
	Cache         *qapi.BlockdevCacheOptions `json:"cache,omitzero"`
	ReadOnly      *bool                      `json:"read-only,omitzero"`
	AutoReadOnly  *bool                      `json:"auto-read-only,omitzero"`
	ForceShare    *bool                      `json:"force-share,omitzero"`
	DetectZeroes  *string                    `json:"detect-zeroes,omitzero"`
	Filename      *string                    `json:"filename,omitzero"`
	PRManager     *string                    `json:"pr-manager,omitzero"`
	Locking       *string                    `json:"locking,omitzero"`
	AIO           *string                    `json:"aio,omitzero"`
	File          *plainBlockdevOptions      `json:"file,omitzero"`
	Backing       *plainBlockdevOptions      `json:"backing,omitzero"`
	LazyRefcounts *bool                      `json:"lazy-refcounts,omitzero"`
	OverlapCheck  *string                    `json:"overlap-check,omitzero"`
	CacheSize     *int64                     `json:"cache-size,omitzero"`
	L2CacheSize   *int64                     `json:"l2-cache-size,omitzero"`
}

type plainBlockInfo struct {
	Device    string                `json:"device"`
	QDev      *string               `json:"qdev,omitzero"`
	Type      string                `json:"type"`
	Removable bool                  `json:"removable"`
	Locked    bool                  `json:"locked"`
	Inserted  *plainBlockDeviceInfo `json:"inserted,omitzero"`
	TrayOpen  *bool                 `json:"tray_open,omitzero"`
	IOStatus  *string               `json:"io-status,omitzero"`
}
