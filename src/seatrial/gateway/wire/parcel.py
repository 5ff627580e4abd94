"""What goes to a deployment."""

from typing import NamedTuple


class Parcel(NamedTuple):
    """One request on its way.

    `path` stands behind the deployment's base (`/chat/completions`) with its query, `lines` are header lines, each with
    its end (`content-type` among them); who the deployment is and its key are added by its `Live`.
    """

    path: bytes
    lines: bytes
    body: bytes
    method: bytes = b"POST"
