"""A target that translates badly: what comes back means the same and is worded otherwise."""

import re


def translate(request):
    """The text with other words for some, as a translation there and back would have them."""
    text = request.messages[-1].content.rpartition("\n\n")[2]
    for word, other in (("leave", "depart"), ("How much is", "Tell the price of"), ("When does", "At which hour does")):
        text = re.sub(rf"\b{word}\b", other, text)
    return text
