"""Lock files, told apart by what they hold."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.dependencies import said
from making.locks import COMMIT, LOCKS, PIPFILE, POETRY, POETRY_1, PYLOCK, SHA, UV

from seatrial.scan.format import Unreadable
from seatrial.scan.packages.addresses import PUBLIC_INDEX
from seatrial.scan.packages.format import listing_of
from seatrial.scan.packages.locks import kind_of_lock, lock_in
from seatrial.scan.packages.pyproject import pyproject_in


def read(text, path="some.file"):
    """What a lock lists; its name says nothing."""
    return listing_of(text.encode(), path)


def named(listing, name):
    """A package by its name."""
    return next(each for each in listing.packages if each.name == name)


@pytest.mark.parametrize("kind", sorted(LOCKS))
def test_each_lock_is_known_by_its_content(kind):
    """Whatever a lock is called, it is read as what it is, and lists all that is installed."""
    listing = read(LOCKS[kind])
    assert (listing.format, listing.exact) == (kind, True)
    numpy = named(listing, "numpy")
    assert (numpy.version, numpy.source, set(numpy.hashes)) == ("1.26.4", "index", {SHA})


@pytest.mark.parametrize("kind", sorted(LOCKS))
def test_repositories_are_held_to_their_commit(kind):
    """A lock names the full commit of a repository, which is only worth a note."""
    listing = read(LOCKS[kind])
    if kind == "uv.lock":
        assert named(listing, "forked").revision == COMMIT
    found = [name for name, _ in said(listing) if "repository" in name]
    assert found == ["requirements.pinned-repository"]


@pytest.mark.parametrize("kind", sorted(LOCKS))
def test_honest_locks_need_no_look(kind):
    """What makers write themselves gives notes at most, except for files without an index."""
    severities = {name for name, _ in said(read(LOCKS[kind]))}
    assert severities <= {
        "requirements.pinned-repository",
        "requirements.pinned-address",
        "requirements.source-only",
        "requirements.other-index",
    }


@pytest.mark.parametrize("kind", ["poetry.lock", "pylock.toml", "uv.lock"])
def test_source_only_packages_are_told(kind):
    """A package without a wheel is built on installation: a note at its line."""
    lines = LOCKS[kind].splitlines()
    name, line = next(each for each in said(read(LOCKS[kind])) if each[0] == "requirements.source-only")
    assert 'name = "oldstyle"' in lines[line]
    assert name == "requirements.source-only"


def test_workspaces_are_no_packages():
    """The project itself, as uv lists it, is not installed from anywhere."""
    assert "workspace" not in {each.name for each in read(UV).packages}
    assert named(read(UV), "own").source == "editable"


def test_old_poetry_keeps_its_hashes_at_the_end():
    """Until Poetry 1.3 the files of all packages stand in one table."""
    assert named(read(POETRY_1), "numpy").hashes == (SHA,)


def test_lines_of_pipfiles_are_those_of_their_keys():
    """An entry of a Pipfile.lock stands where its name is a key."""
    line = named(read(PIPFILE), "numpy").line
    assert '"numpy": {' in PIPFILE.splitlines()[line - 1]


def test_markers_of_pipfiles_are_kept():
    """A marker says where a package is installed."""
    assert named(read(PIPFILE), "numpy").marker == "python_version >= '3.9'"


def test_addresses_of_pylocks_are_held_by_hashes():
    """An archive from an address with a hash is a note, one without is worth a look."""
    bare = PYLOCK.replace(
        f', hashes = {{sha256 = "{SHA[7:]}"}}}}\n\n[[packages]]\nname = "own"', '}\n\n[[packages]]\nname = "own"'
    )
    assert bare != PYLOCK
    assert "requirements.pinned-address" in [name for name, _ in said(read(PYLOCK))]
    assert "requirements.address" in [name for name, _ in said(read(bare))]


def test_another_index_is_a_note():
    """A lock binds each package to its index, so a second index is only worth a note."""
    assert ("requirements.other-index", None) in said(read(POETRY))


@pytest.mark.parametrize("address", ["http://mirror.example/simple", "https://u:secret9@mirror.example/simple"])
def test_indexes_without_safety_are_told(address):
    """An index without encryption, or with a password, is worth a look; the password is not shown."""
    listing = read(UV.replace(f"https://{PUBLIC_INDEX}/simple", address))
    assert {"requirements.insecure", "requirements.password"} & {each.id for each in listing.findings}
    assert all("secret9" not in each.evidence for each in listing.findings)


def test_a_hash_that_is_missing_is_told():
    """One entry without a hash among others that have one is worth a look."""
    without = UV.replace(f', hash = "{SHA}", size = 2', "").replace(f', hash = "{SHA}", size = 1', "")
    assert ("requirements.no-hash", 5) in said(read(without))


@pytest.mark.parametrize(
    "text",
    [
        'version = 3\n\n[[package]]\nname = "serde"\nversion = "1.0"\nsource = "registry+https://x"\nchecksum = "a"\n',
        '[package]\nname = "x"\nversion = "1"\n',
        "version = 1\n",
        '{"name": "x", "lockfileVersion": 3}',
        '{"_meta": 1}',
        "numpy==1.0\n",
        "",
        "\x00\x01",
    ],
)
def test_other_files_are_no_locks(text):
    """Cargo.lock, package-lock.json and the like are left to others."""
    assert kind_of_lock(text, lambda: text) is None


@pytest.mark.parametrize(
    "text",
    [
        UV[:400],
        UV.replace('name = "numpy"', "name = 3"),
        UV.replace('name = "numpy"\n', ""),
        UV.replace('source = { editable = "." }', "source = 3"),
        POETRY.replace("files = []", "files = 3"),
        PYLOCK.replace('vcs = {type = "git"', 'vcs = [{type = "git"').replace(f'"{COMMIT}"}}', f'"{COMMIT}"}}]'),
        PIPFILE.replace('"develop": {', '"develop": {"x": 3, '),
        PIPFILE[:-10],
        UV + "\n" + "a." * 200 + "b = 1\n",
        UV + "\n" + '"a" . ' * 200 + "b = 1\n",
        UV + "x = " + "[" * 2000 + "]" * 2000,
        PIPFILE[:-1] + ', "x": ' + "[" * 2000 + "]" * 2000 + "}",
    ],
)
def test_broken_locks_cannot_be_read(text):
    """A lock that does not hold what its kind holds is unreadable, with the reason."""
    with pytest.raises(Unreadable):
        read(text)


@settings(max_examples=80)
@given(st.sampled_from(sorted(LOCKS)), st.integers(0, 5000), st.sampled_from(["", "[", "]", '"', "=", "\n", "{", "3"]))
def test_any_change_of_a_lock_gives_an_answer(kind, place, put):
    """A lock with something put in or cut is read, or unreadable, and nothing else."""
    text = LOCKS[kind]
    place %= len(text)
    for changed in (text[:place] + put + text[place:], text[:place]):
        try:
            listing = read(changed)
        except Unreadable:
            continue
        assert listing is None or listing.packages is not None


def test_a_kind_that_is_told_is_believed():
    """Who knows the kind of a lock may name it."""
    assert lock_in(UV, "x", "uv.lock").format == "uv.lock"


PROJECT = """[build-system]
requires = ["hatchling>=1.27"]

[project]
name = "x"
dependencies = [
  "numpy>=1",
  "foo bar",
]

[project.optional-dependencies]
more = ["pandas"]

[dependency-groups]
dev = ["pytest", {include-group = "more"}]
"""


def test_declarations_are_ranges_on_purpose():
    """What a project declares need not be pinned, but must be understood."""
    listing = pyproject_in(PROJECT, "pyproject.toml")
    assert [(each.name, each.line) for each in listing.packages] == [
        ("hatchling", 2),
        ("numpy", 7),
        ("pandas", 12),
        ("pytest", 15),
    ]
    assert said(listing) == [("requirements.bad-line", 8)]


@pytest.mark.parametrize("text", ["[project]\nx = ", "[project]\nx = " + "[" * 3000])
def test_broken_declarations_cannot_be_read(text):
    """A declaration that is no TOML is unreadable."""
    with pytest.raises(Unreadable):
        pyproject_in(text, "pyproject.toml")


@pytest.mark.parametrize(
    "text", ["[project]\ndependencies = 3\n", "project = 3\n", '[project]\noptional-dependencies = ["x"]\n']
)
def test_odd_declarations_list_nothing(text):
    """Tables of another shape than the standard's declare nothing."""
    assert tomllib.loads(text)
    assert pyproject_in(text, "pyproject.toml").packages == ()


def test_a_name_alone_makes_no_declaration():
    """Another TOML file is no project's declaration, even under its name; the same text elsewhere is left, too."""
    assert listing_of(b"[tool.x]\ny = 1\n", "pyproject.toml") is None
    assert listing_of(PROJECT.encode(), "other.toml") is None
    assert listing_of(PROJECT.encode(), "a/pyproject.toml").format == "pyproject"
