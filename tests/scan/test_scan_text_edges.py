"""Texts, secrets in them and personal data in their rows: what is recognised, and where counting ends."""

import base64
import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scanning import ids, on_disk

from seatrial.scan.blob import BytesBlob
from seatrial.scan.limits import Budget, Limits
from seatrial.scan.part import Part
from seatrial.scan.personal_data import LEAST_DATA, MOST_DATA, PersonalData
from seatrial.scan.secrets import MOST_FOR_PLUGINS, MOST_FOUND, TEXT
from seatrial.scan.texts import BLOCK, MOST_BYTES, OVERLAP, Block, blocks_of, encoding_of, is_text

TAIL = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF"
TOKEN = "gh" + f"p_{TAIL}aB3d"
BODY = base64.b64encode(bytes(range(120))).decode()
HEAD = f"-----BEGIN PRIVATE {'KEY'}-----"


def part_of(data, name="config.txt"):
    """A Part with bytes and a name."""
    data = data if isinstance(data, bytes) else data.encode()
    return Part(BytesBlob(data), name, lambda part: iter(()), Budget(Limits()))


def told(data, name="config.txt"):
    """Id and line of what is found in a text."""
    return [(each.id, each.line) for each in TEXT.inspect(part_of(data, name))]


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("a.txt", True),
        ("a/b.YAML", True),
        ("a\\b.json5", True),
        (".env", True),
        (".env.production", True),
        ("x.env", True),
        ("README", True),
        ("readme.first", True),
        ("LICENSE-MIT", True),
        ("licence_2", True),
        ("Makefile", True),
        ("Dockerfile.gpu", True),
        ("id_rsa", True),
        ("id_ed25519.pub", True),
        ("credentials", True),
        (".gitignore", True),
        (".npmrc", True),
        ("server.key", True),
        ("main.tfvars", True),
        ("x.jinja2", True),
        ("thing", False),
        ("x.pkl", False),
        ("x.bin", False),
        ("txt", False),
        ("x.txt.gz", False),
        ("identity", False),
        ("readmes", False),
        ("x.safetensors", False),
        ("", False),
    ],
)
def test_names_of_texts(name, is_one):
    """Suffixes and names of what people write are texts; those of models are not, whatever they hold."""
    assert is_text(part_of(b"plain words\n", name)) is is_one


@pytest.mark.parametrize("code", [0, 1, 8, 11, 14, 26, 28, 31])
def test_control_characters_make_no_text(code):
    """One byte that no text has makes the start of a file binary."""
    assert encoding_of(b"plain " + bytes([code])) is None


@pytest.mark.parametrize("code", [9, 10, 12, 13, 27, 127])
def test_white_space_and_escapes_stay_texts(code):
    """Tabs, ends of lines and of pages, and colours of a terminal stand in honest texts."""
    assert encoding_of(b"plain " + bytes([code])) == "utf-8"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [(b"\xff\xfe", None), (b"\xfe\xff", None), (b"\xff\xfex\0", "utf-16-le"), (b"\xef\xbb\xbf", "utf-8-sig")],
)
def test_a_mark_alone_is_no_text_in_utf_16(data, encoding):
    """A mark of UTF-16 that nothing follows says nothing; an empty text of Windows is one."""
    assert encoding_of(data) == encoding


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=200), st.integers(0, 3))
def test_a_start_that_cuts_a_letter_is_still_text(text, cut):
    """The first bytes of a file may end in the middle of a letter."""
    data = text.encode()
    assert encoding_of(data[: max(1, len(data) - cut)]) is not None


@settings(max_examples=15)
@given(st.lists(st.sampled_from(["short\n", "x" * 70_000 + "\n", "\n", "caf\u00e9 \u20ac\n"]), min_size=1, max_size=60))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_blocks_are_the_whole_text(encoding, lines):
    """However long the lines, blocks of whole lines put together are the text, and each knows its first line."""
    text = "".join(lines)
    mark = "\ufeff" if encoding != "utf-8" else ""
    blocks = list(blocks_of(part_of((mark + text).encode(encoding))))
    assert "".join(each.text for each in blocks) == mark + text if text or mark else not blocks
    for before, after in pairwise(blocks):
        assert after.line == before.line + before.text.count("\n")


@pytest.mark.parametrize("shift", [-2, -1, 0, 1, 2])
def test_a_line_at_the_border_of_a_block_is_whole(shift):
    """One character more or less than a block moves no line."""
    text = "x" * (BLOCK - 1 + shift) + "\nend\n"
    assert "".join(each.text for each in blocks_of(part_of(text)))[-4:] == "end\n"


def test_a_line_longer_than_a_block_is_read_with_an_overlap():
    """What stands at the cut is seen whole on one of its sides."""
    first, second = blocks_of(part_of("x" * (BLOCK - OVERLAP) + "y" * OVERLAP + "z"))
    assert (len(first.text), second.text, second.line) == (BLOCK, "y" * OVERLAP + "z", 1)


def test_a_text_of_the_most_bytes_is_looked_at_whole():
    """The last byte that is allowed leaves nothing behind it, so nothing is said of a rest."""
    assert told((b"\n" * 1023 + b"x") * (MOST_BYTES // 1024)) == []


@pytest.mark.parametrize(
    ("body", "is_one"),
    [
        (f"\n{BODY}", True),
        (f"\\n{BODY}", True),
        (f'",\n"{BODY}', True),
        (f"\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123\n\n{BODY}", True),
        ("\n" + BODY[:40], True),
        ("\n" + BODY[:39] + "-----END", False),
        ("\n...\n", False),
        ("\n<your key here>\n", False),
        ("", False),
    ],
)
def test_a_private_key_needs_a_body(body, is_one):
    """A header with enough of a key behind it is one, through escapes, quotes and headers; an example is none."""
    assert told(HEAD + body) == ([("secrets.found", 1)] if is_one else [])


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("lib/site-packages/x/y.py", "secrets.published"),
        ("usr/lib/python3/dist-packages/x.py", "secrets.published"),
        ("web/node_modules/x/y.js", "secrets.published"),
        ("C:\\env\\Lib\\site-packages\\x.py", "secrets.published"),
        ("site-packages.txt", "secrets.found"),
        ("my-site-packages/x.py", "secrets.found"),
        ("node_modules.py", "secrets.found"),
    ],
)
def test_only_folders_of_installers_hold_published_secrets(path, rule):
    """A folder that is only called alike is the user's own."""
    assert told(f"key = '{TOKEN}'\n", path) == [(rule, 1)]


@pytest.mark.parametrize(
    ("host", "rule"),
    [
        ("localhost:5432", "secrets.local-password"),
        ("0.0.0.0", "secrets.local-password"),
        ("db_1", "secrets.local-password"),
        ("db.local", "secrets.local-password"),
        ("a.b.internal:1", "secrets.local-password"),
        ("x.invalid", "secrets.local-password"),
        ("mail.example.org", "secrets.local-password"),
        ("DB.LOCALHOST", "secrets.local-password"),
        ("127.0.0.11", "secrets.found"),
        ("localhost.harbour.io", "secrets.found"),
        ("internal.harbour.io", "secrets.found"),
        ("example.com.harbour.io", "secrets.found"),
        ("10.1.2.3", "secrets.found"),
        ("myexample.com", "secrets.found"),
    ],
)
def test_passwords_are_local_by_the_whole_host(host, rule):
    """A host that begins or ends like one's own machine is somewhere else."""
    assert told(f"url = postgres://ada:{'hunter22x'}@{host}/ferry\n") == [(rule, 1)]


@pytest.mark.parametrize(("many", "told_"), [(MOST_FOUND, MOST_FOUND), (MOST_FOUND + 1, MOST_FOUND)])
def test_secrets_are_told_to_their_limit(many, told_):
    """Each on its line up to the limit; the next one is left."""
    assert len(told(f"key = '{TOKEN}'\n" * many)) == told_


def test_two_secrets_on_a_line_are_both_told():
    """The same kind twice on a line is one finding, another kind is its own."""
    other = "glp" + f"at-{TAIL[:20]}"
    found = [each.evidence for each in TEXT.inspect(part_of(f"{TOKEN} {other} {TOKEN}"))]
    assert sorted(found) == sorted([f"a GitHub token: {TOKEN[:4]}…", f"a GitLab token: {other[:4]}…"])


@pytest.mark.parametrize(("size", "looked"), [(MOST_FOR_PLUGINS, True), (MOST_FOR_PLUGINS + 1, False)])
def test_plugins_look_at_short_texts_only(size, looked):
    """One character more than the limit, and only our own shapes count."""
    pytest.importorskip("detect_secrets")
    text = "mailchimp = " + "0123456789abcdef" * 2 + "-us12\n"
    assert told(text + "x" * (size - len(text))) == [("secrets.possible", 1)] * looked


def test_plugins_are_silent_where_a_secret_is_known():
    """A file that is already worth a look gets no notes of what may be one."""
    pytest.importorskip("detect_secrets")
    text = "mailchimp = " + "0123456789abcdef" * 2 + f"-us12\nkey = '{TOKEN}'\n"
    assert told(text) == [("secrets.found", 2)]


def test_a_secret_on_disk_makes_the_file_worth_a_look(tmp_path):
    """Through the door that users have: a text is recognised, searched and judged; a binary of that name is not."""
    found = on_disk(tmp_path, f"token: {TOKEN}\n".encode(), "config.yaml")
    assert (found.verdict, "secrets.found" in ids(found)) == ("review", True)
    assert "secrets.found" not in ids(on_disk(tmp_path, TOKEN.encode() + b"\0", "other.yaml"))


@settings(max_examples=40)
@given(st.lists(st.sampled_from(["plain words", f"key = '{TOKEN}'", ""]), max_size=12), st.sampled_from(["\n", "\r\n"]))
def test_each_line_with_a_secret_is_told_and_no_other(lines, end):
    """Whatever stands around, secrets are found at their own lines, whichever way lines end."""
    expected = [("secrets.found", number) for number, line in enumerate(lines, 1) if TOKEN in line]
    assert told(end.join(lines) or "x") == expected


def rows(*texts, name="cases.jsonl"):
    """What is said of rows."""
    person = PersonalData(part_of(b"", name))
    person.add(Block(1, "\n".join(texts)))
    return [(each.id, each.evidence, each.line) for each in person.findings()]


def mails(many):
    """Rows with so many different addresses."""
    return [json.dumps({"ask": f"ada{number}@harbour.io"}) for number in range(many)]


@pytest.mark.parametrize(
    ("with_data", "without", "rule"),
    [
        (LEAST_DATA, 0, "many"),
        (LEAST_DATA, LEAST_DATA * 4, "many"),
        (LEAST_DATA, LEAST_DATA * 4 + 1, "some"),
        (LEAST_DATA - 1, 0, "some"),
        (1, 0, "some"),
    ],
)
def test_a_register_begins_at_both_limits(with_data, without, rule):
    """Enough people in enough of the rows; one fewer, or one row more without, is only some."""
    ((name, evidence, line),) = rows(*mails(with_data), *(['{"ask": "hello"}'] * without))
    assert (name, line) == (f"personal-data.{rule}", 1)
    assert evidence.startswith(f"{with_data} of {with_data + without} rows")


def test_blank_rows_are_no_rows():
    """White space between rows makes no share smaller, and lines are those of the file."""
    ((_, evidence, line),) = rows("", '{"a": 1}', "   ", '{"ask": "ada@harbour.io"}', "")
    assert (evidence.split(" rows")[0], line) == ("1 of 2", 4)


def test_several_data_in_a_row_are_counted_by_kind():
    """A row counts once, its data each; the first of a kind is shown, in the order of kinds."""
    ((_, evidence, _),) = rows("name", "ada@harbour.io bob@harbour.io +49 30 7654321", name="a.csv")
    assert evidence == ("1 of 2 rows with data of persons: 2 e-mail addresses (a***@h***), 1 telephone numbers (+4***)")


@pytest.mark.parametrize(
    ("first", "name", "counts"),
    [
        ('{"a": 1}', "x.txt", True),
        ('  {"a": 1}  ', "x.txt", True),
        ('{"a": 1', "x.txt", False),
        ("[1]", "x.txt", False),
        ("[1]", "x.LOG", True),
        ("a,b", "x.csv.md", False),
        ("a,b", "csv", True),
    ],
)
def test_rows_are_known_by_their_first_line_or_their_name(first, name, counts):
    """An object on the first of several lines, or the suffix of a table."""
    assert bool(rows(first, "ada@harbour.io", name=name)) is counts


def test_only_the_first_block_says_whether_there_are_rows():
    """A text does not become a table further down, and a table stays one."""
    person = PersonalData(part_of(b"", "notes.txt"))
    person.add(Block(1, "Dear all,\nhello\n"))
    person.add(Block(3, "\n".join(mails(3))))
    assert list(person.findings()) == []


def test_after_so_many_data_nothing_more_is_counted():
    """What a file is stands fast long before its end."""
    person = PersonalData(part_of(b"", "a.csv"))
    person.add(Block(1, ("9.9.9.9 and " * 100 + "\n") * (MOST_DATA // 100 + 1)))
    person.add(Block(502, "ada@harbour.io\n"))
    (found,) = person.findings()
    assert found.evidence == "0 of 501 rows with data of persons: 50100 IP addresses (9.***)"


@pytest.mark.parametrize(
    ("datum", "counts"),
    [
        ("ada@example.net", False),
        ("ada@example.harbour.io", True),
        ("ada@myexample.com", True),
        ("ada@test.harbour.io", True),
        ("ada@harbour.test", False),
        ("ada@localhost.harbour.io", True),
        ("1+ada@users.noreply.github.com", False),
        ("noreply@harbour.io", False),
        ("reply@harbour.io", True),
        ("3782-822463-10005", False),
        ("378282246310005", False),
        ("DE89 3704 0044 0532 0130 00", False),
        ("1.1.1.1", False),
        ("1.1.1.2", True),
    ],
)
def test_examples_are_told_from_their_neighbours(datum, counts):
    """What documents use for examples belongs to nobody; what is next to it does."""
    assert bool(rows("text", f"a {datum} b", name="a.csv")) is counts


@settings(max_examples=25)
@given(st.lists(st.sampled_from([*mails(3), '{"a": 1}', ""]), min_size=2, max_size=12), st.data())
def test_blocks_do_not_change_the_count(lines, data):
    """A file that is read in two pieces holds what it holds read in one."""
    cut = data.draw(st.integers(1, len(lines) - 1))
    whole, pieces = PersonalData(part_of(b"", "a.jsonl")), PersonalData(part_of(b"", "a.jsonl"))
    whole.add(Block(1, "\n".join(lines)))
    pieces.add(Block(1, "\n".join(lines[:cut])))
    pieces.add(Block(cut + 1, "\n".join(lines[cut:])))
    assert list(whole.findings()) == list(pieces.findings())
