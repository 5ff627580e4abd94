"""How long a request to an upstream may take."""

import msgspec


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """How long each phase of a request may take, in seconds.

    `connect` is for the connection, `first_byte` for the time from the last byte of the request to the first of the
    reply's body, `between` for silence after that, and `total` for the request with all that is tried for it.
    """

    connect: float = 5.0
    first_byte: float = 60.0
    between: float = 60.0
    total: float = 600.0
