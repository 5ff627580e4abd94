"""The fence of backticks that models like to put around what they were asked for."""


def unfenced(text: str) -> str:
    """What stands inside when the text is one fenced block, with or without a word behind the opening; else the text.

    Its time is linear: no pattern, which a megabyte of line breaks could keep busy for hours.
    """
    bare = text.strip()
    opening, line_break, rest = bare.partition("\n")
    if not (line_break and opening.startswith("```") and rest.endswith("```")):
        return text
    word = opening[3:].strip()
    return text if "`" in word or len(word.split()) > 1 else rest[:-3]
