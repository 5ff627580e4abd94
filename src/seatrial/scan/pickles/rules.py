"""What can be found in a pickle."""

from typing import Final

from seatrial.scan.rule import UNSAFE_LOADING, Rule

_WHY_CALL: Final = (
    "Loading the file calls this with arguments that the file gives: whoever wrote it decides what happens."
)
_MEND_ATTACK: Final = "Do not load it. Find out where it came from, and get the model from its maker as safetensors."
_MEND_REVIEW: Final = (
    "Look at what it is. If it is your own class, `seatrial allow` proposes the line for the allow-list."
)
_WHY_ODD: Final = "No program writes this; it is made by hand, to look harmless to a reader and not to the loader."


def _attack(name: str, title: str, why: str) -> Rule:
    return Rule(f"pickle.{name}", "attack", title, why, _MEND_ATTACK, UNSAFE_LOADING)


def _review(name: str, title: str, why: str, mend: str = _MEND_REVIEW) -> Rule:
    return Rule(f"pickle.{name}", "review", title, why, mend, UNSAFE_LOADING)


DANGEROUS_CALL = _attack("dangerous-call", "Calls something dangerous when it is loaded", _WHY_CALL)
DANGEROUS_REFERENCE = _attack(
    "dangerous-reference",
    "Refers to something dangerous",
    "Nothing honest ships it; what uses the object will call it.",
)
DANGEROUS_CODE = _attack(
    "dangerous-code",
    "Ships code that runs commands or reaches out",
    "The names in the code say that it starts programs, runs text as code, or opens connections.",
)
PAYLOAD = _attack(
    "payload",
    "Gives an unknown function a text that reads like a command or like code",
    "What the function does with it is not known, but honest data does not read like that.",
)
COMPUTED_NAME = _attack(
    "computed-name",
    "Imports something whose name is only known while loading",
    "Honest files spell the names of what they import; this one hides it.",
)
STRANGE_NAME = _attack("strange-name", "Imports a name that no program defines", _WHY_ODD)
CALL_OF_RESULT = _attack(
    "call-of-result",
    "Calls what another call gave",
    "Chains of calls reach functions that are never named; honest files call classes by name.",
)
STRANGE_ARGUMENTS = _attack("strange-arguments", "Calls with arguments that are no tuple", _WHY_ODD)
CHANGED_GLOBAL = _attack(
    "changed-global",
    "Writes into a class, a module or something that takes no state",
    "What is changed is shared by the whole program: its functions can be replaced that way.",
)
SPECIAL_KEYS = _attack(
    "special-keys",
    "Sets attributes that decide how an object behaves",
    "Double-underscore attributes such as `__class__` or `__setstate__` make the loader call what the file names.",
)
EXTENSION = _attack(
    "extension-registry",
    "Imports by a number of the extension registry",
    "What the number stands for is not in the file.",
)
CUT_FRAME = _attack(
    "cut-frame",
    "A frame ends inside an argument",
    "Python's two unpicklers read such a file differently; it shows a scanner what the loader does not see.",
)
STRANGE_FORM = _attack("strange-form", "Is written in a way no program writes", _WHY_ODD)
ABSURD_SIZE = _attack("absurd-size", "Declares more bytes than there can be", "It is made to exhaust whoever loads it.")
ENDLESS = _attack(
    "endless",
    "Goes through something that has no end",
    "Loading it takes all memory or all time: it is made to exhaust whoever loads it.",
)
EXPANSION = _attack(
    "expansion",
    "Holds itself so many times over that nothing can go through it",
    "A few bytes stand for more than a billion items: comparing, printing or copying them never ends.",
)
TWO_READINGS = _attack(
    "two-readings",
    "Array data that are a pickle for another loader",
    "joblib skips these bytes as an array; `pickle.load` would run them.",
)
NOTHING_KNOWN = _review(
    "unlisted-global",
    "Needs something that is not on the allow-list",
    "Loading imports it and may run its code; nothing is known against it or for it.",
)
ONLY_NAMED = _review(
    "unlisted-call",
    "Calls something that honest files only refer to",
    "What the call does depends on its arguments, which the file gives.",
)
WARY_REFERENCE = _review(
    "wary-reference",
    "Refers to something that would be dangerous to call",
    "The file does not call it; what uses the object may.",
)
CODE_INSIDE = _review(
    "code-inside",
    "Ships functions or classes as code",
    "cloudpickle and dill write code into the file; what it does when it is used cannot be judged by names.",
    "Load it only if you trust its maker; better: put the function into a package and pickle by reference.",
)
PERSISTENT = _review(
    "persistent-id",
    "Leaves objects to the loader",
    "Only the program that wrote the file knows what the id stands for.",
)
OUT_OF_BAND = _review("out-of-band", "Needs buffers that are not in the file", "What they hold was not seen.")
SECOND_STATE = _review("second-state", "Gives an object its state twice", "Honest pickles give it once.")
OVERWRITTEN = _review("overwritten-memo", "Overwrites what it remembered", "Honest pickles remember a thing once.")
MALFORMED = _review(
    "malformed",
    "Breaks off in the middle of an opcode that cannot be carried out",
    "What stands before the break is carried out all the same when it is loaded.",
    "Get the file again; if it stays like this, do not load it.",
)
TRAILING = _review(
    "trailing-data",
    "Other bytes stand behind the end of the pickle",
    "Loaders stop at the end; what is behind it is hidden from them and may be meant for another program.",
    "Find out what wrote them.",
)
MANY = _review("many-findings", "More is wrong than is listed", "The list was cut.", "Look at the first findings.")

RULES = tuple(value for value in list(globals().values()) if isinstance(value, Rule))
