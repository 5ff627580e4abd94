"""`_target_` in Hydra and NeMo configs: the names that will be called, and which of them only build parts of models.

Source: hydra.cc, "Instantiating objects with Hydra"; CVE-2025-23304 (NeMo); Unit 42, "Remote code execution with modern
AI/ML formats and libraries" (2026): NeMo, Uni2TS, ml-flextok.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from seatrial.core.finding import Finding
from seatrial.scan.configs.documents import objects
from seatrial.scan.part import Part
from seatrial.scan.rule import SUPPLY_CHAIN, UNSAFE_LOADING, Rule
from seatrial.scan.source.dangers import danger_of, loading_danger

CALLS = Rule(
    "config.calls-dangerous",
    "attack",
    "The config names a function that reaches out of the program",
    "Whoever instantiates the config calls it, with the arguments that stand beside it (CVE-2025-23304).",
    "Do not load it.",
    UNSAFE_LOADING,
)
UNKNOWN = Rule(
    "config.calls-unknown",
    "review",
    "The config builds an object of a class that is not known",
    "Whoever instantiates the config calls that class, with the arguments that stand beside it.",
    "Look at what the class does with its arguments.",
    ("CWE-470", *SUPPLY_CHAIN),
)
REMOTE = Rule(
    "config.trusts-remote-code",
    "review",
    "The config lets code from a model hub run",
    "`trust_remote_code` downloads source and imports it.",
    "Set it to false, or keep the code with its digest.",
    ("CWE-829", *SUPPLY_CHAIN),
)
RULES: Final = (CALLS, UNKNOWN, REMOTE)
_OTHER_KEYS: Final = ("target", "cls", "class_path", "func", "callable", "_class_name_")
"""Keys that some libraries resolve as names, and others use for anything: only what is dangerous counts."""
_LONGEST: Final = 1000
"""Characters of a name that is looked at; nobody's class has a longer one."""
_DOTTED: Final = re.compile(r"[A-Za-z_]\w*(\.\w+)+")
_BUILDS: Final = re.compile(
    r"(nemo|nemo_text_processing|megatron|transformer_engine|pytorch_lightning|lightning|lightning_fabric|torchmetrics|"
    r"torchvision\.(transforms|models|datasets|ops)|torchaudio\.(transforms|models|functional)|torchtext|transformers|"
    r"diffusers|timm|monai|omegaconf|hydra_plugins|hydra\.(conf|core|_internal\.(core_plugins|launcher)|sweeper)|torch\.(nn|optim|"
    r"utils\.(data|tensorboard)|distributions|float\w+|bfloat16|device|Generator)|sklearn|xgboost|lightgbm|catboost|peft|accelerate\.Accelerator|"
    r"datasets\.load_dataset|torch_geometric|einops|segmentation_models_pytorch|albumentations|kornia|fairseq|fairseq2|"
    r"speechbrain|espnet2?|detectron2|mmcv|mmdet|mmseg|mmengine|audiocraft|sam2|sam3|uni2ts|gluonts|flextok|rich|optuna|ray\.tune|wandb|"
    r"mlflow|tensorboard|logging\.(getLogger|StreamHandler|Formatter)|colorlog|aim|torchrl|gymnasium|gym|stable_baselines3|"
    r"keras\.(layers|optimizers|losses|metrics|callbacks|models|initializers|regularizers)|numpy\.(array|float\w+|int\w+|random)|"
    r"math|collections\.(OrderedDict|defaultdict|deque)|pathlib\.Path|datetime|decimal|fractions|functools\.partial|"
    r"builtins\.(dict|list|tuple|set|int|float|str|bool|slice|range|max|min|sum|len|round|abs|zip|map|filter|sorted))(\.[A-Za-z_]\w*)*"
)
"""What honest configs are made of. Names that are dangerous are asked about first."""
_MODULES: Final = frozenset(
    str.split(
        "os sys subprocess builtins importlib shutil socket ctypes pickle marshal posix pty runpy code urllib requests"
    )
)
_WITHIN: Final = re.compile(
    r"eval|exec|compile|__import__|system|popen|Popen|load_module|import_module|check_output|load_state|unpickle", re.I
)
_CALL: Final = re.compile(
    r"(run|call)_(cmd|command|process|shell)|shell|subprocess|spawn|execute_command|pickle|safe_eval|literal", re.I
)


def target_findings(part: Part, whole: Any, lines: Mapping[str, int] | None = None) -> Iterator[Finding]:
    """What the targets in a config come to.

    Args:
        part: Where it stands.
        whole: The parsed config.
        lines: Where texts stand, if that is known.

    Raises:
        OverBudget: It has too many objects.
    """
    told: set[str] = set()
    for each in objects(whole, part):
        name = each.get("_target_", each.get("class_path") if "init_args" in each else None)
        line = (lines or {}).get(name) if isinstance(name, str) else None
        if isinstance(name, str) and name not in told:
            told.add(name)
            yield from _target(part, name.strip(), each, line)
        for key in _OTHER_KEYS:
            other = each.get(key)
            if isinstance(other, str) and _DOTTED.fullmatch(other) and danger_of(other):
                yield part.finding(CALLS, f"{key}: {other}: {danger_of(other)}", line=(lines or {}).get(other))
        if str(each.get("trust_remote_code")).lower() in ("true", "yes", "on", "1"):
            yield part.finding(REMOTE, "trust_remote_code: true", line=(lines or {}).get("trust_remote_code"))


def _target(part: Part, name: str, given: dict[str, Any], line: int | None) -> Iterator[Finding]:
    if "${" in name:
        yield part.finding(UNKNOWN, f"_target_: {name} is worked out when it is loaded", line=line)
        return
    if len(name) > _LONGEST:
        yield part.finding(UNKNOWN, name, line=line)
        return
    spelled = name.replace(":", ".")
    is_part = _BUILDS.fullmatch(spelled) is not None
    danger = (danger_of(spelled) if is_part else loading_danger(spelled)) or danger_of(f"builtins.{spelled}")
    last = spelled.rpartition(".")[2]
    if danger is None and (_WITHIN.fullmatch(last) or _nested(spelled) or _CALL.search(last)):
        danger = "is named like something that runs commands or code"
    if danger is not None:
        arguments = {key: value for key, value in given.items() if key != "_target_"}
        yield part.finding(CALLS, f"{name}({_shown(arguments)}): {danger}", line=line)
    elif not is_part and spelled not in part.settings.allowed:
        yield part.finding(UNKNOWN, name, line=line)


def _nested(name: str) -> str | None:
    """The danger of a way through an honest module: `torch.serialization.os.system`, `nemo.core.subprocess.run`."""
    parts = name.split(".")
    tails = (".".join(parts[start:]) for start in range(1, len(parts) - 1))
    return next((reason for tail in tails if (reason := danger_of(tail)) and tail.partition(".")[0] in _MODULES), None)


def _shown(arguments: dict[str, Any]) -> str:
    return ", ".join(
        str(value) if key == "_args_" else f"{key}={value!r}"[:100] for key, value in list(arguments.items())[:4]
    )
