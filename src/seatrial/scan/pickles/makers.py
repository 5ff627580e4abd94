"""Names with which cloudpickle and dill make functions, classes and modules out of what is in the file."""

from typing import Final

from seatrial.scan.pickles.names import words

_CLOUDPICKLE: Final = (
    "cloudpickle.cloudpickle",
    "cloudpickle.cloudpickle_fast",
    "cloudpickle",
    "joblib.externals.cloudpickle.cloudpickle",
    "joblib.externals.cloudpickle.cloudpickle_fast",
    "joblib.externals.cloudpickle",
    "ray.cloudpickle.cloudpickle",
    "ray.cloudpickle.cloudpickle_fast",
    "pyspark.cloudpickle.cloudpickle",
    "pyspark.cloudpickle.cloudpickle_fast",
    "pyspark.cloudpickle",
    "dill._dill",
    "dill.dill",
)
_MAKE: Final = words(
    "_make_function _make_skeleton_class _make_skeleton_enum _make_cell _make_empty_cell _class_setstate "
    "_function_setstate _fill_function _make_skel_func _rehydrate_skeleton_class _make_dict_keys _make_dict_values "
    "_make_dict_items _make_typevar _get_cell_contents _gen_ellipsis _gen_not_implemented _restore_attr "
    "_modules_to_main "
    "_lookup_class_or_track _lookup_capture_cell _getobject _empty_cell_value cell_set _reconstruct_global_function "
    "_create_function _create_code _create_type _create_cell _create_namedtuple _create_lock _create_rlock "
    "_create_weakref _create_weakproxy _create_dtypemeta _create_typing_tuple _create_array _create_ftype _setattr "
    "_delattr _setitems _get_attr"
)
FUNCTIONS: Final = tuple(f"{module}.{name}" for module in _CLOUDPICKLE for name in sorted(_MAKE))
TYPES: Final = tuple(f"{module}.{name}" for module in _CLOUDPICKLE for name in ("_builtin_type", "_load_type"))
IMPORTS: Final = tuple(
    f"{module}.{name}" for module in _CLOUDPICKLE for name in ("subimport", "dynamic_subimport", "_import_module")
)
CODE_TYPES: Final = tuple(
    f"types.{name}" for name in ("CodeType", "FunctionType", "LambdaType", "MethodType", "CellType")
)
MAKERS: Final = frozenset((*FUNCTIONS, *TYPES, *IMPORTS))
"""Full names; what they give may itself be called or made an instance of."""
