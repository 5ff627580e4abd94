"""Addresses in a text: found, taken apart, and what is wrong with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.text.links import host_allowed, links_in, read_link


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See https://example.com.", ["https://example.com"]),
        ("(https://example.com/a_(b))", ["https://example.com/a_(b)"]),
        ("<https://example.com/>", ["https://example.com/"]),
        ("**https://example.com/x**", ["https://example.com/x"]),
        ("www.example.com, yes", ["www.example.com"]),
        ("[a](https://example.com/x)", ["https://example.com/x"]),
        ("[a](https://example.com/x_(y) 'title')", ["https://example.com/x_(y)"]),
        ("[a](page.html) and [b](#there)", []),
        ("a https://a.org b http://b.org c", ["https://a.org", "http://b.org"]),
        ("ftp://files.example.com/a", ["ftp://files.example.com/a"]),
        ("kim@www.example.com", []),
        ("example.com has no scheme", []),
        ("https://example.com/?q=a&b=c#d!", ["https://example.com/?q=a&b=c#d"]),
        ("„https://example.com“", ["https://example.com"]),
        ("", []),
    ],
)
def test_addresses_are_found(text, found):
    """An address ends before the signs of its sentence and keeps its own brackets."""
    assert [link.text for link in links_in(text)] == found


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com",
        "https://example.com:8443/a/b?c=d%20e#f",
        "http://127.0.0.1:8080/",
        "http://[2001:db8::1]/x",
        "https://münchen.example/ä",
        "https://xn--mnchen-3ya.example",
        "http://localhost:3000",
        "www.example.co.uk",
        "https://a.b.c.d.example.com.",
        "https://user@example.com/",
    ],
)
def test_well_formed(address):
    """Hosts, ports, queries, numbers and other scripts are well formed."""
    assert read_link(address).wrong == ""


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("https://", "no host"),
        ("https:///path", "no host"),
        ("https://a..b", "no name of a host"),
        ("https://-a.com", "no name of a host"),
        ("https://example", "no name of a host"),
        ("https://999.1.1.1", "no name of a host"),
        ("https://1.2.3", "no name of a host"),
        ("https://" + "a" * 64 + ".com", "no name of a host"),
        ("https://" + "a." * 130 + "com", "no name of a host"),
        ("https://exa mple.com", "must be escaped"),
        ("https://example.com\\@evil.test", "must be escaped"),
        ("https://example.com/{id}", "must be escaped"),
        ("https://example.com/%zz", "hexadecimal"),
        ("https://example.com/100%", "hexadecimal"),
        ("https://example.com:99999/", "port"),
        ("https://example.com:abc/", "port"),
        ("https://[::1", "ipv6"),
        ("https://[nonsense]/", ""),
    ],
)
def test_ill_formed(address, wrong):
    """What is wrong is named, and nothing is raised."""
    assert wrong in read_link(address).wrong
    assert read_link(address).wrong


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://Example.COM/", "example.com"),
        ("https://example.com@evil.test/", "evil.test"),
        ("https://evil.test/https://example.com", "evil.test"),
        ("https://evil.test#example.com", "evil.test"),
        ("https://evil.test?example.com", "evil.test"),
        ("https://example.com.evil.test", "example.com.evil.test"),
        ("https://example.com.:443/", "example.com"),
    ],
)
def test_the_host_is_where_it_leads(address, host):
    """Names before an `@`, in a path or in a query are not the host."""
    assert read_link(address).host == host


@pytest.mark.parametrize(
    ("host", "allowed", "may"),
    [
        ("example.com", ("example.com",), True),
        ("www.example.com", ("example.com",), False),
        ("www.example.com", ("*.example.com",), True),
        ("a.b.example.com", ("*.example.com",), True),
        ("example.com", ("*.example.com",), False),
        ("evilexample.com", ("*.example.com",), False),
        ("example.com", ("Example.COM",), True),
        ("example.com", (), False),
    ],
)
def test_hosts_that_are_allowed(host, allowed, may):
    """A name allows itself, a star allows what is below it, and nothing that only ends alike."""
    assert host_allowed(host, allowed) is may


@given(st.text(alphabet="htps:/.w[]()@%\\ a1-\n", max_size=80))
def test_any_text_is_read(text):
    """No text makes the search fail; every address found stands in it."""
    for link in links_in(text):
        assert link.text in text
        assert link.wrong or link.host


@pytest.mark.parametrize("piece", ["http://", "](", "www.", "http://a", "](http://a(", "://", "a)"])
def test_long_texts_end(piece):
    """A long row of one piece is read to its end."""
    assert isinstance(list(links_in(piece * 50_000)), list)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("看 https://example.com/a，然后走", "https://example.com/a"),
        ("https://example.com/ferry。", "https://example.com/ferry"),
        ("（https://example.com/a）", "https://example.com/a"),
        ("「https://example.com/b」です", "https://example.com/b"),
        ("„https://example.com/c“", "https://example.com/c"),
        ("«https://example.com/d»", "https://example.com/d"),
    ],
)
def test_signs_of_other_languages_end_an_address(text, address):
    """Where no space stands behind an address, the sign behind it does not belong to it."""
    [link] = links_in(text)
    assert (link.text, link.wrong) == (address, "")
