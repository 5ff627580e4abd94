"""Requirements files at their edges: every option, every limit, every way of naming a source."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.dependencies import COMMIT, HASH, OTHER, asked, asked_on_disk, said

from seatrial.scan.packages.addresses import PUBLIC_INDEX
from seatrial.scan.packages.requirement_entry import MOST_BRACKETS, entry_of, package_of
from seatrial.scan.packages.requirement_lines import decoded, logical_lines
from seatrial.scan.packages.requirements import MOST_CHARACTERS, MOST_FAULTS, MOST_FILES, MOST_PACKAGES

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_.-]{0,20}[A-Za-z0-9]", fullmatch=True)
VERSIONS = st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){0,3}((a|b|rc)[0-9])?", fullmatch=True)
WORDS = st.text("abcXYZ019.-_=<>[]", min_size=1, max_size=12)


def one(text):
    """The only package of a text."""
    (package,) = asked(text).packages
    return package


def evidence(text):
    """What is shown of each finding that a reader makes itself."""
    return [each.evidence for each in asked(text).findings]


@pytest.mark.parametrize(
    "option",
    [
        "--no-index",
        "--pre",
        "--prefer-binary",
        "--no-binary :none:",
        "--only-binary numpy,pandas",
        "--require-hashes",
        "--use-feature=fast-deps",
        "--no-use-pep517",
        "--always-unzip",
        "-Z",
        "--process-dependency-links",
        '--config-settings "--x=y"',
        '--global-option="--no-user-cfg"',
        "--build-option x",
    ],
)
def test_options_that_change_no_source_say_nothing(option):
    """What pip documents and what fetches nothing from elsewhere is no finding and no package."""
    listing = asked(f"{option}\nnumpy==1.0\n")
    assert (listing.findings, [each.name for each in listing.packages]) == ((), ["numpy"])


@pytest.mark.parametrize(
    "option",
    ["--user", "--target /srv", "--upgrade", "-U", "--no-deps", "-q", "--Pre", "--prefix=/srv", "--", "---x", "-1"],
)
def test_options_of_the_command_line_are_bad_lines(option):
    """What pip refuses in a file is not taken for read."""
    assert [each.id for each in asked(option).findings] == ["requirements.bad-line"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"-i https://{PUBLIC_INDEX}/simple", []),
        ("-i https://PyPI.org/simple", []),
        ("--pypi-url https://mirror.example/simple", ["requirements.other-index"]),
        ("-i 'https://mirror.example/simple'", ["requirements.other-index"]),
        ("-ihttps://mirror.example/simple", ["requirements.other-index"]),
        ("-i = https://mirror.example/simple", ["requirements.other-index"]),
        ("-i http://localhost:3141/root", ["requirements.other-index"]),
        ("-i http://127.0.0.1:3141/root", ["requirements.other-index"]),
        ("-i http://[::1]:3141/root", ["requirements.other-index"]),
        ("-i http://127.0.0.2/root", ["requirements.other-index", "requirements.insecure"]),
        (f"-i https://{PUBLIC_INDEX}.evil.example/simple", ["requirements.other-index"]),
        ("-i https://user@mirror.example/simple", ["requirements.other-index"]),
        ("-i https://:pw@mirror.example/simple", ["requirements.other-index", "requirements.password"]),
        ("-i https://u:${PW}x@mirror.example/", ["requirements.other-index", "requirements.password"]),
        ("-i", ["requirements.bad-line"]),
        ("-i https://", ["requirements.bad-line"]),
        ("-i https://h.example:port/", ["requirements.bad-line"]),
        (f"--extra-index-url https://{PUBLIC_INDEX}/simple", ["requirements.known-index"]),
        ("--extra-index-url https://pypi.nvidia.com", ["requirements.known-index"]),
        ("--extra-index-url https://download.pytorch.org.evil.example/", ["requirements.extra-index"]),
        ("--extra-index-url ./folder", ["requirements.bad-line"]),
        ("-f https://storage.googleapis.com/jax-releases/x.html", ["requirements.known-index"]),
        ("-f http://links.example/", ["requirements.find-links", "requirements.insecure"]),
        ("-f http://localhost/links", ["requirements.find-links"]),
        ("-f file:///srv/wheels", []),
        ("-f ftp://links.example/", ["requirements.insecure"]),
        ("-f https://u:pw@links.example/", ["requirements.find-links", "requirements.password"]),
        ("--trusted-host=mirror.example", ["requirements.insecure"]),
        ("-r HTTPS://h.example/list.txt", ["requirements.remote-include"]),
        ("-c https://h.example/limits.txt", ["requirements.remote-include"]),
        ("--constraint=git+https://h.example/x", ["requirements.remote-include"]),
        ("-r C:\\lists\\more.txt", []),
    ],
)
def test_where_packages_are_looked_for_is_judged(line, expected):
    """Indexes and pages of links are told apart: public, well known, of this machine, of somebody else."""
    assert [name for name, _ in said(asked(line))] == expected


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("-i https://u:pw1234@m.example/s", "https://***@m.example/s"),
        ("-r https://u:pw1234@m.example/l.txt", "https://***@m.example/l.txt"),
        ("-f https://u:pw1234@m.example/l", "https://***@m.example/l"),
        ("--trusted-host m.example:8080", "--trusted-host m.example:8080"),
        ("a b https://u:pw1234@m.example", "a b https://***@m.example: "),
    ],
)
def test_evidence_shows_the_address_without_its_password(line, shown):
    """A reader sees which line is meant, and never what opens it."""
    assert evidence(line)[0].startswith(shown)


@pytest.mark.parametrize(
    ("line", "source", "name", "extra"),
    [
        ("svn://h.example/thing#egg=thing", "vcs", "thing", ()),
        ("bzr+http://h.example/thing", "vcs", "thing", ()),
        ("git+file:///srv/thing.git@v1", "vcs", "thing", ()),
        ("GIT+HTTPS://h.example/thing.git", "vcs", "thing", ()),
        ("git+https://h.example/a.git#subdirectory=x&egg=sub", "vcs", "sub", ()),
        ("https://h.example/archive/main.zip", "url", "main.zip", ()),
        ("https://h.example/", "url", "?", ()),
        ("thing[a,b] @ https://h.example/x.zip", "url", "thing", ("a", "b")),
        ("thing @ file:///srv/thing.zip", "path", "thing", ()),
        ("-e file:///srv/thing", "editable", "thing", ()),
        ("-e ./thing[a,b]", "editable", "./thing", ("a", "b")),
        ("-e 'thing'", "editable", "thing", ()),
        ("~/thing", "path", "~/thing", ()),
        ("/srv/thing", "path", "/srv/thing", ()),
        (".", "path", ".", ()),
        ("..", "path", "..", ()),
        ("sub/thing", "path", "sub/thing", ()),
        ("thing.zip", "path", "thing.zip", ()),
        ("thing-1.tgz", "path", "thing-1.tgz", ()),
    ],
)
def test_every_way_to_name_a_source_is_read(line, source, name, extra):
    """Addresses, repositories, folders and archives are told apart, with the name as far as it is known."""
    package = one(line)
    assert (package.source, package.name, package.extras) == (source, name, extra)


@pytest.mark.parametrize(
    ("line", "version"),
    [
        ("thing @ https://h.example/other-3.1-py3-none-any.whl", "3.1"),
        ("https://h.example/thing-1.0rc1.tar.gz", "1.0rc1"),
        ("https://h.example/thing-1.0.zip#egg=thing", None),
        ("https://h.example/thing-1.0-py3.whl", None),
        ("./thing-1.0.post1.zip", "1.0.post1"),
        ("thing==1.0,>=0.9", "1.0"),
        ("thing>=1.0,==1.*", None),
        ("thing!=1.0", None),
        ("thing===odd", "odd"),
    ],
)
def test_a_version_is_exact_only_where_one_is_named(line, version):
    """A file's name and `==` say a version; a range, a wildcard and a tag say none."""
    assert one(line).version == version


def test_markers_of_addresses_are_kept():
    """An address and its marker are parted by a blank on both sides of the semicolon."""
    package = one('https://h.example/thing-1.0.zip ; python_version < "3.12"')
    assert (package.address, package.marker) == ("https://h.example/thing-1.0.zip", 'python_version < "3.12"')


@pytest.mark.parametrize("length", [39, 41, 63, 65])
def test_a_commit_of_another_length_pins_nothing(length):
    """Only a whole SHA-1 or SHA-256 holds a repository to one state."""
    revision = (COMMIT * 2)[:length]
    assert said(asked(f"git+https://h.example/b@{revision}#egg=b")) == [("requirements.repository", 1)]


@pytest.mark.parametrize("length", [40, 64])
def test_a_whole_commit_pins(length):
    """Both lengths of Git's digests are commits."""
    revision = (COMMIT * 2)[:length].upper()
    assert said(asked(f"git+https://h.example/b@{revision}#egg=b")) == [("requirements.pinned-repository", 1)]


@pytest.mark.parametrize(
    ("fragment", "rule"),
    [
        ("sha256=" + "a" * 64, "requirements.pinned-address"),
        ("sha512=" + "A" * 128, "requirements.pinned-address"),
        ("egg=b&sha384=" + "0" * 96, "requirements.pinned-address"),
        ("sha256=" + "a" * 63, "requirements.address"),
        ("sha256=" + "g" * 64, "requirements.address"),
        ("sha1=" + "a" * 40, "requirements.address"),
        ("", "requirements.address"),
    ],
)
def test_an_address_is_held_by_a_whole_strong_digest(fragment, rule):
    """A digest that is cut, weak or no digest does not say which file comes."""
    assert said(asked(f"https://h.example/b-1.0.zip#{fragment}")) == [(rule, 1)]


@pytest.mark.parametrize(
    ("hashes", "weak"),
    [
        (["md5:0"], True),
        (["SHA1:0"], True),
        (["md5:0", "sha1:0"], True),
        (["md5:0", HASH], False),
        ([HASH], False),
        (["sha512:0"], False),
    ],
)
def test_one_strong_hash_is_enough(hashes, weak):
    """A list is weak when each of its hashes can be forged."""
    line = "numpy==1.0 " + " ".join(f"--hash={each}" for each in hashes)
    assert (("requirements.weak-hash", 1) in said(asked(line))) is weak


def test_each_kind_of_source_is_asked_for_its_own_pin():
    """Only what comes from an index must be pinned and hashed as others are."""
    lines = [f"a-thing==1 --hash={HASH}", "./b-1.0.zip", "-e .", f"c @ git+https://h.example/c@{COMMIT}", "d-thing==1"]
    assert said(asked("\n".join(lines))) == [("requirements.pinned-repository", 4), ("requirements.no-hash", 5)]


@pytest.mark.parametrize(
    ("text", "wanted", "options"),
    [
        ("numpy==1", "numpy==1", ()),
        ("numpy==1 --hash=a:b", "numpy==1", ("--hash=a:b",)),
        ("numpy==1 --hash a:b --hash=c:d", "numpy==1", ("--hash", "a:b", "--hash=c:d")),
        ("a-b--c", "a-b--c", ()),
        ("a -e", "a", ("-e",)),
        ("--hash=a:b", "", ("--hash=a:b",)),
        ("x - y", "x - y", ()),
        ('a --global-option="b c"', "a", ("--global-option=b c",)),
    ],
)
def test_an_entry_is_cut_before_its_options(text, wanted, options):
    """A blank, dashes and a letter begin an option; dashes in a name do not."""
    entry = entry_of(text)
    assert (entry.wanted, entry.options, entry.editable) == (wanted, options, False)


@pytest.mark.parametrize(("brackets", "fine"), [(MOST_BRACKETS, True), (MOST_BRACKETS + 1, False)])
def test_markers_are_nested_only_so_deep(brackets, fine):
    """The last depth that is allowed is read, the next is refused with the reason."""
    marker = "(" * brackets + 'python_version > "3"' + ")" * brackets
    listing = asked(f"numpy==1 ; {marker}")
    assert bool(listing.packages) is fine
    assert [each.evidence.rpartition(": ")[2] for each in listing.findings] == (
        [] if fine else ["more brackets than any marker needs"]
    )


@pytest.mark.parametrize(("length", "fine"), [(MOST_CHARACTERS, True), (MOST_CHARACTERS + 1, False)])
def test_entries_are_read_up_to_their_limit(length, fine):
    """The longest entry that is allowed is a package, one more character is a bad line that says how long it is."""
    line = "numpy==1 --hash=sha256:"
    listing = asked(line + "a" * (length - len(line)))
    assert len(listing.packages) == fine
    assert [each.evidence for each in listing.findings] == ([] if fine else [f"an entry of {length} characters"])


@pytest.mark.parametrize(("bad", "told", "read"), [(MOST_FAULTS, MOST_FAULTS, 1), (MOST_FAULTS + 1, MOST_FAULTS, 0)])
def test_after_so_many_bad_lines_nothing_more_is_read(bad, told, read):
    """A file with a hundred bad lines is read to its end, one with more is given up."""
    listing = asked("no list\n" * bad + "numpy==1\n")
    assert (len(listing.findings), len(listing.packages)) == (told, read)


def test_the_most_packages_are_all_read():
    """A list of exactly so many packages is whole, and nothing is said of a rest."""
    listing = asked("".join(f"thing-{number}==1\n" for number in range(MOST_PACKAGES)))
    assert (len(listing.packages), listing.findings, listing.exact) == (MOST_PACKAGES, (), True)


@pytest.mark.parametrize(("files", "told"), [(MOST_FILES - 1, 0), (MOST_FILES, 1)])
def test_only_so_many_files_are_opened(tmp_path, files, told):
    """The file itself counts; one include more than allowed is not judged, and that is said."""
    for number in range(files):
        (tmp_path / f"r{number}.txt").write_text("")
    listing = asked_on_disk(tmp_path, base="".join(f"-r r{number}.txt\n" for number in range(files)))
    assert [each.evidence for each in listing.findings] == [f"r{files - 1}.txt: more than {MOST_FILES} files"] * told


def test_a_file_that_two_others_include_is_read_once(tmp_path):
    """Two ways to one list give its packages once, and that is no circle."""
    listing = asked_on_disk(tmp_path, base="-r a.txt\n-r b.txt\n", a="-r c.txt\n", b="-r c.txt\n", c="numpy==1\n")
    assert [each.name for each in listing.packages] == ["numpy"]
    assert listing.findings == ()


def test_findings_of_a_constraint_stand_in_its_file(tmp_path):
    """Options of a constraint count as those of a list, at their own place."""
    listing = asked_on_disk(tmp_path, base="-c limits.txt\n", limits="numpy==1\n-f https://links.example/\n")
    assert [(each.id, each.path, each.line) for each in listing.findings] == [
        ("requirements.find-links", str(tmp_path / "limits.txt"), 2)
    ]
    assert listing.packages == ()


def test_includes_of_a_constraint_ask_for_nothing_too(tmp_path):
    """What a constraint includes as a constraint stays one."""
    listing = asked_on_disk(tmp_path, base="-c a.txt\n", a="-c b.txt\n", b="numpy==1\n")
    assert (listing.packages, len(listing.files)) == ((), 3)


def test_equal_findings_are_told_once():
    """The same line twice is two packages but one finding where place and words are the same."""
    listing = asked("--trusted-host a \\\n --trusted-host a\n")
    assert len(listing.findings) == 1


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xfe\xff\x00a", "a"),
        (b"# -*- coding: latin-1 -*-\n\xe9", "# -*- coding: latin-1 -*-\n\xe9"),
        (b"\n# vim: set fileencoding=cp1252 :\n\x80", "\n# vim: set fileencoding=cp1252 :\n\u20ac"),
        (b"x # coding: latin-1\n", "x # coding: latin-1\n"),
        (b"", ""),
    ],
)
def test_the_first_two_lines_may_name_an_encoding(data, text):
    """A comment on line one or two counts as in Python's own sources."""
    assert decoded(data) == text


@pytest.mark.parametrize("data", [b"a\nb\n# coding: latin-1\n\xe9", b"x # coding: latin-1\n\xe9"])
def test_a_coding_line_elsewhere_does_not_count(data):
    """On the third line, or behind an entry, it is a comment like any other."""
    with pytest.raises(UnicodeDecodeError):
        decoded(data)


@given(NAMES, VERSIONS)
def test_any_pinned_name_is_read_back(name, version):
    """A name and a version come out as they were written."""
    package = one(f"{name}=={version}")
    assert (package.name, package.version, package.line) == (name, version, 1)


@given(st.lists(WORDS, max_size=6), st.lists(st.integers(0, 3), min_size=6, max_size=6))
def test_blank_lines_and_comments_change_no_entry(words, blanks):
    """What stands between entries moves their lines and nothing else."""
    apart = "".join("\n" * blank + "# said\n" + word + "\n" for word, blank in zip(words, blanks, strict=False))
    assert [each.text for each in logical_lines(apart)] == [each.text for each in logical_lines("\n".join(words))]


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_joined_lines_are_one(words):
    """Words that are joined by backslashes make one entry at the first line."""
    (line,) = logical_lines("\\\n".join(words))
    assert (line.number, line.text) == (1, "".join(words))


@settings(max_examples=50)
@given(st.lists(st.sampled_from([f"numpy==1 --hash={HASH}", f"pandas==2 --hash={OTHER}", "-e .", "foo bar"])))
def test_cutting_a_list_cuts_what_is_found(lines):
    """What is read from the first lines is what the whole list begins with."""
    whole = asked("\n".join(lines))
    for cut in range(len(lines)):
        part = asked("\n".join(lines[:cut]))
        assert whole.packages[: len(part.packages)] == part.packages
        assert whole.findings[: len(part.findings)] == part.findings


@settings(max_examples=50)
@given(st.text("ab[](),;'\"@:/.#=<>~ \\-", max_size=30))
def test_any_entry_is_a_package_or_a_reason(text):
    """An entry is understood, or refused with a sentence of one line."""
    try:
        package = package_of(entry_of(text), "r.txt", 1)
    except ValueError as reason:
        assert "\n" not in str(reason)  # noqa: PT017  either way is right
    else:
        assert package.name
