"""XML: entities, includes and document types that fetch; PMML and others that do not are clean."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scanning import ids, scanned

FILE = '<?xml version="1.0"?><!DOCTYPE PMML [<!ENTITY x SYSTEM "file:///etc/passwd">]><PMML version="4.4">&x;</PMML>'
EXTERNAL = [
    FILE,
    '<!DOCTYPE a [<!ENTITY x PUBLIC "-//a//b" "http://example.org/x">]><a>&x;</a>',
    '<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY % p SYSTEM "http://example.org/x.dtd"> %p;]><a/>',
    '<?xml version="1.0"?><!DOCTYPE a [\n<!-- c --><!ELEMENT a ANY>\n<!ENTITY x SYSTEM "expect://id">]><a>&x;</a>',
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "../../secret" NDATA gif>]><a/>',
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;<unclosed>',
]
QUIET = [
    '<?xml version="1.0"?><PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/></PMML>',
    '<PMML version="4.4"><Extension name="a" value="b"/></PMML>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd"><plist/>',
    '<?xml version="1.0"?><!DOCTYPE a SYSTEM "a.dtd"><a/>',
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY nbsp "&#160;"><!ENTITY two "&nbsp;&nbsp;">]><a>&two;</a>',
    '<?xml version="1.0" encoding="ISO-8859-1"?><a/>',
    '<?xml version="1.0"?><a><unclosed></a>',
    '<?xml version="1.0"?><a xmlns:xi="http://www.w3.org/2001/XInclude"/>',
    '<?xml version="1.0"?>\n<!-- <!ENTITY x SYSTEM "file:///etc/passwd"> --><a/>',
]


@pytest.mark.parametrize("text", EXTERNAL)
def test_external_entities_are_attacks(text):
    """Entities of files and addresses are found, general and parameter ones, in broken documents too."""
    assert "xml.external-entity" in ids(scanned(text.encode(), "a.xml"))


@pytest.mark.parametrize("text", QUIET)
def test_ordinary_documents_are_clean(text):
    """Well-known document types, small entities and comments are no finding."""
    assert scanned(text.encode(), "a.xml").verdict == "clean"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le", "utf-8-sig"])
def test_encodings_hide_nothing(encoding):
    """Entities are found in UTF-16 as well."""
    text = FILE.replace('"1.0"', '"1.0" encoding="utf-16"') if "16" in encoding else FILE
    assert "xml.external-entity" in ids(scanned(text.encode(encoding), "model.pmml"))


def test_odd_encodings_are_for_review():
    """An encoding that a scanner and a reader may see differently is for review."""
    assert ids(scanned(b'<?xml version="1.0" encoding="UTF-7"?>+ADw-a/+AD4-', "a.xml")) == ["xml.odd-encoding"]
    assert ids(scanned('<?xml version="1.0"?><a/>'.encode("cp037"), "a.xml")) == ["xml.odd-encoding"]


def bomb(levels, width=10):
    """Entities of entities."""
    inner = "".join(f'<!ENTITY a{at} "{f"&a{at - 1};" * width}">' for at in range(1, levels))
    return f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "aaaaaaaaaa">{inner}]><a>&a{levels - 1};</a>'.encode()


@pytest.mark.parametrize("levels", [8, 30])
def test_entity_bombs_are_attacks(levels):
    """Entities that unfold to millions are an attack, and are never unfolded."""
    assert "xml.entity-bomb" in ids(scanned(bomb(levels), "a.pmml"))


def test_parameter_entities_count():
    """A bomb of parameter entities is found; a few small ones are not."""
    text = bomb(9).replace(b"ENTITY a", b"ENTITY % a").replace(b"&a", b"%a")
    assert "xml.entity-bomb" in ids(scanned(text, "a.xml"))
    assert scanned(bomb(3), "a.xml").verdict == "clean"


@pytest.mark.parametrize(
    "href", ['href="/etc/passwd"', 'href="file:///a"', 'href="http://a/b"', 'href="a" parse="text"']
)
def test_includes_from_the_system_are_attacks(href):
    """XInclude of files of the system, of addresses, and as plain text."""
    text = f'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include {href}/></a>'
    assert scanned(text.encode(), "a.xml").verdict == "attack"


def test_other_includes_are_for_review():
    """Documents may be made of parts."""
    text = b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="part.xml"/></a>'
    assert ids(scanned(text, "a.xml")) == ["xml.includes-file"]


@pytest.mark.parametrize("system", ["../../a.dtd", "/a.dtd", "file:///a.dtd", "http://example.org/a.dtd"])
def test_document_types_from_elsewhere_are_for_review(system):
    """A document type that is fetched is for review."""
    assert ids(scanned(f'<!DOCTYPE a SYSTEM "{system}"><a/>'.encode(), "a.xml")) == ["xml.foreign-doctype"]


@pytest.mark.parametrize("space", ["http://xml.apache.org/xalan/java", "urn:schemas-microsoft-com:xslt"])
def test_scripts_in_stylesheets_are_for_review(space):
    """Namespaces by which a stylesheet calls code are for review."""
    text = f'<?xml version="1.0"?><xsl:stylesheet version="1.0" xmlns:x="{space}"/>'
    assert ids(scanned(text.encode(), "a.xsl")) == ["xml.runs-script"]


@pytest.mark.parametrize("text", ["<!doctype html><html></html>", "<html><body/></html>", "<p>text", "a < b > c"])
def test_other_texts_are_no_xml(text):
    """HTML and texts with angle brackets are left to others."""
    assert "xml" not in scanned(text.encode(), "a.html").formats


def test_include_far_into_a_document_is_found():
    """What stands behind megabytes of honest elements counts."""
    text = (
        b"<PMML>"
        + b"<Node/>" * 700_000
        + b'<x xmlns="http://www.w3.org/2001/XInclude"><include href="file:///a"/></x></PMML>'
    )
    assert scanned(text, "a.pmml").verdict == "attack"


@settings(max_examples=80, deadline=None)
@given(st.sampled_from([*EXTERNAL, *QUIET]), st.integers(0, 400), st.binary(max_size=3), st.integers(0, 200))
def test_any_change_has_a_verdict(text, place, piece, cut):
    """No bytes that are changed, and no end that is cut, make the reader fail."""
    data = bytearray(text.encode())
    place %= len(data)
    data[place : place + len(piece)] = piece
    assert "file.reader-failed" not in ids(scanned(bytes(data[: max(0, len(data) - cut)]), "a.xml"))
