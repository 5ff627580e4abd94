"""An Inspection with everything that a report has to stand: hostile names, bytes that are no text, every verdict."""

from seatrial.core.finding import Finding, Inspection, Scanned

HOSTILE = "models/<img src=x onerror=alert(1)>\x1b[2J\u202eslk.pkl"
NOT_UTF8 = "models/caf\udce9.pkl"
EVIDENCE = "os.system('</code><script>alert(2)</script> & \"quoted\"')\x1b]0;owned\x07"
MEMBER = "data.pkl!in\nside\x1b[31m"

ATTACK = Finding(
    "pickle.dangerous-call",
    "attack",
    "Calls something dangerous when it is loaded",
    HOSTILE,
    member=MEMBER,
    offset=1234,
    evidence=EVIDENCE,
    why="Whoever wrote it decides what happens.",
    mend="Do not load it.",
    taxonomy=("CWE-502", "LLM04:2026"),
)
UNREAD = Finding("file.unread", "unread", "Could not be read", NOT_UTF8, evidence="Permission denied \udcff")
REVIEW = Finding("pickle.unlisted-global", "review", "Not on the allow-list", "own.pkl", offset=31, evidence="my.Own")
SECRET = Finding("secrets.found", "review", "A secret", "config.yaml", line=7, evidence="an AWS key, AKIA…")
NOTE = Finding("loader.unknown-version", "low", "Only safe with a recent loader", "good.pt", evidence="torch")


def make_inspection(**changed: object) -> Inspection:
    """Files of every verdict, a note, and something that was accepted."""
    files = (
        Scanned.of(HOSTILE, (ATTACK,), ("zip", "pickle"), 4321),
        Scanned.of("own.pkl", (REVIEW,), ("pickle",), 40),
        Scanned.of("config.yaml", (SECRET,), ("yaml", "text"), 99),
        Scanned.of(NOT_UTF8, (UNREAD,)),
        Scanned.of("good.pt", (NOTE,), ("zip", "pickle"), 10),
        Scanned.of("plain.safetensors", (), ("safetensors",), 8),
    )
    whole = Inspection(files=files, skipped=3, accepted=(SECRET,))
    return Inspection(**{**{name: getattr(whole, name) for name in whole.__struct_fields__}, **changed})


def many(count: int, severity: str = "review") -> Inspection:
    """One file with many Findings."""
    found = tuple(Finding("a.b", severity, "Again", "x.pkl", offset=i, evidence=f"n{i}") for i in range(count))
    return Inspection(files=(Scanned.of("x.pkl", found),))
