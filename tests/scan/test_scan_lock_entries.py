"""Single entries of lock files, and what tells one kind of lock from another."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.dependencies import said
from making.locks import COMMIT, LOCKS, SHA

from seatrial.scan.format import Unreadable
from seatrial.scan.packages.addresses import PUBLIC_INDEX
from seatrial.scan.packages.locks import kind_of_lock, lock_in
from seatrial.scan.packages.toml_text import MOST_DEPTH, MOST_DOTS, parsed_toml, too_deep

HEX = SHA[7:]
UV = 'version = 1\nrequires-python = ">=3.11"\n\n'
POETRY_END = '\n[metadata]\nlock-version = "2.1"\ncontent-hash = "a"\n'
PYLOCK = 'lock-version = "1.0"\ncreated-by = "x"\n\n'


def of(kind, entry):
    """The package of a lock with one entry."""
    header = "[[packages]]" if kind == "pylock.toml" else "[[package]]"
    start = {"uv.lock": UV, "pylock.toml": PYLOCK}.get(kind, "")
    text = f'{start}{header}\nname = "thing"\n{entry}\n{POETRY_END if kind in ("poetry.lock", "pdm.lock") else ""}'
    packages = lock_in(text, "x", kind).packages
    return packages[0] if packages else None


def of_pipfile(entry, **groups):
    """The package of a Pipfile.lock with one entry."""
    data = {"_meta": {"pipfile-spec": 6, "sources": []}, "default": {"thing": entry}, **groups}
    return lock_in(json.dumps(data, indent=1), "x", "Pipfile.lock").packages[0]


@pytest.mark.parametrize(
    ("entry", "source", "address", "revision"),
    [
        (f'source = {{ registry = "https://{PUBLIC_INDEX}/simple" }}', "index", "", ""),
        (f'source = {{ git = "https://h.example/a#{COMMIT}" }}', "vcs", f"https://h.example/a#{COMMIT}", COMMIT),
        ('source = { git = "https://h.example/a" }', "vcs", "https://h.example/a", ""),
        ('source = { url = "https://h.example/a.whl#x" }', "url", "https://h.example/a.whl#x", ""),
        ('source = { path = "a.whl" }', "path", "a.whl", ""),
        ('source = { directory = "a" }', "path", "a", ""),
        ('source = { editable = "." }', "editable", ".", ""),
        ("", "index", "", ""),
    ],
)
def test_sources_of_uv_are_told_apart(entry, source, address, revision):
    """The key of an entry's source says what it is; only a repository has a commit."""
    package = of("uv.lock", entry)
    assert (package.source, package.address, package.revision) == (source, address, revision)


@pytest.mark.parametrize(
    ("entry", "only"),
    [
        (f'source = {{ registry = "x" }}\nsdist = {{ hash = "{SHA}" }}', True),
        (f'source = {{ registry = "x" }}\nsdist = {{ hash = "{SHA}" }}\nwheels = []', True),
        (f'source = {{ registry = "x" }}\nsdist = {{ hash = "{SHA}" }}\nwheels = [{{ hash = "{SHA}" }}]', False),
        (f'source = {{ registry = "x" }}\nwheels = [{{ hash = "{SHA}" }}]', False),
        (f'source = {{ url = "https://h.example/x.zip" }}\nsdist = {{ hash = "{SHA}" }}', False),
        ('source = { registry = "x" }', False),
    ],
)
def test_only_source_of_an_index_is_told_of_uv(entry, only):
    """A package is built on installation when the index has source code of it and nothing else."""
    assert of("uv.lock", entry).sdist_only is only


@pytest.mark.parametrize(
    ("entry", "source", "address", "revision"),
    [
        ('version = "1"', "index", "", ""),
        ('[package.source]\ntype = "git"\nurl = "u"\nresolved_reference = "r"', "vcs", "u", "r"),
        ('[package.source]\ntype = "git"\nurl = "u"\nreference = "main"', "vcs", "u", ""),
        ('[package.source]\ntype = "url"\nurl = "u"', "url", "u", ""),
        ('[package.source]\ntype = "file"\nurl = "u"', "path", "u", ""),
        ('[package.source]\ntype = "directory"\nurl = "u"', "path", "u", ""),
        ('[package.source]\ntype = "legacy"\nurl = "u"', "index", "u", ""),
        ('[package.source]\ntype = "other"\nurl = "u"', "index", "u", ""),
        ('git = "u"\nrevision = "r"', "vcs", "u", "r"),
        ('path = "u"', "path", "u", ""),
    ],
)
def test_sources_of_poetry_and_pdm_are_told_apart(entry, source, address, revision):
    """Poetry writes a table, PDM keys of the entry itself; the resolved commit counts, not the branch."""
    package = of("poetry.lock", entry)
    assert (package.source, package.address, package.revision) == (source, address, revision)


@pytest.mark.parametrize(
    ("files", "hashes", "only"),
    [
        ("files = []", (), False),
        (f'files = [{{file = "a.whl", hash = "{SHA}"}}]', (SHA,), False),
        (f'files = [{{file = "a.tar.gz", hash = "{SHA}"}}]', (SHA,), True),
        (f'files = [{{url = "https://h.example/a.tar.gz", hash = "{SHA}"}}]', (SHA,), True),
        (f'files = [{{file = "a.zip", hash = "{SHA}"}}, {{file = "a.whl", hash = ""}}]', (SHA,), False),
        ('files = [{file = "a.whl"}]', (), False),
        ('files = [{file = "a.whl", hash = 3}]', ("",), False),
    ],
)
def test_files_of_poetry_give_hashes_and_kinds(files, hashes, only):
    """Each file with a hash gives one; without any wheel a package is only source."""
    package = of("poetry.lock", files)
    assert (package.hashes, package.sdist_only) == (hashes, only)


@pytest.mark.parametrize("key", ["thing", '"thing 1.0"'])
def test_old_locks_name_files_by_name_or_by_name_and_version(key):
    """Poetry 1 has a table by name at the end, PDM 2 one by name and version."""
    end = f'{POETRY_END}[metadata.files]\n{key} = [{{file = "a.tar.gz", hash = "{SHA}"}}]\n'
    text = f'[[package]]\nname = "thing"\nversion = "1.0"\n{end}'
    (package,) = lock_in(text, "x", "poetry.lock").packages
    assert (package.hashes, package.sdist_only) == ((SHA,), True)


@pytest.mark.parametrize(
    ("entry", "source", "address", "revision", "hashes"),
    [
        (f'vcs = {{url = "u", commit-id = "{COMMIT}"}}', "vcs", "u", COMMIT, ()),
        ('vcs = {path = "u"}', "vcs", "u", "", ()),
        ('directory = {path = "u"}', "path", "u", "", ()),
        ('directory = {path = "u", editable = true}', "editable", "u", "", ()),
        ('directory = {path = "u", editable = false}', "path", "u", "", ()),
        (f'archive = {{url = "u", hashes = {{sha256 = "{HEX}"}}}}', "url", "u", "", (SHA,)),
        (f'archive = {{path = "u", hashes = {{sha256 = "{HEX}"}}}}', "path", "", "", (SHA,)),
        (f'sdist = {{hashes = {{sha256 = "{HEX}", md5 = "0"}}}}', "index", "", "", (SHA, "md5:0")),
        ("wheels = [{}]", "index", "", "", ()),
        ("", "index", "", "", ()),
    ],
)
def test_entries_of_pylocks_are_read(entry, source, address, revision, hashes):
    """PEP 751 has a key for each kind of source, and digests by algorithm."""
    package = of("pylock.toml", entry)
    assert (package.source, package.address, package.revision, package.hashes) == (source, address, revision, hashes)


@pytest.mark.parametrize(
    ("entry", "source", "version", "address"),
    [
        ({"version": "==1.0", "hashes": [SHA]}, "index", "1.0", ""),
        ({"version": "===1.0"}, "index", "1.0", ""),
        ({"version": "*"}, "index", None, ""),
        ({"version": ">=1.0"}, "index", None, ""),
        ({"git": "u", "ref": COMMIT}, "vcs", None, "u"),
        ({"hg": "u"}, "vcs", None, "u"),
        ({"svn": "u"}, "vcs", None, "u"),
        ({"file": "https://h.example/a.zip"}, "url", None, "https://h.example/a.zip"),
        ({"path": "./a"}, "path", None, "./a"),
        ({"path": "./a", "editable": True}, "editable", None, "./a"),
        ({"git": "u", "editable": True}, "vcs", None, "u"),
        ({}, "index", None, ""),
    ],
)
def test_entries_of_pipfiles_are_read(entry, source, version, address):
    """A version is exact after `==`; a key of its own says where else a package comes from."""
    package = of_pipfile(entry)
    assert (package.source, package.version, package.address) == (source, version, address)


def test_every_group_of_a_pipfile_counts():
    """What developers install is installed, too, whatever the group is called; notes about the file are not."""
    data = {"_meta": {"pipfile-spec": 6}, "default": {}, "develop": {"a": {}}, "docs": {"b": {}}}
    assert [each.name for each in lock_in(json.dumps(data), "x", "Pipfile.lock").packages] == ["a", "b"]


@pytest.mark.parametrize(
    ("kind", "entry"),
    [
        ("uv.lock", "version = 1"),
        ("uv.lock", "version = [1]"),
        ("uv.lock", "wheels = 3"),
        ("uv.lock", 'wheels = ["x"]'),
        ("poetry.lock", "version = 1.0"),
        ("poetry.lock", 'source = "x"'),
        ("poetry.lock", 'files = ["x"]'),
        ("pylock.toml", "version = true"),
        ("pylock.toml", "vcs = 3"),
        ("pylock.toml", "archive = []"),
        ("pylock.toml", "directory = 3"),
        ("pylock.toml", "sdist = {hashes = 3}"),
    ],
)
def test_entries_of_another_shape_are_unreadable(kind, entry):
    """A lock is believed whole or not at all: no entry is passed over in silence."""
    with pytest.raises(Unreadable, match=f"it has not the shape of {kind}"):
        of(kind, entry)


@pytest.mark.parametrize("entry", [3, "==1", [], {"hashes": 3}, None])
def test_pipfile_entries_of_another_shape_are_unreadable(entry):
    """An entry that is no object, or whose hashes are no list, is not passed over."""
    with pytest.raises(Unreadable, match=r"it has not the shape of Pipfile\.lock"):
        of_pipfile(entry)


@pytest.mark.parametrize("text", ["[]", "3", "null", '"x"', "{", "", '{"default": 3}', "{'a': 1}"])
def test_pipfiles_that_are_no_objects_are_unreadable(text):
    """JSON that is something else, or broken, says which kind was expected."""
    with pytest.raises(Unreadable, match=r"Pipfile\.lock"):
        lock_in(text, "x", "Pipfile.lock")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('version = 1\n[[package]]\nname = "a"\nsource = { registry = "x" }\n', "uv.lock"),
        ('version = 1\nrequires-python = ">=3.11"\n[[package]]\nname = "a"\n', "uv.lock"),
        ('\ufeffversion = 1\nrequires-python = "x"\n[[package]]\n', "uv.lock"),
        ('version = 4\n[[package]]\nname = "a"\nsource = "registry+x"\n', None),
        ('[[package]]\nname = "a"\n[metadata]\ncontent-hash = "x"\n', "poetry.lock"),
        ('[[package]]\nname = "a"\n[metadata]\nlock-version = "1.0"\n', "poetry.lock"),
        ('[[package]]\nname = "a"\n[metadata]\nlock_version = "4"\n', "pdm.lock"),
        ('[[package]]\nname = "a"\n[metadata]\nother = 1\n', None),
        ('lock-version = "1.0"\ncreated-by = "x"\n', "pylock.toml"),
        ('lock-version = "1.0"\n[[packages]]\n', "pylock.toml"),
        ('lock-version = "1.0"\npackages = []\n', "pylock.toml"),
        ('lock-version = "1.0"\n', None),
        ('created-by = "x"\n', None),
        ('# [[package]]\nversion = 1\nsource = { registry = "x" }\n', None),
        ('{"_meta": {"pipfile-spec": 6}, "default": {}}', "Pipfile.lock"),
        ('\n {"_meta": {"pipfile-spec": 6}, "default": {}}', "Pipfile.lock"),
        ('{"_meta": {"pipfile-spec": 6}}', None),
        ('{"_meta": {}, "default": {}}', None),
        ('["_meta", "pipfile-spec", "default"]', None),
    ],
)
def test_kinds_are_told_by_their_marks(text, kind):
    """Each mark of a kind is needed, and one that is missing makes the text somebody else's."""
    assert kind_of_lock(text, lambda: text) == kind


def test_texts_that_cannot_be_locks_are_not_read_whole():
    """All of a text is only fetched when its start may be one of a lock."""

    def whole():
        raise AssertionError("not needed")

    assert kind_of_lock("numpy==1.0\nname = 3\n", whole) is None


@pytest.mark.parametrize(
    ("address", "rules"),
    [
        (f"https://{PUBLIC_INDEX}/simple", []),
        ("https://download.pytorch.org/whl/cpu", []),
        ("https://mirror.example/simple", ["requirements.other-index"]),
        ("http://mirror.example/simple", ["requirements.other-index", "requirements.insecure"]),
        (f"http://{PUBLIC_INDEX}/simple", ["requirements.insecure"]),
        ("https://u:pw@mirror.example/", ["requirements.other-index", "requirements.password"]),
        ("./wheels", []),
        ("file:///srv/wheels", []),
        ("https://[bad", []),
    ],
)
@pytest.mark.parametrize("kind", ["Pipfile.lock", "poetry.lock", "pylock.toml", "uv.lock"])
def test_indexes_of_locks_are_judged_alike(kind, address, rules):
    """Whoever wrote the lock, an index is public, somebody's own, or unsafe."""
    if kind == "Pipfile.lock":
        text = json.dumps({"_meta": {"sources": [{"url": address}]}, "default": {}})
    elif kind == "poetry.lock":
        text = f'[[package]]\nname = "a"\n[package.source]\ntype = "legacy"\nurl = "{address}"\n{POETRY_END}'
    elif kind == "pylock.toml":
        text = f'{PYLOCK}[[packages]]\nname = "a"\nversion = "1"\nindex = "{address}"\n'
    else:
        text = f'{UV}[[package]]\nname = "a"\nversion = "1"\nsource = {{ registry = "{address}" }}\n'
    assert [each.id for each in lock_in(text, "x", kind).findings] == rules


def test_an_index_of_many_packages_is_told_once():
    """A lock with a thousand packages of one mirror gives one note."""
    one = 'name = "a"\nversion = "1"\nsource = { registry = "https://m.example/" }\n'
    assert said(lock_in(UV + "".join(f"[[package]]\n{one}" for _ in range(9)), "x", "uv.lock")) == [
        ("requirements.other-index", None)
    ]


@pytest.mark.parametrize(("depth", "deep"), [(MOST_DEPTH, False), (MOST_DEPTH + 1, True)])
def test_brackets_are_counted_to_their_limit(depth, deep):
    """The deepest nesting that is allowed is read; brackets that close count back."""
    assert too_deep("[" * depth + "]" * depth) is deep
    assert too_deep(("[" * (MOST_DEPTH - 1) + "]" * (MOST_DEPTH + 9)) * 3) is False


@pytest.mark.parametrize(("dots", "fine"), [(MOST_DOTS, True), (MOST_DOTS + 1, False)])
def test_dots_of_keys_are_counted_to_their_limit(dots, fine):
    """A key with one part more than allowed is refused before the reader sees it."""
    text = "a" + ".a" * dots + " = 1"
    if fine:
        assert "a" in parsed_toml(text)
        return
    with pytest.raises(Unreadable, match=f"more than {MOST_DOTS} parts"):
        parsed_toml(text)


@pytest.mark.parametrize(
    "text",
    ['x = "' + "." * 500 + '"', "x = '" + "." * 500 + "'", "# " + "." * 500, 'x = "\\"' + "." * 500 + '"'],
)
def test_dots_of_texts_and_comments_are_no_keys(text):
    """Only dots outside of quotes and comments make a key long."""
    assert isinstance(parsed_toml(text), dict)


@settings(max_examples=50)
@given(st.sampled_from(sorted(LOCKS)), st.integers(0, 40))
def test_lines_of_packages_move_with_the_text(kind, blank):
    """Lines put before a lock move each package by as many, and change nothing else of it."""
    before, after = (lock_in("\n" * many + LOCKS[kind], "x", kind).packages for many in (0, blank))
    assert [each.line + blank for each in before] == [each.line for each in after]
    assert [(each.name, each.version, each.hashes) for each in before] == [
        (each.name, each.version, each.hashes) for each in after
    ]


@settings(max_examples=50)
@given(st.text("[]{}ab.=\"'\n#1", max_size=40))
def test_any_toml_is_tables_or_a_reason(text):
    """The reader gives a mapping or one named refusal."""
    try:
        assert isinstance(parsed_toml(text), dict)
    except Unreadable as reason:
        assert str(reason)  # noqa: PT017  either way is right
