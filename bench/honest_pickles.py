"""Honest files of whatever libraries are installed: what real programs write, in every layout and protocol."""

import collections
import datetime
import decimal
import enum
import fractions
import functools
import importlib.util
import io
import operator
import pathlib
import pickle
import queue
import random
import re
import subprocess
import types
import uuid
import warnings
from collections.abc import Callable, Iterator
from typing import Any

Named = tuple[str, bytes]


def standard() -> Iterator[tuple[str, Any]]:
    """Objects of the standard library."""
    yield "numbers", [1, 2**70, -1, 1.5, 1j, True, None, Ellipsis, type(None)]
    yield "texts", ["a", "é", "x" * 70_000, b"b", bytearray(b"c")]
    yield "containers", {"a": (1, 2, 3, 4), "b": {1, 2}, "c": frozenset({3}), "d": [[]]}
    yield (
        "times",
        [datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC), datetime.timedelta(3), datetime.date(2026, 1, 1)],
    )
    yield "exact", [decimal.Decimal("1.5"), fractions.Fraction(1, 3), uuid.UUID(int=5)]
    yield (
        "collections",
        [
            collections.OrderedDict(a=1),
            collections.defaultdict(list, a=[1]),
            collections.Counter("aab"),
            collections.deque([1], 3),
            collections.ChainMap({1: 2}),
        ],
    )
    yield "paths", [pathlib.PurePosixPath("/a/b"), re.compile("a+", re.I), types.SimpleNamespace(a=1)]
    yield (
        "functions",
        [len, str.lower, functools.partial(int, base=2), operator.itemgetter(1, 2), operator.attrgetter("a.b")],
    )
    yield "methods", ["abc".upper, [].append, iter([1, 2]), range(3), slice(1, 2)]
    yield "types", [list[int], int | str, ValueError("x"), KeyError, random.Random(3), re.I | re.M]
    yield "enums", [enum.Enum, re.I]
    yield "exceptions", [FileNotFoundError(2, "no", "/a"), queue.Empty(), subprocess.CalledProcessError(1, "id")]
    yield "lazy", [zip([1], [2], strict=False), enumerate([1]), reversed([1, 2])]
    yield "parsers", [datetime.datetime.fromisoformat, bytes.fromhex, int.from_bytes]
    yield "shared rows", [list(range(2000))] * 2000


def of_numpy() -> Iterator[tuple[str, Any]]:
    """Arrays of every kind."""
    import numpy as np

    for code in "?bBhHiIlLqQefdgFDGSUV":
        yield f"array {code}", np.zeros((2, 3), dtype=code + ("4" if code in "SUV" else ""))
    yield "dates", np.array(["2026-01-01"], dtype="M8[D]")
    yield "deltas", np.array([3], dtype="m8[ns]")
    yield "objects", np.array([{"a": 1}, None, "x"], dtype=object)
    yield "records", np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")])
    yield "recarray", np.rec.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")])
    yield "masked", np.ma.masked_array([1, 2], mask=[0, 1])
    yield "matrix", np.matrix([[1, 2]])
    yield "scalars", [np.float64(1), np.int8(2), np.bool_(True), np.datetime64("2026-01-01"), np.str_("x")]
    yield (
        "random",
        [np.random.RandomState(0), np.random.default_rng(0), np.random.MT19937(1), np.random.SeedSequence(5)],
    )
    yield "ufuncs", [np.log1p, np.mean, np.float32, np.poly1d([1, 2]), np.dtype("f4"), np.finfo(np.float64)]
    yield "fortran", np.asfortranarray(np.ones((3, 4)))
    yield "large", np.arange(100_000)
    yield "strings", np.array(["a", "bb"], dtype=np.dtypes.StringDType()) if hasattr(np.dtypes, "StringDType") else 1


def of_pandas() -> Iterator[tuple[str, Any]]:
    """Frames, series and indexes."""
    import numpy as np
    import pandas as pd

    frame = pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": pd.Categorical(["u", "v"]), "d": [1.5, np.nan]})
    yield "frame", frame
    yield "wide", frame.assign(t=pd.Timestamp("2026-01-01", tz="UTC"), k=True, p=pd.Period("2026-01", "M"))
    yield "series", pd.Series([1, 2, 3], name="s", index=pd.date_range("2026-01-01", periods=3, freq="D"))
    yield (
        "indexes",
        [
            pd.RangeIndex(3),
            pd.MultiIndex.from_product([[1, 2], ["a"]]),
            pd.Index([1.5]),
            pd.IntervalIndex.from_breaks([0, 1]),
        ],
    )
    yield (
        "nullable",
        pd.DataFrame(
            {
                "a": pd.array([1, None], dtype="Int64"),
                "s": pd.array(["a", None], dtype="string"),
                "b": pd.array([True, None], dtype="boolean"),
            }
        ),
    )
    yield (
        "scalars",
        [
            pd.Timestamp("2026-01-01"),
            pd.Timedelta(3),
            pd.NaT,
            pd.NA,
            pd.Interval(0, 1),
            pd.offsets.MonthEnd(2),
            pd.Period("2026", "Y"),
        ],
    )
    yield "sparse", pd.Series(pd.arrays.SparseArray([0, 0, 1]))
    yield "deltas", pd.Series(pd.timedelta_range("1D", periods=3))
    yield "delta index", pd.timedelta_range("1h", periods=2)
    yield (
        "offsets",
        [pd.DateOffset(months=1), pd.offsets.CustomBusinessDay(holidays=["2026-01-01"]), pd.offsets.Hour(2)],
    )
    yield "groups", [frame.groupby("b"), frame[["a"]].rolling(2)]


def of_scipy() -> Iterator[tuple[str, Any]]:
    """Splines, distributions, trees and sparse matrices."""
    import numpy as np
    from scipy import interpolate, sparse, spatial, stats

    x = np.arange(9.0)
    yield "splines", [interpolate.CubicSpline(x, x), interpolate.UnivariateSpline(x, x), interpolate.BSpline(x, x, 3)]
    yield "interp1d", [interpolate.interp1d(x, x, kind=kind) for kind in ("linear", "nearest", "cubic")]
    yield "distributions", [stats.norm, stats.norm(0, 1), stats.loguniform(1, 2), stats.gaussian_kde(x)]
    yield "trees", [spatial.KDTree(x[:, None]), spatial.transform.Rotation.identity()]
    yield "sparse", [make(np.eye(3)) for make in (sparse.csr_matrix, sparse.coo_array, sparse.dok_matrix)]


def of_sklearn() -> Iterator[tuple[str, Any]]:
    """Every estimator that can be fitted on a little table, and pipelines of them."""
    import numpy as np
    from scipy import stats
    from sklearn import (
        compose,
        ensemble,
        feature_extraction,
        linear_model,
        metrics,
        model_selection,
        pipeline,
        preprocessing,
    )
    from sklearn.utils import all_estimators

    rng = np.random.RandomState(0)
    x, y = np.abs(rng.rand(60, 4)), np.arange(60) % 2
    for name, cls in all_estimators():
        try:
            yield name, cls().fit(x, y)
        except Exception as error:  # noqa: BLE001  libraries may refuse in any way; it is printed
            print(f"  {name} was not fitted: {type(error).__name__}")
    scaled = pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.LogisticRegression())
    yield "pipeline", scaled.fit(x, y)
    columns = compose.ColumnTransformer(
        [("a", preprocessing.MinMaxScaler(), [0]), ("b", preprocessing.FunctionTransformer(np.log1p), [1])],
        remainder="passthrough",
    )
    yield "columns", columns.fit(x)
    yield (
        "grid",
        model_selection.GridSearchCV(
            linear_model.LogisticRegression(), {"C": [1, 2]}, scoring=metrics.make_scorer(metrics.accuracy_score)
        ).fit(x, y),
    )
    yield (
        "random search",
        model_selection.RandomizedSearchCV(
            ensemble.RandomForestClassifier(n_estimators=3),
            {"max_depth": stats.randint(2, 5), "min_samples_leaf": stats.randint(1, 3), "ccp_alpha": stats.uniform()},
            n_iter=2,
        ).fit(x, y),
    )
    yield (
        "words",
        pipeline.make_pipeline(
            feature_extraction.text.TfidfVectorizer(preprocessor=str.lower, strip_accents="unicode"),
            linear_model.SGDClassifier(),
        ).fit(["apple pear", "pear plum"] * 5, [0, 1] * 5),
    )
    yield "counts", feature_extraction.text.CountVectorizer().fit(["an apple", "a pear"])
    yield "dicts", feature_extraction.DictVectorizer().fit([{"a": 1}])
    yield (
        "voting",
        ensemble.VotingClassifier(
            [("a", linear_model.LogisticRegression()), ("b", ensemble.GradientBoostingClassifier(n_estimators=3))]
        ).fit(x, y),
    )
    yield (
        "stacking",
        ensemble.StackingClassifier(
            [("a", linear_model.LogisticRegression())], ensemble.RandomForestClassifier(n_estimators=3)
        ).fit(x, y),
    )


def of_boosters() -> Iterator[tuple[str, Any]]:
    """Models of xgboost, lightgbm and catboost."""
    import numpy as np

    x, y = np.random.RandomState(0).rand(60, 4), np.arange(60) % 2
    if importlib.util.find_spec("xgboost"):
        import xgboost

        yield "xgboost", xgboost.XGBClassifier(n_estimators=3).fit(x, y)
        yield (
            "xgboost regressor",
            xgboost.XGBRegressor(n_estimators=3, early_stopping_rounds=2).fit(x, y, eval_set=[(x, y)], verbose=False),
        )
        yield "xgboost booster", xgboost.train({}, xgboost.DMatrix(x, y), 2)
        yield "xgboost ranker", xgboost.XGBRFClassifier(n_estimators=3).fit(x, y)
    if importlib.util.find_spec("lightgbm"):
        import lightgbm

        yield "lightgbm", lightgbm.LGBMClassifier(n_estimators=3, verbose=-1).fit(x, y)
        yield "lightgbm booster", lightgbm.train({"verbose": -1}, lightgbm.Dataset(x, y), 2)
        yield "lightgbm regressor", lightgbm.LGBMRegressor(n_estimators=3, verbose=-1).fit(x, y)
    if importlib.util.find_spec("catboost"):
        import catboost

        yield "catboost", catboost.CatBoostClassifier(iterations=3, verbose=False, allow_writing_files=False).fit(x, y)
        yield (
            "catboost regressor",
            catboost.CatBoostRegressor(iterations=3, verbose=False, allow_writing_files=False).fit(x, y),
        )


def of_others() -> Iterator[tuple[str, Any]]:
    """Models of imbalanced-learn, category_encoders and statsmodels."""
    import numpy as np

    x, y = np.random.RandomState(0).rand(60, 4), (np.arange(60) % 3 == 0).astype(int)
    if importlib.util.find_spec("imblearn"):
        from imblearn import ensemble, over_sampling, pipeline, under_sampling
        from sklearn.linear_model import LogisticRegression

        yield "imblearn", pipeline.make_pipeline(over_sampling.SMOTE(), LogisticRegression()).fit(x, y)
        yield "imblearn forest", ensemble.BalancedRandomForestClassifier(n_estimators=3).fit(x, y)
        yield "imblearn under", under_sampling.RandomUnderSampler()
    if importlib.util.find_spec("category_encoders"):
        import category_encoders
        import pandas as pd

        frame = pd.DataFrame({"a": ["x", "y"] * 30})
        for name in (
            "TargetEncoder",
            "OneHotEncoder",
            "OrdinalEncoder",
            "BinaryEncoder",
            "WOEEncoder",
            "CatBoostEncoder",
            "HashingEncoder",
        ):
            yield name, getattr(category_encoders, name)().fit(frame, y)
    if importlib.util.find_spec("statsmodels"):
        import statsmodels.api as sm

        yield "ols", sm.OLS(y.astype(float), x).fit()
        yield "logit", sm.Logit(y, x).fit(disp=0)


def of_torch() -> Iterator[tuple[str, Any]]:
    """Tensors, state dicts, whole modules and optimizers."""
    import torch
    from torch import nn

    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten(), nn.Linear(8, 2))
    yield "tensor", torch.ones(3)
    yield "state", net.state_dict()
    yield "module", net
    yield "transformer", nn.TransformerEncoderLayer(8, 2, activation=nn.functional.gelu)
    yield "lstm", nn.LSTM(3, 4)
    yield (
        "embedding",
        nn.ModuleDict(
            {"e": nn.Embedding(3, 4), "d": nn.Dropout(), "l": nn.LayerNorm(4), "m": nn.MultiheadAttention(4, 2)}
        ),
    )
    for cls in (torch.optim.Adam, torch.optim.SGD, torch.optim.AdamW):
        optimizer = cls(net.parameters(), lr=0.1)
        yield (
            cls.__name__,
            {
                "net": net.state_dict(),
                "optimizer": optimizer.state_dict(),
                "epoch": 3,
                "args": types.SimpleNamespace(a=1),
            },
        )
    yield "scheduler", torch.optim.lr_scheduler.StepLR(torch.optim.SGD(net.parameters(), lr=0.1), 3).state_dict()
    yield (
        "kinds",
        [
            torch.zeros(2, dtype=each)
            for each in (
                torch.float16,
                torch.bfloat16,
                torch.int8,
                torch.bool,
                torch.complex64,
                torch.uint8,
                torch.int64,
                torch.float8_e4m3fn,
            )
        ],
    )
    yield "sparse", torch.eye(3).to_sparse()
    yield "parameter", nn.Parameter(torch.ones(2))
    yield (
        "things",
        [torch.float32, torch.device("cpu"), torch.Size([1, 2]), torch.strided, torch.Generator().get_state()],
    )
    yield "quantized", torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8)
    yield "numpy inside", {"a": torch.ones(2), "b": torch.ones(2).numpy()}
    yield "normal", torch.distributions.Normal(0.0, 1.0)
    yield "reparametrised", [nn.utils.spectral_norm(nn.Linear(2, 2)), nn.utils.rnn.pack_sequence([torch.ones(2)])]
    yield "traced", torch.fx.symbolic_trace(nn.Sequential(nn.Linear(2, 2), nn.ReLU()))
    yield "formats", [torch.channels_last, torch.sparse_coo, torch.empty(2, device="meta")]


MAKERS: dict[str, Callable[[], Iterator[tuple[str, Any]]]] = {
    "numpy": of_numpy,
    "pandas": of_pandas,
    "scipy": of_scipy,
    "sklearn": of_sklearn,
    "xgboost": of_boosters,
    "lightgbm": of_others,
    "torch": of_torch,
}


def honest() -> Iterator[Named]:
    """All files: a name and the bytes."""
    warnings.simplefilter("ignore")
    things = [("standard", each) for each in standard()]
    for library, make in MAKERS.items():
        if importlib.util.find_spec(library):
            things += [(library, each) for each in made(make)]
    for library, (name, thing) in things:
        for layout, data in layouts(library, thing):
            yield f"{library} {name} {layout}", data


def made(make: Callable[[], Iterator[tuple[str, Any]]]) -> Iterator[tuple[str, Any]]:
    """What a maker gives until its library, of another version than it knows, refuses."""
    try:
        yield from make()
    except Exception as error:  # noqa: BLE001  libraries may refuse in any way; it is printed
        print(f"  {make.__name__} gave up: {type(error).__name__}: {error}")


def layouts(library: str, thing: Any) -> Iterator[Named]:
    """A thing as each program would write it."""
    protocols = range(6) if library in ("standard", "numpy") else (2, 4, 5)
    for protocol in protocols:
        try:
            yield f"pickle {protocol}", pickle.dumps(thing, protocol)
        except Exception as error:  # noqa: BLE001  libraries may refuse in any way; it is printed
            print(f"  {library} {protocol}: not pickled: {type(error).__name__}")
    if importlib.util.find_spec("joblib") and library != "torch":
        import joblib

        buffer = io.BytesIO()
        try:
            joblib.dump(thing, buffer)
            yield "joblib", buffer.getvalue()
        except Exception as error:  # noqa: BLE001  libraries may refuse in any way; it is printed
            print(f"  {library}: not dumped: {type(error).__name__}")
    if library == "torch":
        import torch

        for layout, new in (("zip", True), ("legacy", False)):
            buffer = io.BytesIO()
            try:
                torch.save(thing, buffer, _use_new_zipfile_serialization=new)
            except Exception as error:  # noqa: BLE001  libraries may refuse in any way; it is printed
                print(f"  torch {layout}: not saved: {type(error).__name__}")
                continue
            yield f"torch {layout}", buffer.getvalue()
