package wire_test

import "github.com/qapi-go/qapi-go/qmp/wire"

type StatusInfo struct {
	Running bool   `json:"running"`
	Status  string `json:"status"`
}

type BlockJobReady struct {
	Type   string `json:"type"`
	Device string `json:"device"`
	Len    int64  `json:"len"`
	Offset int64  `json:"offset"`
	Speed  int64  `json:"speed"`
}

type CommandInfo struct {
	Name string `json:"name"`
}

type ObjectTypeInfo struct {
	Name     string  `json:"name"`
	Abstract *bool   `json:"abstract,omitzero"`
	Parent   *string `json:"parent,omitzero"`
}

type CPUDefinitionInfo struct {
	Name                string   `json:"name"`
	MigrationSafe       *bool    `json:"migration-safe,omitzero"`
	Static              bool     `json:"static"`
	UnavailableFeatures []string `json:"unavailable-features,omitzero"`
	Typename            string   `json:"typename"`
	AliasOf             *string  `json:"alias-of,omitzero"`
	Deprecated          bool     `json:"deprecated"`
}

type CommandLineOptionInfo struct {
	Option     string                     `json:"option"`
	Parameters []CommandLineParameterInfo `json:"parameters"`
}

type CommandLineParameterInfo struct {
	Name    string  `json:"name"`
	Type    string  `json:"type"`
	Help    *string `json:"help,omitzero"`
	Default *string `json:"default,omitzero"`
}

type MachineInfo struct {
	Name             string  `json:"name"`
	Alias            *string `json:"alias,omitzero"`
	IsDefault        *bool   `json:"is-default,omitzero"`
	CPUMax           int64   `json:"cpu-max"`
	HotpluggableCPUs bool    `json:"hotpluggable-cpus"`
	NumaMemSupported bool    `json:"numa-mem-supported"`
	Deprecated       bool    `json:"deprecated"`
	DefaultCPUType   *string `json:"default-cpu-type,omitzero"`
	DefaultRAMID     *string `json:"default-ram-id,omitzero"`
	ACPI             bool    `json:"acpi"`
}

type BlockDeviceInfo struct {
	File             string         `json:"file"`
	NodeName         string         `json:"node-name"`
	RO               bool           `json:"ro"`
	Drv              string         `json:"drv"`
	BackingFile      *string        `json:"backing_file,omitzero"`
	BackingFileDepth int64          `json:"backing_file_depth"`
	Encrypted        bool           `json:"encrypted"`
	DetectZeroes     string         `json:"detect_zeroes"`
	BPS              int64          `json:"bps"`
	BPSRd            int64          `json:"bps_rd"`
	BPSWr            int64          `json:"bps_wr"`
	IOPS             int64          `json:"iops"`
	IOPSRd           int64          `json:"iops_rd"`
	IOPSWr           int64          `json:"iops_wr"`
	Image            ImageInfo      `json:"image"`
	BPSMax           *int64         `json:"bps_max,omitzero"`
	BPSRdMax         *int64         `json:"bps_rd_max,omitzero"`
	BPSWrMax         *int64         `json:"bps_wr_max,omitzero"`
	IOPSMax          *int64         `json:"iops_max,omitzero"`
	IOPSRdMax        *int64         `json:"iops_rd_max,omitzero"`
	IOPSWrMax        *int64         `json:"iops_wr_max,omitzero"`
	BPSMaxLength     *int64         `json:"bps_max_length,omitzero"`
	BPSRdMaxLength   *int64         `json:"bps_rd_max_length,omitzero"`
	BPSWrMaxLength   *int64         `json:"bps_wr_max_length,omitzero"`
	IOPSMaxLength    *int64         `json:"iops_max_length,omitzero"`
	IOPSRdMaxLength  *int64         `json:"iops_rd_max_length,omitzero"`
	IOPSWrMaxLength  *int64         `json:"iops_wr_max_length,omitzero"`
	IOPSSize         *int64         `json:"iops_size,omitzero"`
	Group            *string        `json:"group,omitzero"`
	Cache            BlockdevCacheI `json:"cache"`
	WriteThreshold   int64          `json:"write_threshold"`
	Active           *bool          `json:"active,omitzero"`
	Dirty            []struct{}     `json:"dirty-bitmaps,omitzero"`
}

type BlockdevCacheI struct {
	Writeback bool `json:"writeback"`
	Direct    bool `json:"direct"`
	NoFlush   bool `json:"no-flush"`
}

type ImageInfo struct {
	Filename              string             `json:"filename"`
	Format                string             `json:"format"`
	DirtyFlag             *bool              `json:"dirty-flag,omitzero"`
	ActualSize            *int64             `json:"actual-size,omitzero"`
	VirtualSize           int64              `json:"virtual-size"`
	ClusterSize           *int64             `json:"cluster-size,omitzero"`
	Encrypted             *bool              `json:"encrypted,omitzero"`
	Compressed            *bool              `json:"compressed,omitzero"`
	BackingFilename       *string            `json:"backing-filename,omitzero"`
	FullBackingFilename   *string            `json:"full-backing-filename,omitzero"`
	BackingFilenameFormat *string            `json:"backing-filename-format,omitzero"`
	Snapshots             []struct{}         `json:"snapshots,omitzero"`
	FormatSpecific        *ImageInfoSpecific `json:"format-specific,omitzero"`
	BackingImage          *ImageInfo         `json:"backing-image,omitzero"`
}

type ImageInfoSpecific struct {
	Type   string                  `json:"type"`
	Branch ImageInfoSpecificBranch `json:"-"`
}

type ImageInfoSpecificBranch interface{ isImageInfoSpecificBranch() }

func (*ImageInfoSpecificQcow2) isImageInfoSpecificBranch() {}
func (*ImageInfoSpecificFile) isImageInfoSpecificBranch()  {}
func (*UnknownBranch) isImageInfoSpecificBranch()          {}

var imageInfoSpecificUnion = wire.Union{
	Tag: "type",
	Branches: []wire.UnionBranch{
		{Value: "qcow2", Type: (*ImageInfoSpecificQcow2)(nil)},
		{Value: "file", Type: (*ImageInfoSpecificFile)(nil)},
	},
	Unknown: (*UnknownBranch)(nil),
}

func (*ImageInfoSpecific) WireUnion() *wire.Union { return &imageInfoSpecificUnion }

type ImageInfoSpecificQcow2 struct {
	Data ImageInfoQcow2 `json:"data"`
}

type ImageInfoSpecificFile struct {
	Data ImageInfoFile `json:"data"`
}

type ImageInfoFile struct {
	ExtentSizeHint *uint64 `json:"extent-size-hint,omitzero"`
}

type ImageInfoQcow2 struct {
	Compat          string  `json:"compat"`
	DataFile        *string `json:"data-file,omitzero"`
	DataFileRaw     *bool   `json:"data-file-raw,omitzero"`
	ExtendedL2      *bool   `json:"extended-l2,omitzero"`
	LazyRefcounts   *bool   `json:"lazy-refcounts,omitzero"`
	Corrupt         *bool   `json:"corrupt,omitzero"`
	RefcountBits    int64   `json:"refcount-bits"`
	CompressionType string  `json:"compression-type"`
}

type plainBlockDeviceInfo struct {
	File             string         `json:"file"`
	NodeName         string         `json:"node-name"`
	RO               bool           `json:"ro"`
	Drv              string         `json:"drv"`
	BackingFile      *string        `json:"backing_file,omitzero"`
	BackingFileDepth int64          `json:"backing_file_depth"`
	Encrypted        bool           `json:"encrypted"`
	DetectZeroes     string         `json:"detect_zeroes"`
	BPS              int64          `json:"bps"`
	BPSRd            int64          `json:"bps_rd"`
	BPSWr            int64          `json:"bps_wr"`
	IOPS             int64          `json:"iops"`
	IOPSRd           int64          `json:"iops_rd"`
	IOPSWr           int64          `json:"iops_wr"`
	Image            plainImageInfo `json:"image"`
	BPSMax           *int64         `json:"bps_max,omitzero"`
	BPSRdMax         *int64         `json:"bps_rd_max,omitzero"`
	BPSWrMax         *int64         `json:"bps_wr_max,omitzero"`
	IOPSMax          *int64         `json:"iops_max,omitzero"`
	IOPSRdMax        *int64         `json:"iops_rd_max,omitzero"`
	IOPSWrMax        *int64         `json:"iops_wr_max,omitzero"`
	BPSMaxLength     *int64         `json:"bps_max_length,omitzero"`
	BPSRdMaxLength   *int64         `json:"bps_rd_max_length,omitzero"`
	BPSWrMaxLength   *int64         `json:"bps_wr_max_length,omitzero"`
	IOPSMaxLength    *int64         `json:"iops_max_length,omitzero"`
	IOPSRdMaxLength  *int64         `json:"iops_rd_max_length,omitzero"`
	IOPSWrMaxLength  *int64         `json:"iops_wr_max_length,omitzero"`
	IOPSSize         *int64         `json:"iops_size,omitzero"`
	Group            *string        `json:"group,omitzero"`
	Cache            BlockdevCacheI `json:"cache"`
	WriteThreshold   int64          `json:"write_threshold"`
	Active           *bool          `json:"active,omitzero"`
	Dirty            []struct{}     `json:"dirty-bitmaps,omitzero"`
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

type SchemaInfo struct {
	Name     string           `json:"name"`
	MetaType SchemaMetaType   `json:"meta-type"`
	Features []string         `json:"features,omitzero"`
	Branch   SchemaInfoBranch `json:"-"`
}

type SchemaMetaType string

func (v SchemaMetaType) Known() bool {
	switch v {
	case "builtin", "enum", "array", "object", "alternate", "command", "event":
		return true
	}
	return false
}

type SchemaInfoBranch interface{ isSchemaInfoBranch() }

func (*SchemaInfoBuiltin) isSchemaInfoBranch()   {}
func (*SchemaInfoEnum) isSchemaInfoBranch()      {}
func (*SchemaInfoArray) isSchemaInfoBranch()     {}
func (*SchemaInfoObject) isSchemaInfoBranch()    {}
func (*SchemaInfoAlternate) isSchemaInfoBranch() {}
func (*SchemaInfoCommand) isSchemaInfoBranch()   {}
func (*SchemaInfoEvent) isSchemaInfoBranch()     {}
func (*UnknownBranch) isSchemaInfoBranch()       {}

var schemaInfoUnion = wire.Union{
	Tag: "meta-type",
	Branches: []wire.UnionBranch{
		{Value: "builtin", Type: (*SchemaInfoBuiltin)(nil)},
		{Value: "enum", Type: (*SchemaInfoEnum)(nil)},
		{Value: "array", Type: (*SchemaInfoArray)(nil)},
		{Value: "object", Type: (*SchemaInfoObject)(nil)},
		{Value: "alternate", Type: (*SchemaInfoAlternate)(nil)},
		{Value: "command", Type: (*SchemaInfoCommand)(nil)},
		{Value: "event", Type: (*SchemaInfoEvent)(nil)},
	},
	Unknown: (*UnknownBranch)(nil),
}

func (*SchemaInfo) WireUnion() *wire.Union { return &schemaInfoUnion }

type SchemaInfoBuiltin struct {
	JSONType string `json:"json-type"`
}

type SchemaInfoEnum struct {
	Members []SchemaInfoEnumMember `json:"members"`
	Values  []string               `json:"values"`
}

type SchemaInfoEnumMember struct {
	Name     string   `json:"name"`
	Features []string `json:"features,omitzero"`
}

type SchemaInfoArray struct {
	ElementType string `json:"element-type"`
}

type SchemaInfoObject struct {
	Members  []SchemaInfoObjectMember  `json:"members"`
	Tag      *string                   `json:"tag,omitzero"`
	Variants []SchemaInfoObjectVariant `json:"variants,omitzero"`
}

type SchemaInfoObjectMember struct {
	Name     string   `json:"name"`
	Type     string   `json:"type"`
	Default  any      `json:"default,omitzero"`
	Features []string `json:"features,omitzero"`
}

type SchemaInfoObjectVariant struct {
	Case string `json:"case"`
	Type string `json:"type"`
}

type SchemaInfoAlternate struct {
	Members []SchemaInfoAlternateMember `json:"members"`
}

type SchemaInfoAlternateMember struct {
	Type string `json:"type"`
}

type SchemaInfoCommand struct {
	ArgType  string `json:"arg-type"`
	RetType  string `json:"ret-type"`
	AllowOOB *bool  `json:"allow-oob,omitzero"`
}

type SchemaInfoEvent struct {
	ArgType string `json:"arg-type"`
}

type plainSchemaInfo struct {
	Name        string                    `json:"name"`
	MetaType    string                    `json:"meta-type"`
	Features    []string                  `json:"features,omitzero"`
	JSONType    *string                   `json:"json-type,omitzero"`
	Members     []plainMember             `json:"members,omitzero"`
	Values      []string                  `json:"values,omitzero"`
	ElementType *string                   `json:"element-type,omitzero"`
	Tag         *string                   `json:"tag,omitzero"`
	Variants    []SchemaInfoObjectVariant `json:"variants,omitzero"`
	ArgType     *string                   `json:"arg-type,omitzero"`
	RetType     *string                   `json:"ret-type,omitzero"`
	AllowOOB    *bool                     `json:"allow-oob,omitzero"`
}

type plainMember struct {
	Name     string   `json:"name,omitzero"`
	Type     string   `json:"type,omitzero"`
	Default  any      `json:"default,omitzero"`
	Features []string `json:"features,omitzero"`
}

type BlockdevOptions struct {
	Driver       string                `json:"driver"`
	NodeName     *string               `json:"node-name,omitzero"`
	Discard      *string               `json:"discard,omitzero"`
	Cache        *BlockdevCacheOptions `json:"cache,omitzero"`
	ReadOnly     *bool                 `json:"read-only,omitzero"`
	AutoReadOnly *bool                 `json:"auto-read-only,omitzero"`
	ForceShare   *bool                 `json:"force-share,omitzero"`
	DetectZeroes *string               `json:"detect-zeroes,omitzero"`
	Branch       BlockdevOptionsBranch `json:"-"`
}

type BlockdevCacheOptions struct {
	Direct  *bool `json:"direct,omitzero"`
	NoFlush *bool `json:"no-flush,omitzero"`
}

type BlockdevOptionsBranch interface{ isBlockdevOptionsBranch() }

func (*BlockdevOptionsFile) isBlockdevOptionsBranch()  {}
func (*BlockdevOptionsQcow2) isBlockdevOptionsBranch() {}
func (*UnknownBranch) isBlockdevOptionsBranch()        {}

var blockdevOptionsUnion = wire.Union{
	Tag: "driver",
	Branches: []wire.UnionBranch{
		{Value: "file", Type: (*BlockdevOptionsFile)(nil)},
		{Value: "qcow2", Type: (*BlockdevOptionsQcow2)(nil)},
	},
	Unknown: (*UnknownBranch)(nil),
}

func (*BlockdevOptions) WireUnion() *wire.Union { return &blockdevOptionsUnion }

type BlockdevOptionsFile struct {
	Filename  string  `json:"filename"`
	PRManager *string `json:"pr-manager,omitzero"`
	Locking   *string `json:"locking,omitzero"`
	AIO       *string `json:"aio,omitzero"`
}

type BlockdevOptionsQcow2 struct {
	File          BlockdevRef  `json:"file"`
	Backing       *BlockdevRef `json:"backing,omitzero"`
	LazyRefcounts *bool        `json:"lazy-refcounts,omitzero"`
	OverlapCheck  *Overlap     `json:"overlap-check,omitzero"`
	CacheSize     *int64       `json:"cache-size,omitzero"`
	L2CacheSize   *int64       `json:"l2-cache-size,omitzero"`
}

type BlockdevRef struct {
	Definition *BlockdevOptions `json:"-"`
	Reference  *string          `json:"-"`
	Null       bool             `json:"-"`
}

func (*BlockdevRef) WireAlternate() {}

type Overlap struct {
	Flags *BlockdevCacheOptions `json:"-"`
	Mode  *string               `json:"-"`
}

func (*Overlap) WireAlternate() {}

type plainBlockdevOptions struct {
	Driver        string                `json:"driver"`
	NodeName      *string               `json:"node-name,omitzero"`
	Discard       *string               `json:"discard,omitzero"`
	Cache         *BlockdevCacheOptions `json:"cache,omitzero"`
	ReadOnly      *bool                 `json:"read-only,omitzero"`
	AutoReadOnly  *bool                 `json:"auto-read-only,omitzero"`
	ForceShare    *bool                 `json:"force-share,omitzero"`
	DetectZeroes  *string               `json:"detect-zeroes,omitzero"`
	Filename      *string               `json:"filename,omitzero"`
	PRManager     *string               `json:"pr-manager,omitzero"`
	Locking       *string               `json:"locking,omitzero"`
	AIO           *string               `json:"aio,omitzero"`
	File          *plainBlockdevOptions `json:"file,omitzero"`
	Backing       *plainBlockdevOptions `json:"backing,omitzero"`
	LazyRefcounts *bool                 `json:"lazy-refcounts,omitzero"`
	OverlapCheck  *string               `json:"overlap-check,omitzero"`
	CacheSize     *int64                `json:"cache-size,omitzero"`
	L2CacheSize   *int64                `json:"l2-cache-size,omitzero"`
}
