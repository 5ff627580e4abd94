"""English verbs behind `he` and `she`, made to agree with `they`."""

import re

_IRREGULAR = {"is": "are", "was": "were", "has": "have", "does": "do", "goes": "go"} | {
    "isn't": "aren't", "wasn't": "weren't", "hasn't": "haven't", "doesn't": "don't",
}  # fmt: skip
_ADVERB = r"(?:also|always|never|often|still|just|really|only|then|now|already|sometimes|perhaps|even|[a-z]+ly)"
_SUBJECT = re.compile(
    rf"\b(?P<who>s?he)(?:(?P<short>['’]s)\b(?P<next>\s+[a-z]+)?|(?P<adverbs>(?:\s+{_ADVERB})*)\s+(?P<verb>[a-z]+n['’]t\b|[a-z]+))",
    re.IGNORECASE,
)
_TURNED = re.compile(
    r"\b(?P<verb>is|was|has|does|isn['’]t|wasn['’]t|hasn['’]t|doesn['’]t)(?P<who>\s+s?he)\b", re.IGNORECASE
)
_AND_ANOTHER = re.compile(
    rf"\b(?:and|or|but|then)\s+(?:{_ADVERB}\s+)*(?!always|perhaps|sometimes|this|his|us\b)[a-z]+s\b", re.I
)
_NO_VERBS = frozenset(
    ["as", "this", "thus", "us", "his", "its", "yes", "plus", "unless", "perhaps", "always", "sometimes"]
)
_HAS = frozenset(["been", "got", "had"])
_EITHER = re.compile(
    r"\s+(?:\w+ed|gone|lost|done|taken|forgotten|left|made|found|broken|come|become|paid|sent)\Z", re.I
)


def agreeing_with_they(text: str) -> str | None:
    """The text with its verbs behind `he` and `she` in the plural; the pronouns stay.

    None where the form is not sure: a second verb behind `and`, or `he's` before what may be a participle.
    """
    if _AND_ANOTHER.search(text):
        return None
    made, place = list[str](), 0
    for found in _SUBJECT.finditer(text):
        if found["short"] is not None:
            word = (found["next"] or "").strip().lower()
            if _EITHER.match(found["next"] or ""):
                return None
            made += [text[place : found.start("short")], found["short"][0] + ("ve" if word in _HAS else "re")]
            place = found.end("short")
        else:
            made += [text[place : found.start("verb")], plural(found["verb"])]
            place = found.end("verb")
    whole = "".join([*made, text[place:]])
    return _TURNED.sub(lambda found: plural(found["verb"]) + found["who"], whole)


def plural(verb: str) -> str:
    """A verb in the third person singular as one of the plural; any other form as it is."""
    word = verb.lower().replace("’", "'")
    if word in _IRREGULAR:
        made = _IRREGULAR[word].replace("'", "’" if "’" in verb else "'")
    elif not word.endswith("s") or word.endswith("ss") or word in _NO_VERBS or len(word) < 3:
        return verb
    elif word.endswith("ies") and len(word) > 4:
        made = f"{word[:-3]}y"
    elif word.endswith(("sses", "shes", "ches", "xes", "zzes", "oes")):
        made = word[:-2]
    else:
        made = word[:-1]
    return made.upper() if verb.isupper() else made.capitalize() if verb[0].isupper() else made
