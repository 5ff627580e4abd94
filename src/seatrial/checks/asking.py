"""Which Targets does a Check ask?"""


def asked_by(check: object) -> frozenset[str]:
    """The names of the Targets that a Check asks, with those that Checks inside it ask.

    A Check that asks any says so by a property `asks`; one that is made of others holds them in `check` or `checks`.
    """
    asks, inside = getattr(check, "asks", ()), getattr(check, "checks", ())
    inner = [getattr(check, "check", None), *(inside if isinstance(inside, tuple) else ())]
    own = frozenset(asks) if isinstance(asks, tuple) else frozenset[str]()
    return own.union(*[asked_by(each) for each in inner if each is not None])
