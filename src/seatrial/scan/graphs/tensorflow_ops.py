"""Operations of TensorFlow graphs: which reach out of the graph, and which are known to compute only.

Source: TensorFlow's op registry as documented (tensorflow.org, raw_ops), and the operations that its converters list.
"""

import re
from functools import cache
from typing import Final

from seatrial.core.finding import Severity

REACHING: Final[dict[str, tuple[Severity, str]]] = {
    "ReadFile": ("attack", "reads any file"),
    "WriteFile": ("attack", "writes any file"),
    "PyFunc": ("attack", "calls Python"),
    "PyFuncStateless": ("attack", "calls Python"),
    "EagerPyFunc": ("attack", "calls Python"),
    "MatchingFiles": ("review", "lists files"),
    "LoadDataset": ("review", "reads files"),
    "SaveDataset": ("review", "writes files"),
    "SaveDatasetV2": ("review", "writes files"),
    "SnapshotDataset": ("review", "writes files"),
    "SnapshotDatasetV2": ("review", "writes files"),
    "SqlDataset": ("review", "opens a database"),
    "GeneratorDataset": ("review", "calls functions that may be Python"),
    "Rpc": ("review", "talks to the network"),
    "TryRpc": ("review", "talks to the network"),
    "RpcCall": ("review", "talks to the network"),
    "RpcClient": ("review", "talks to the network"),
    "RpcServer": ("review", "talks to the network"),
    "RpcServerRegister": ("review", "talks to the network"),
    "RpcServerStart": ("review", "talks to the network"),
    "DataServiceDataset": ("review", "talks to the network"),
    "DataServiceDatasetV2": ("review", "talks to the network"),
    "DataServiceDatasetV3": ("review", "talks to the network"),
    "DataServiceDatasetV4": ("review", "talks to the network"),
    "RegisterDataset": ("review", "talks to the network"),
    "RegisterDatasetV2": ("review", "talks to the network"),
    "BigtableClient": ("review", "talks to the network"),
    "CreateSummaryFileWriter": ("review", "writes files"),
    "CreateSummaryDbWriter": ("review", "writes a database"),
    "LMDBReader": ("review", "opens a database"),
    "LMDBDataset": ("review", "opens a database"),
    "DebugIdentityV3": ("review", "sends tensors to a debugger"),
    "DebugIdentityV2": ("review", "writes tensors to files"),
    "DebugIdentity": ("review", "sends tensors to a debugger"),
    "DebugNanCount": ("review", "sends tensors to a debugger"),
    "DebugNumericSummary": ("review", "sends tensors to a debugger"),
    "Abort": ("review", "ends the process"),
}
"""By name: how bad it is in a model, and why."""
_CLAIMS: Final = re.compile(
    r"Shell|System(Command|Call)|Exec(ute)?(Op|Command|Shell)|PyCall|PyExec|LoadLibrary|Subprocess"
)
"""Names that no library registers, but that say what they would do."""

_FAMILIES: Final = re.compile(
    r"_?(Batch|Sparse|Stateless|Quantized?|Tensor|Ragged|String|Matrix|Queue|Stack|BoostedTrees|Scatter|Decode|Encode|Parse|"
    r"Random|Resize|NonMaxSuppression|Fake|Fused|Lookup|Mutable|Anonymous|Resource|Assign|Collective|Nccl|Cudnn|Unsorted|"
    r"Segment|Unicode|Static|Stateful|Conv|Depthwise|Max|Avg|Fractional|Var|ReadVariable|Variable|Initialize|Regex|Reader|"
    r"Iterator|MultiDevice|Optional|Map|Parallel|Range|Shuffle|Take|Skip|Prefetch|Repeat|Zip|Filter|Window|Interleave|"
    r"FlatMap|Concatenate|Cache|Generate|Sampling|Model|Options|Assert|Group|Unbatch|Dense|TPU|Tpu|Xla|XLA|TFRecord|"
    r"TextLine|FixedLength|WholeFile|Identity|CSV|Padding|FIFO|Priority|Barrier|Accumulator|Image|Adjust|Sample|Draw|"
    r"Extract|Merge|Restore|Save|Shard|Complex|Bitwise|Logical|Reduce|Cumulative|Cum|Bessel|Rng|RNG|NonDeterministic|"
    r"Uniform|Dataset|Experimental|DataFormat|Summary|WriteSummary|Write\w+Summary|Close|Flush|Import|Audio|Tree|"
    r"SentencepieceO?|Sentencepiece|SimpleML|Wordpiece|FastBert|Whitespace|Risc|Mkl|Lstm|LSTM|GRU|CTC|Apply|Delete|Get|"
    r"Kmeans|KMC2|Nearest|Neighbor|FFT|IFFT|RFFT|IRFFT|Recv|Send|Host|Outfeed|Infeed|Configure|Shutdown|Switch|Ref)\w*"
)
_SIMPLE: Final = frozenset(
    str.split(
        "Abs Acos Acosh Add AddN AddV2 All Any ApproximateEqual ApproxTopK Arg ArgMax ArgMin AsString Asin Asinh "
        "Atan Atan2 Atanh BiasAdd BiasAddGrad BiasAddV1 Betainc Bincount Bitcast BlockLSTM BlockLSTMV2 "
        "BlockLSTMGrad BlockLSTMGradV2 BroadcastArgs BroadcastTo BroadcastGradientArgs Bucketize Case Cast Ceil "
        "CheckNumerics CheckNumericsV2 Cholesky CholeskyGrad ClipByValue CombinedNonMaxSuppression "
        "CompareAndBitpack CompositeTensorVariantFromComponents CompositeTensorVariantToComponents Concat "
        "ConcatOffset ConcatV2 ConditionalAccumulator Conj ConjugateTranspose Const ConstV2 ConsumeMutexLock "
        "ControlTrigger Copy CopyHost Cos Cosh CountUpTo CreateJob CropAndResize CropAndResizeGradBoxes "
        "CropAndResizeGradImage Cross Cumprod Cumsum DeepCopy Dequantize DeserializeManySparse DeserializeSparse "
        "DestroyResourceOp DestroyTemporaryVariable DeviceIndex Diag DiagPart Digamma Dilation2D "
        "Dilation2DBackpropFilter Dilation2DBackpropInput DirectedInterleaveDataset DisableCopyOnRead Div "
        "DivNoNan Dropout DummyMemoryCache DynamicPartition DynamicStitch EditDistance Eig Einsum Elu EluGrad "
        "Empty EmptyTensorList EmptyTensorMap EnsureShape Enter Equal Erf Erfc Erfinv EuclideanNorm Exit Exp "
        "ExpandDims Expint Expm1 FilterByLastComponentDataset Fill Fingerprint Flatten Floor FloorDiv FloorMod "
        "For Fresnel FresnelCos FresnelSin Gather GatherNd GatherV2 Greater GreaterEqual GuaranteeConst HSVToRGB "
        "HardSwish HashTable HashTableV2 HistogramFixedWidth HistogramSummary Identity If Igamma IgammaGradA "
        "Igammac Imag ImmutableConst InTopK InTopKV2 InplaceAdd InplaceSub InplaceUpdate Inv InvGrad Invert "
        "InvertPermutation IsBoostedTreesEnsembleInitialized IsFinite IsInf IsNan IsTPUEmbeddingInitialized "
        "IsVariableInitialized IsotonicRegression L2Loss L2Normalization LRN LRNGrad LeakyRelu LeakyReluGrad "
        "LearnedUnigramCandidateSampler LeftShift LegacyParallelInterleaveDatasetV2 Less LessEqual Lgamma "
        "LinSpace ListDiff Log Log1p LogMatrixDeterminant LogSoftmax LogUniformCandidateSampler Loop LoopCond "
        "LowerBound Lu MakeIterator MakeUnique MatMul Mean Merge MergeSummary Mfcc Min Minimum MirrorPad "
        "MirrorPadGrad Mod Mul MulNoNan Multinomial MutexLock MutexV2 NcclAllReduce Ndtri Neg NegTrain NextAfter "
        "NextIteration NoOp NotEqual NthElement OneHot OneShotIterator Ones OnesLike OrderedMapClear Pack Pad "
        "PadV2 PartitionedCall Placeholder PlaceholderV2 PlaceholderWithDefault Polygamma PopulationCount Pow "
        "Prelu PreventGradient Print PrintV2 Prod Qr RGBToHSV Rank ReadVariableOp Real RealDiv Reciprocal "
        "ReciprocalGrad RecordInput Relu Relu6 Relu6Grad ReluGrad RemoteCall RequantizationRange "
        "RequantizationRangePerChannel Requantize RequantizePerChannel Reshape RestoreSlice Reverse "
        "ReverseSequence ReverseV2 RightShift Rint Roll Round Rsqrt RsqrtGrad ScalarSummary ScaleAndTranslate "
        "ScaleAndTranslateGrad Scan Select SelectV2 SelfAdjointEig SelfAdjointEigV2 Selu SeluGrad "
        "SerializeIterator SerializeManySparse SerializeSparse SerializeTensor SetSize Shape ShapeN "
        "ShardedFilename ShardedFilespec Sigmoid SigmoidGrad Sign Sin Sinh Size Skipgram SleepDataset Slice "
        "SlidingWindowDataset Snapshot Softmax SoftmaxCrossEntropyWithLogits Softplus SoftplusGrad Softsign "
        "SoftsignGrad SpaceToBatch SpaceToBatchND SpaceToDepth Spence Split SplitV Sqrt SqrtGrad Square "
        "SquaredDifference SquaredDistance Squeeze Stage StageClear StagePeek StageSize StopGradient StridedSlice "
        "StridedSliceAssign StridedSliceGrad Sub Substr Sum Svd SymbolicGradient Tan Tanh TanhGrad "
        "TemporaryVariable ThreadUnsafeUnigramCandidateSampler Tile TileGrad Timestamp ToBool TopK TopKUnique "
        "TopKV2 TopKWithUnique Transpose TridiagonalMatMul TridiagonalSolve TruncateDiv TruncateMod "
        "TruncatedNormal UnicodeDecode Unique UniqueDataset UniqueV2 UniqueWithCounts UniqueWithCountsV2 Unpack "
        "UnravelIndex Unstage UpperBound UnwrapDatasetVariant ValidateIndexTokenDataset ValuesEqual Where While "
        "WholeFileReaderV2 WorkerHeartbeat WrapDatasetVariant Xdivy Xlog1py Xlogy Zeros ZerosLike Zeta "
        "AllCandidateSampler FixedUnigramCandidateSampler UniformCandidateSampler ComputeAccidentalHits "
        "ConcatenateDataset SpaceToBatchNd TRTEngineOp CreateTRTResourceHandle InitializeTRTResource "
        "GetCalibrationDataOp LoadTPUEmbeddingAdamParameters AutoShardDataset AccumulateNV2 AccumulateV2 Acos "
        "DepthToSpace CosineSimilarity Atan2 Cumsum Expand DataFormatDimMap RefSwitch PopMean BeamSearch "
        "EagerIdentity BytesProducedStatsDataset LatencyStatsDataset NonSerializableDataset RebatchDataset "
        "RebatchDatasetV2 MatMulV2 ListDataset GlobalShuffleDataset IndexFlatMapDataset WeightedFlatMapDataset "
        "DistributedSave DummyIterationCounter"
    )
)


def is_known(op: str) -> bool:
    """Whether an operation only computes: TensorFlow's own, TensorFlow Text's, Decision Forests'."""
    return op in _SIMPLE or op.startswith(("Addons>", "TFText>", "Text>")) or _family(op)


@cache
def _family(op: str) -> bool:
    return _FAMILIES.fullmatch(op) is not None or re.fullmatch(r"\w+Grad(V\d)?|\w+Dataset(V\d)?", op) is not None


def reaching(op: str) -> tuple[Severity, str] | None:
    """How bad an operation is and why, or None for one that only computes."""
    if op in REACHING:
        return REACHING[op]
    if _CLAIMS.search(op):
        return "attack", "is named like something that runs commands or code"
    return None
