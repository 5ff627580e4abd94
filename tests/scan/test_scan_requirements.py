"""Requirements files: what pip would make of them, and what is wrong with it."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.dependencies import COMMIT, HASH, OTHER, asked, asked_on_disk, said

from seatrial.scan.packages.addresses import PUBLIC_INDEX
from seatrial.scan.packages.checks import listing_findings
from seatrial.scan.packages.requirement_lines import decoded, logical_lines
from seatrial.scan.packages.requirements import read_requirements, requirements_in


def one(text):
    """The only package of a text."""
    (package,) = asked(text).packages
    return package


@pytest.mark.parametrize(
    ("line", "name", "version", "specifier"),
    [
        ("numpy==1.26.4", "numpy", "1.26.4", "==1.26.4"),
        ("numpy == 1.26.4", "numpy", "1.26.4", "==1.26.4"),
        ("numpy===1.26.4", "numpy", "1.26.4", "===1.26.4"),
        ("numpy==1.26.*", "numpy", None, "==1.26.*"),
        ("numpy>=1,<2", "numpy", None, "<2,>=1"),
        ("numpy", "numpy", None, ""),
        ("Ruamel_Yaml~=0.18", "Ruamel_Yaml", None, "~=0.18"),
        ("numpy (>=1.0)", "numpy", None, ">=1.0"),
    ],
)
def test_versions_are_read_as_installers_do(line, name, version, specifier):
    """Only `==` without a wildcard pins a version."""
    package = one(line)
    assert (package.name, package.version, package.specifier) == (name, version, specifier)


def test_extras_and_markers_are_kept():
    """Extras are sorted, and the marker stands in its normal form."""
    package = one("httpx[http2,brotli]==0.27 ; python_version < '3.12' and sys_platform=='linux'")
    assert package.extras == ("brotli", "http2")
    assert package.marker == 'python_version < "3.12" and sys_platform == "linux"'


def test_hashes_are_read_over_joined_lines():
    """Backslashes join lines, and all hashes of an entry are kept."""
    package = one(f"numpy==1.0 \\\n    --hash={HASH} \\\n    --hash {OTHER}\n")
    assert package.hashes == (HASH, OTHER)
    assert package.line == 1


def test_names_are_compared_in_normal_form():
    """Separators and capitals do not tell packages apart."""
    assert {one(name).key for name in ("Ruamel.Yaml", "ruamel_yaml", "RUAMEL--yaml")} == {"ruamel-yaml"}


@pytest.mark.parametrize(
    ("line", "source", "name", "version"),
    [
        ("git+https://h.example/a/thing.git@main#egg=thing", "vcs", "thing", None),
        ("git+ssh://git@h.example/a/thing.git", "vcs", "thing", None),
        ("thing @ git+https://h.example/a/b@v1", "vcs", "thing", None),
        ("hg+https://h.example/thing#egg=thing", "vcs", "thing", None),
        ("https://h.example/thing-1.0-py3-none-any.whl", "url", "thing", "1.0"),
        ("thing @ https://h.example/thing-1.0.tar.gz", "url", "thing", "1.0"),
        ("./dist/thing-2.0.tar.gz", "path", "thing", "2.0"),
        ("thing-2.0-py3-none-any.whl", "path", "thing", "2.0"),
        ("../thing", "path", "../thing", None),
        ("file:///srv/thing-1.0.tar.gz", "path", "thing", "1.0"),
        ("-e .", "editable", ".", None),
        ("--editable=./sub[dev]", "editable", "./sub", None),
        ("-e git+https://h.example/a/thing@main#egg=thing", "vcs", "thing", None),
        ("C:\\wheels\\thing-1.0-py3-none-any.whl", "path", "thing", "1.0"),
    ],
)
def test_sources_other_than_the_index_are_known(line, source, name, version):
    """Repositories, addresses, paths and editable folders are told apart."""
    package = one(line)
    assert (package.source, package.name, package.version) == (source, name, version)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("numpy", ["requirements.unpinned"]),
        ("numpy==1.0", []),
        ("-e .", []),
        ("./thing-1.0.tar.gz", []),
        (f"git+https://h.example/a/b@{COMMIT}#egg=b", ["requirements.pinned-repository"]),
        (f"b @ git+https://h.example/a/b@{COMMIT}", ["requirements.pinned-repository"]),
        ("git+https://h.example/a/b@main#egg=b", ["requirements.repository"]),
        (f"git+https://h.example/a/b@{COMMIT[:7]}#egg=b", ["requirements.repository"]),
        ("git+https://h.example/a/b#egg=b", ["requirements.repository"]),
        ("git+http://h.example/a/b@x#egg=b", ["requirements.repository", "requirements.insecure"]),
        ("git://h.example/a/b@x#egg=b", ["requirements.repository", "requirements.insecure"]),
        ("https://h.example/b-1.0.tar.gz", ["requirements.address"]),
        (f"https://h.example/b-1.0.tar.gz#sha256={'a' * 64}", ["requirements.pinned-address"]),
        (f"https://h.example/b-1.0.tar.gz --hash={HASH}", ["requirements.pinned-address"]),
        ("https://h.example/b-1.0.tar.gz#md5=abc", ["requirements.address"]),
        ("http://h.example/b-1.0.tar.gz", ["requirements.address", "requirements.insecure"]),
        ("http://localhost:8080/b-1.0.tar.gz", ["requirements.address"]),
        ("numpy==1.0 --hash=md5:0123", ["requirements.weak-hash"]),
        ("reqeusts==1.0", ["requirements.lookalike"]),
        ("--extra-index-url https://mirror.example/simple", ["requirements.extra-index"]),
        ("--extra-index-url=https://download.pytorch.org/whl/cpu", ["requirements.known-index"]),
        ("--extra-index-url http://mirror.example/", ["requirements.extra-index", "requirements.insecure"]),
        ("-i https://mirror.example/simple", ["requirements.other-index"]),
        (f"--index-url https://{PUBLIC_INDEX}/simple", []),
        ("--index-url https://user:pw@mirror.example/", ["requirements.other-index", "requirements.password"]),
        ("--index-url https://${USER}:${PASSWORD}@mirror.example/", ["requirements.other-index"]),
        ("-f https://links.example/", ["requirements.find-links"]),
        ("-fhttps://links.example/", ["requirements.find-links"]),
        ("--find-links ./wheels", []),
        ("--trusted-host mirror.example", ["requirements.insecure"]),
        ("-r https://h.example/list.txt", ["requirements.remote-include"]),
        ("--pre", []),
        ("--no-binary :all:", []),
        ("--only-binary=:all:", []),
        ("--require-hashes", []),
    ],
)
def test_each_line_is_judged(line, expected):
    """What a line asks for gives these findings, each at its line."""
    assert said(asked(f"# first\n{line}\n")) == [(each, 2) for each in expected]


@pytest.mark.parametrize(
    "line",
    [
        "numpy=1.0",
        "foo bar",
        "==1.0",
        "numpy==",
        "--nonsense 3",
        "-",
        "--",
        "numpy ; python_version",
        "numpy[",
        "--index-url nowhere",
        "git+https://[bad/x",
        "numpy --hash='x",
        "<html>",
        "{",
    ],
)
def test_bad_lines_are_told_with_their_line(line):
    """What cannot be understood is unread, at its line, and the rest is still read."""
    listing = asked(f"numpy==1.0\n\n{line}\npandas==2.0\n")
    assert [(each.id, each.severity, each.line) for each in listing.findings] == [
        ("requirements.bad-line", "unread", 3)
    ]
    assert [each.name for each in listing.packages] == ["numpy", "pandas"]


def test_a_missing_hash_stands_out():
    """Where some have hashes, the one without is told; where none has, nobody is."""
    assert said(asked(f"numpy==1.0 --hash={HASH}\npandas==2.0\n")) == [("requirements.no-hash", 2)]
    assert said(asked("numpy==1.0\npandas==2.0\n")) == []


def test_no_password_is_shown():
    """Passwords of addresses never reach a finding, however the line is wrong."""
    text = "\n".join(
        [
            "-i https://user:hunter22@m.example/",
            "git+https://user:hunter22@h.example/a/b#egg=b",
            "--extra-index-url https://user:hunter22@m.example/",
            "-f https://user:hunter22@m.example/",
            "x y https://user:hunter22@m.example/",
        ]
    )
    for finding in listing_findings(asked(text)):
        assert "hunter22" not in finding.evidence


def test_includes_are_followed_from_their_own_folder(tmp_path):
    """An include is looked for beside the file that names it, and its packages keep their own place."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "more.txt").write_text("pandas==2.0\n-r ../last.txt\n")
    listing = asked_on_disk(tmp_path, base="-r sub/more.txt\nnumpy==1.0\n", last="scipy==1.0\n")
    assert [(each.name, Path(each.place).name, each.line) for each in listing.packages] == [
        ("pandas", "more.txt", 1),
        ("scipy", "last.txt", 1),
        ("numpy", "base.txt", 2),
    ]
    assert len(listing.files) == 3


def test_a_cycle_ends_and_is_told(tmp_path):
    """Files that include each other are read once, and the circle is shown."""
    listing = asked_on_disk(tmp_path, a="-r b.txt\nnumpy==1\n", b="-r ./a.txt\npandas==1\n")
    assert [(each.id, each.line, each.evidence) for each in listing.findings] == [
        ("requirements.cycle", 1, "a.txt -> b.txt -> a.txt")
    ]
    assert {each.name for each in listing.packages} == {"numpy", "pandas"}


def test_a_file_that_includes_itself_ends(tmp_path):
    """The smallest circle is one file."""
    assert [each.id for each in asked_on_disk(tmp_path, a="-r a.txt\n").findings] == ["requirements.cycle"]


def test_a_missing_include_is_unread(tmp_path):
    """What is not there was not judged."""
    (finding,) = asked_on_disk(tmp_path, a="numpy==1\n-r gone.txt\n").findings
    assert (finding.id, finding.severity, finding.line) == ("requirements.missing-include", "unread", 2)
    assert "gone.txt: No such file" in finding.evidence


@pytest.mark.parametrize("target", [".", "/dev/null", "fifo"])
def test_an_include_that_is_no_file_is_unread(tmp_path, target):
    """Folders, devices and FIFOs are not opened."""
    os.mkfifo(tmp_path / "fifo")
    (finding,) = asked_on_disk(tmp_path, a=f"-r {target}\n").findings
    assert finding.id == "requirements.missing-include"


def test_constraints_ask_for_nothing(tmp_path):
    """What a constraint names is not a package that is installed, but its faults are told."""
    listing = asked_on_disk(tmp_path, a="-c limits.txt\nnumpy==1\n", limits="pandas==2\nfoo bar\n")
    assert [each.name for each in listing.packages] == ["numpy"]
    assert [each.id for each in listing.findings] == ["requirements.bad-line"]


def test_bytes_alone_follow_nothing():
    """Where only bytes are given, includes are left alone."""
    listing = asked("-r other.txt\nnumpy==1\n")
    assert (listing.findings, listing.files) == ((), ("requirements.txt",))


def test_variables_stay_as_they_are_written(monkeypatch):
    """The environment of this machine does not change a verdict."""
    monkeypatch.setenv("SHA", COMMIT)
    assert said(asked("git+https://h.example/a/b@${SHA}#egg=b")) == [("requirements.repository", 1)]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xef\xbb\xbfnumpy==1\n", "numpy==1\n"),
        ("numpy==1\n".encode("utf-16"), "numpy==1\n"),
        (b"# coding: latin-1\n# caf\xe9\nnumpy==1\n", "# coding: latin-1\n# caf\u00e9\nnumpy==1\n"),
        ("# caf\u00e9\n".encode(), "# caf\u00e9\n"),
    ],
)
def test_encodings_are_known_by_mark_and_by_coding_line(data, text):
    """Byte order marks and coding lines count, else it is UTF-8."""
    assert decoded(data) == text


@pytest.mark.parametrize(
    "data", [b"\xff\xfenumpy\x00\x01\xd8", b"caf\xe9\n", b"# coding: nonsense\nx\n", b"# coding: hex\n"]
)
def test_text_that_cannot_be_decoded_is_unread(data):
    """An encoding that is wrong or unknown is a finding, not an error."""
    assert [each.severity for each in requirements_in(data, "r.txt").findings] == ["unread"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\n\n# c\nb # d\n", [(1, "a"), (4, "b")]),
        ("a#b\n", [(1, "a#b")]),
        ("a \\\n  b\nc", [(1, "a   b"), (3, "c")]),
        ("a \\\n# c\nb", [(1, "a"), (3, "b")]),
        ("a \\", [(1, "a")]),
        ("# c \\\nb", [(2, "b")]),
        ("", []),
    ],
)
def test_lines_are_joined_and_stripped_as_pip_does(text, lines):
    """Comments need a blank before them, and one between joined lines ends them."""
    assert [tuple(each) for each in logical_lines(text)] == lines


def test_a_list_is_exact_when_everything_is_pinned():
    """Only a list of exact versions says all that will be installed."""
    assert asked("numpy==1\npandas==2\n").exact
    assert not asked("numpy==1\npandas\n").exact
    assert not asked("").exact


def test_versions_are_given_by_normal_name():
    """Loaders are looked up by the normal form of their names."""
    assert asked("Keras==3.9.0\nnumpy\n").versions() == {"keras": "3.9.0"}


def test_of_a_file_that_is_none_only_so_much_is_said():
    """A file of thousands of other lines gives a hundred findings, not thousands."""
    assert len(asked("no list this\n" * 5000).findings) == 100


def test_of_an_endless_list_only_so_much_is_read():
    """More packages than any project has are cut, and that is unread."""
    listing = asked("".join(f"thing-{number}==1\n" for number in range(20_050)))
    assert len(listing.packages) == 20_001
    assert [(each.severity, each.line) for each in listing.findings] == [("unread", 20_001)]


@pytest.mark.parametrize(
    "line", ["a" * 200_001, "a==1;" + "(" * 5000 + ")" * 5000, "a==1 " + "--hash=sha256:a " * 20_000]
)
def test_monstrous_entries_are_bad_lines(line):
    """An entry longer or deeper than any honest one is refused before it is parsed."""
    assert [each.id for each in asked(line).findings] == ["requirements.bad-line"]


def test_a_list_that_is_too_large_is_refused(tmp_path):
    """The size is looked at before the content."""
    path = tmp_path / "r.txt"
    path.touch()
    os.truncate(path, 17 << 20)
    with pytest.raises(OSError, match="larger than 16 MB"):
        read_requirements(str(path))


@settings(max_examples=150)
@given(
    st.lists(
        st.sampled_from(
            [
                "numpy",
                "==",
                "1.0",
                " ",
                "\\",
                "\n",
                "#",
                "-r ",
                "-e",
                "git+https://",
                "@",
                "[x]",
                ";",
                "--hash=",
                "'",
                "%",
            ]
        ),
        max_size=25,
    )
)
def test_any_run_of_tokens_gives_a_listing(pieces):
    """Whatever stands in a file, a listing comes, and each finding has its line."""
    listing = asked("".join(pieces))
    for finding in listing_findings(listing):
        assert finding.line is not None


@settings(max_examples=150)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_listing(data):
    """Bytes that are no text are a finding, never an error."""
    assert requirements_in(data, "r.txt").format == "requirements"
