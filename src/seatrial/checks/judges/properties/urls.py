"""Are the answer's addresses well formed and allowed?"""

import re
from typing import ClassVar

from seatrial.checks.arguments import Texts, as_texts
from seatrial.checks.built_in import BuiltIn
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.wording import quoted
from seatrial.core.check import Evidence
from seatrial.core.errors import Mistake
from seatrial.core.score import Score
from seatrial.text.links import MOST_CHARACTERS, Link, host_allowed, links_in

_HOST = re.compile(r"(?:\*\.)?[\w-]+(?:\.[\w-]+)*|[0-9A-Fa-f:]+")


class Urls(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every address in the answer is well formed (RFC 3986) and leads to one of `hosts`; nothing is ever fetched.

    `hosts` are names, `*.example.com` stands for all below example.com; without it any host will do. `schemes` (http
    and https) are allowed. With `required` there must be an address at all. Whether a page exists is not looked at.
    """

    hosts: Texts = ()
    schemes: tuple[str, ...] = ("http", "https")
    required: bool = False

    title = "urls"
    short: ClassVar[str | None] = "hosts"
    after: ClassVar[str] = "RFC 3986, RFC 1123"

    def prepare(self) -> None:
        """Refuse hosts that are addresses."""
        for host in as_texts(self.hosts):
            if not _HOST.fullmatch(host):
                raise Mistake(f"`urls` wants a host such as `example.com` or `*.example.com`, not `{host[:60]}`")

    def judge(self, evidence: Evidence) -> Score:
        """Read each address, and name the first that is wrong."""
        count = 0
        for link in links_in(evidence.text):
            count += 1
            wrong = link.wrong or self._not_allowed(link)
            if wrong:
                return self.says(False, f"The address {quoted(_without_user(link.text))} will not do: {wrong}.")
        if len(evidence.text) > MOST_CHARACTERS:
            return self.cannot_say(
                f"It has {len(evidence.text):,} characters, and only {MOST_CHARACTERS:,} are searched."
            )
        if not count:
            return self.says(not self.required, "There is no address in it.", 0)
        return self.says(
            True, f"{count:,} {'address is' if count == 1 else 'addresses are'} well formed and allowed.", count
        )

    def _not_allowed(self, link: Link) -> str:
        if link.scheme and link.scheme not in self.schemes:
            return f"its scheme is {link.scheme[:20]}"
        hosts = as_texts(self.hosts)
        return "" if not hosts or host_allowed(link.host, hosts) else f"its host is {quoted(link.host, 40)}"

    @classmethod
    def example(cls) -> Example:
        """The right host, and one that looks like it."""
        good, bad = "See https://www.example.com/fares.", "See https://example.com.fares.test/."
        return examples_of({"urls": ["example.com", "*.example.com"]}, good, bad)


def _without_user(address: str) -> str:
    """An address without what stands before an `@` of its host: that may be a password."""
    return re.sub(r"(?<=://)[^/@]*@", "…@", address)
