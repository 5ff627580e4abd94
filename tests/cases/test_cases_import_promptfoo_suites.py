"""Prompts times tests times variables become rows, wherever promptfoo lets them be written."""

from pathlib import Path
from typing import Any

import pytest
from importing_support import about, imported, put, refused, said, suite

from seatrial.app.cases_import import LOST_TAG
from seatrial.cases.importing.notes import Level

ONE = "tests: [{vars: {x: Bari}, assert: [{type: contains, value: '{{x}}'}]}]\n"


def asked(found: Any) -> list[Any]:
    """What the rows ask."""
    return [row["ask"] for row in found.rows]


def test_a_row_for_each_prompt_and_test(tmp_path: Path) -> None:
    """Two prompts and two tests are four cases, each with its prompt as a tag."""
    text = """\
        prompts: [{label: short, raw: "Say {{x}}"}, {id: long, raw: "Please say {{x}}"}]
        tests: [{vars: {x: a}}, {vars: {x: b}}]
        """
    found = suite(tmp_path, text)
    assert asked(found) == ["Say a", "Please say a", "Say b", "Please say b"]
    assert [row["tags"]["prompt"] for row in found.rows] == ["short", "long", "short", "long"]


def test_a_description_names_the_case(tmp_path: Path) -> None:
    """Its template is filled; the same name a second time gets a number, so that ids stay apart."""
    text = """\
        prompts: ["{{x}}"]
        tests:
          - {description: "Ask {{x}}", vars: {x: [a, b]}}
          - {description: "Ask a", vars: {x: c}}
          - {vars: {x: d}}
        """
    assert [row["id"] for row in suite(tmp_path, text).rows] == ["Ask a", "Ask b", "Ask a #2", "promptfooconfig-4"]


def test_lists_of_texts_multiply_out(tmp_path: Path) -> None:
    """Every combination is a case; a list of numbers or mappings is a value."""
    text = """\
        prompts: ["{{a}}{{b}} {{c}} {{d | dump}}"]
        tests: [{vars: {a: [x, y], b: ["1", "2"], c: [3, 4], d: [{e: 5}]}}]
        """
    assert asked(suite(tmp_path, text)) == [f'{a}{b} 3,4 [{{"e":5}}]' for a in "xy" for b in "12"]


def test_expansion_can_be_switched_off(tmp_path: Path) -> None:
    """`disableVarExpansion` keeps a list a list, for one test or for all."""
    text = """\
        prompts: ["{% for each in a %}<{{each}}>{% endfor %}"]
        defaultTest: {options: {disableVarExpansion: true}}
        tests: [{vars: {a: [x, y]}}]
        """
    assert asked(suite(tmp_path, text)) == ["<x><y>"]


def test_variables_stand_in_variables(tmp_path: Path) -> None:
    """A variable may name another, whichever comes first."""
    variables = "{item: 'tweet about {{topic}}', topic: '{{fruit}}s', fruit: fig}"
    text = f"prompts: ['Write a {{{{item}}}}']\ntests: [{{vars: {variables}}}]"
    found = suite(tmp_path, text)
    assert asked(found) == ["Write a tweet about figs"]
    assert found.rows[0]["variables"] == {"item": "tweet about figs", "topic": "figs", "fruit": "fig"}


def test_variables_come_from_files(tmp_path: Path) -> None:
    """Text, data, globs of several files, and whole sets of variables are loaded from beside the suite."""
    text = """\
        prompts: ["{{doc}}|{{data.k}}|{{more}}"]
        tests:
          - {vars: {doc: "file://docs/*.txt", data: file://d.yaml, more: file://m.md}}
          - {vars: file://set*.yaml}
        """
    put(tmp_path, {"docs/a.txt": "A", "docs/b.txt": "B\n", "d.yaml": "k: 7", "m.md": "# M\n", "set1.yaml": "doc: S"})
    found = suite(tmp_path, text, set2__yaml="data: {k: 8}\nmore: T")
    assert asked(found) == ["A|7|# M", "B|7|# M", "S|8|T"]


@pytest.mark.parametrize(
    "value", ["file://make.py", "file://make.js", "file://photo.png", "file://book.pdf", "file://gone.txt"]
)
def test_a_variable_that_cannot_be_loaded_loses_its_case(tmp_path: Path, value: str) -> None:
    """Programs and pictures are named with their line, and other cases are kept."""
    put(tmp_path, dict.fromkeys(("make.py", "make.js", "photo.png", "book.pdf"), "x"))
    text = f"prompts: ['{{{{x}}}}']\ntests:\n  - vars: {{x: {value}}}\n  - vars: {{x: y}}\n"
    found = suite(tmp_path, text, lenient=True)
    [note] = said(found, Level.NOT_IMPORTED)
    assert note.place.line == 3
    assert value.removeprefix("file://") in note.why
    assert asked(found) == ["y"]


def test_default_test_holds_for_all(tmp_path: Path) -> None:
    """Its variables lie below, its checks come first, its metadata become tags; a test may refuse its checks."""
    text = """\
        prompts: ["{{a}}{{b}}"]
        defaultTest:
          vars: {a: 1, b: 2}
          assert: [{type: contains, value: d}]
          metadata: {team: pier}
        tests:
          - {vars: {b: 3}, assert: [{type: contains, value: t}]}
          - options: {disableDefaultAsserts: true}
            assert: [{type: contains, value: t}]
            metadata: {team: bay, n: [x, y]}
        """
    found = suite(tmp_path, text)
    assert asked(found) == ["13", "12"]
    assert [len(row["checks"]) for row in found.rows] == [2, 1]
    assert [row["tags"] for row in found.rows] == [{"team": "pier"}, {"team": "bay", "n": "x, y"}]


def test_default_test_may_be_a_file(tmp_path: Path) -> None:
    """`defaultTest: file://...` is read; one that is a program is named."""
    text = "prompts: [Hi]\ndefaultTest: file://d.yaml\ntests: [{}]\n"
    found = suite(tmp_path, text, d__yaml="assert: [{type: is-json}]")
    assert found.rows[0]["checks"] == [{"json_valid": {}}]
    found = suite(tmp_path, text.replace("d.yaml", "d.js"), lenient=True, d__js="x")
    assert "is a program" in about(found, "`defaultTest`").why


def test_prefix_and_suffix_surround_the_prompt(tmp_path: Path) -> None:
    """`options.prefix` and `options.suffix` are part of what is asked."""
    text = "prompts: ['{{x}}']\ntests: [{vars: {x: y}, options: {prefix: 'To {{x}}: ', suffix: '!'}}]"
    assert asked(suite(tmp_path, text)) == ["To y: y!"]


def test_settings_of_a_request_go_along(tmp_path: Path) -> None:
    """`temperature` and the like of a prompt or a test become the parameters of the case; others are named."""
    text = """\
        prompts: [{raw: Hi, label: p, config: {temperature: 0.2, max_tokens: 9, apiKey: no}}]
        tests: [{options: {temperature: 0, response_format: file://form.json, provider: openai:x}}]
        """
    found = suite(tmp_path, text, form__json={"type": "json_object"})
    assert found.rows[0]["params"] == {"temperature": 0, "max_tokens": 9, "response_format": {"type": "json_object"}}
    assert "setting of promptfoo's provider" in about(found, "`config.apiKey`").why


def test_tests_come_from_files(tmp_path: Path) -> None:
    """YAML, JSON, JSONL, CSV, globs and folders, in one list with tests in line."""
    text = """\
        prompts: ["{{x}}"]
        tests: [file://a.yaml, "file://more/*.json", b.jsonl, file://folder, {vars: {x: in line}}, file://c.csv]
        """
    put(tmp_path, {"a.yaml": "- vars: {x: a}\n- vars: {x: b}\n", "more/m.json": [{"vars": {"x": "m"}}]})
    put(tmp_path, {"b.jsonl": [{"vars": {"x": "l"}}], "folder/f.yaml": "- vars: {x: f}", "c.csv": "x\nc\n"})
    assert asked(suite(tmp_path, text)) == ["a", "b", "m", "l", "f", "in line", "c"]


@pytest.mark.parametrize(
    "reference",
    [
        "https://docs.google.com/spreadsheets/d/1",
        "huggingface://datasets/x/y",
        "file://make.py:tests",
        "file://t.xlsx#2",
    ],
)
def test_tests_that_are_elsewhere_are_named(tmp_path: Path, reference: str) -> None:
    """Nothing is fetched and nothing is run: the line says what to do instead."""
    text = f"prompts: ['{{{{x}}}}']\ntests:\n  - vars: {{x: y}}\n  - {reference}\n"
    found = suite(tmp_path, text, lenient=True)
    [note] = said(found, Level.NOT_IMPORTED)
    assert note.place.line == 4
    assert len(found.rows) == 1


def test_a_generator_of_tests_is_named(tmp_path: Path) -> None:
    """`{path, config}` is a program, which is not run; a table in its place is read."""
    text = "prompts: ['{{x}}']\ntests: [{path: 'file://make.py:all', config: {n: 3}}, {path: file://c.csv}]"
    found = suite(tmp_path, text, lenient=True, c__csv="x\nc\n")
    assert asked(found) == ["c"]
    assert any("make.py" in note.why for note in said(found, Level.NOT_IMPORTED))


def test_scenarios_multiply_data_and_tests(tmp_path: Path) -> None:
    """Each entry of `config` with each test; checks of both, and the scenario as a tag."""
    text = """\
        prompts: ["{{a}} {{b}}"]
        scenarios:
          - description: pairs
            config:
              - {vars: {a: 1}, assert: [{type: contains, value: c}]}
              - $values: file://matrix.yaml
            tests: [{vars: {b: x}, assert: [{type: contains, value: t}]}, {vars: {b: y}}]
          - file://other.yaml
        """
    put(tmp_path, {"matrix.yaml": "- vars: {a: 2}\n- vars: {a: 3}\n"})
    found = suite(tmp_path, text, other__yaml="config: [{vars: {a: 9}}]\ntests: [{vars: {b: z}}]\n")
    assert asked(found) == ["1 x", "1 y", "2 x", "2 y", "3 x", "3 y", "9 z"]
    assert len(found.rows[0]["checks"]) == 2
    assert found.rows[0]["tags"] == {"scenario": "pairs"}


def test_references_are_resolved(tmp_path: Path) -> None:
    """`$ref` points into the suite or into a file; schemas keep theirs."""
    text = """\
        prompts: [Hi]
        tests:
          - assert:
              - $ref: '#/assertionTemplates/polite'
              - $ref: 'shared.yaml#/checks/0'
        assertionTemplates:
          polite: {type: contains, value: please}
        """
    checks = suite(tmp_path, text, shared__yaml="checks: [{type: is-json}]").rows[0]["checks"]
    assert checks == [{"contains": {"expect": "please"}}, {"json_valid": {}}]


@pytest.mark.parametrize(
    ("templates", "reason"),
    [
        ("a: {$ref: '#/assertionTemplates/a'}", "circle"),
        ("b: {type: is-json}", "points to nothing"),
        ("a: {$ref: 'gone.yaml#/x'}", "no file"),
    ],
)
def test_references_that_lead_nowhere_are_told(tmp_path: Path, templates: str, reason: str) -> None:
    """A circle, a wrong name, a missing file: one sentence with the line."""
    test = "{assert: [{$ref: '#/assertionTemplates/a'}]}"
    text = f"prompts: [Hi]\ntests: [{test}]\nassertionTemplates:\n  {templates}\n"
    put(tmp_path, {"promptfooconfig.yaml": text})
    message = refused(tmp_path, "promptfoo:promptfooconfig.yaml")
    assert reason in message
    assert "promptfooconfig.yaml:" in message


def test_a_bare_pointer_is_into_its_own_file_first(tmp_path: Path) -> None:
    """Else into the suite, which a file of tests may also name."""
    text = "prompts: [Hi]\ntests: [file://t.yaml]\nk: {a: {type: contains, value: suite}}\n"
    tests = """\
        tests:
          - {assert: [{$ref: '#/k/own'}, {$ref: '#/k/a'}, {$ref: 'promptfooconfig.yaml#/k/a'}]}
        k: {own: {type: contains, value: own}}
        """
    checks = suite(tmp_path, text, t__yaml=tests).rows[0]["checks"]
    assert [check["contains"]["expect"] for check in checks] == ["own", "suite", "suite"]


def test_an_explosion_of_references_is_stopped(tmp_path: Path) -> None:
    """References that multiply each other end in a sentence, not in a full memory."""
    ten = [", ".join([f"{{$ref: '#/t/l{i + 1}'}}"] * 10) for i in range(12)]
    levels = [f"  l{i}: {{type: assert-set, assert: [{each}]}}" for i, each in enumerate(ten)]
    body = "\n".join([*levels, "  l12: {type: is-json}"])
    text = f"prompts: [Hi]\ntests: [{{assert: [{{$ref: '#/t/l0'}}]}}]\nt:\n{body}\n"
    (tmp_path / "promptfooconfig.yaml").write_text(text)
    assert "circle, or to too much" in refused(tmp_path, "promptfoo:promptfooconfig.yaml")


def test_prompts_come_from_files(tmp_path: Path) -> None:
    """Texts with `---` between them, Markdown, globs, and tables of prompts with labels."""
    text = f"prompts: [file://two.txt, one.md, 'file://g/*.txt', file://table.csv]\n{ONE}"
    put(tmp_path, {"two.txt": "A {{x}}\n---\nB {{x}}\n", "one.md": "# {{x}}\n---\nend\n", "g/1.txt": "G {{x}}"})
    found = suite(tmp_path, text, table__csv="prompt,label,owner\nT {{x}},tee,me\n")
    assert asked(found) == ["A Bari", "B Bari", "# Bari\n---\nend", "G Bari", "T Bari"]
    assert [row["tags"]["prompt"] for row in found.rows] == ["two:1", "two:2", "one", "1", "tee"]
    assert about(found, "column `owner`").place.line == 2


def test_a_table_of_prompts_without_a_head_keeps_its_first_line(tmp_path: Path) -> None:
    """A single column that is not called `prompt` has prompts from the first line on."""
    found = suite(tmp_path, f"prompts: [file://p.csv]\n{ONE}", p__csv='"Tell {{x}}"\n"Explain {{x}}"\n')
    assert asked(found) == ["Tell Bari", "Explain Bari"]


@pytest.mark.parametrize("name", ["chat.json", "chat.yaml"])
def test_chats_become_turns(tmp_path: Path, name: str) -> None:
    """Messages in JSON or YAML become turns; what a variable holds cannot break out of its message."""
    text = f'prompts: [file://{name}]\ntests: [{{vars: {{x: "a \\"quote\\"\\nand {{}}"}}}}]\n'
    chat = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "{{x}}?"}]
    found = suite(tmp_path, text, **{name.replace(".", "__"): chat})
    assert asked(found) == [[{"system": "Be brief."}, {"user": 'a "quote"\nand {}?'}]]


def test_a_chat_may_come_of_a_template(tmp_path: Path) -> None:
    """A prompt that is JSON only once it is filled is read then."""
    text = """\
        prompts: ["{{messages | dump}}"]
        tests:
          - vars:
              messages: [{role: user, content: Hi}, {role: assistant, content: "Yes?"}, {role: user, content: Go}]
        """
    assert asked(suite(tmp_path, text)) == [[{"user": "Hi"}, {"assistant": "Yes?"}, {"user": "Go"}]]


def test_a_history_is_looped_into_a_chat(tmp_path: Path) -> None:
    """A template that is no JSON yet, with a loop over mappings of a role and a text."""
    prompt = """\
        [
          {"role": "system", "content": {{ system | dump }}},
          {% for message in history %}{% for role, content in message %}
          {"role": "{{role}}", "content": "{{content}}"},
          {% endfor %}{% endfor %}
          {"role": "user", "content": {{ x | dump }}}
        ]
        """
    text = """\
        prompts: [file://p.json]
        defaultTest: {vars: {system: file://s.txt, history: [{user: Who?}, {assistant: Me}]}}
        tests: [{vars: {x: 'And "you"?'}}]
        """
    found = suite(tmp_path, text, p__json=prompt, s__txt="Be brief.\n")
    assert asked(found) == [[{"system": "Be brief."}, {"user": "Who?"}, {"assistant": "Me"}, {"user": 'And "you"?'}]]


@pytest.mark.parametrize(
    ("prompt", "turns"),
    [
        ({"system": "S", "messages": [{"role": "user", "content": "U"}]}, [{"system": "S"}, {"user": "U"}]),
        (
            [{"role": "user", "content": [{"type": "text", "text": "A"}, {"type": "text", "text": "B"}]}],
            [{"user": "A\nB"}],
        ),
        ({"contents": [{"role": "user", "parts": [{"text": "G"}]}]}, [{"user": "G"}]),
        (
            [{"role": "model", "parts": {"text": "M"}}, {"role": "human", "content": "H"}],
            [{"assistant": "M"}, {"user": "H"}],
        ),
        ({"role": "user", "content": "alone"}, [{"user": "alone"}]),
    ],
)
def test_chats_of_other_makers_are_read(tmp_path: Path, prompt: Any, turns: Any) -> None:
    """Bodies of requests, parts of texts, other words for the roles."""
    found = suite(tmp_path, "prompts: [file://p.json]\ntests: [{}]\n", p__json=prompt)
    assert asked(found) == [turns]


@pytest.mark.parametrize(
    ("prompt", "reason"),
    [
        ([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "{{x}}"}}]}], "`image_url`"),
        ([{"role": "tool", "content": "r"}, {"role": "user", "content": "x"}], "role `tool`"),
        ([{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}], "nothing is asked"),
        ([{"role": "user", "content": "x", "tool_calls": [{}]}], "tool calls"),
    ],
)
def test_chats_that_are_no_texts_are_named(tmp_path: Path, prompt: Any, reason: str) -> None:
    """Pictures, tools and an assistant's last word cannot be asked; nothing is written, and the reason is told."""
    put(tmp_path, {"promptfooconfig.yaml": f"prompts: [file://p.json]\n{ONE}", "p.json": prompt})
    assert reason in refused(tmp_path, "promptfoo:promptfooconfig.yaml")


def test_json_that_is_no_chat_stays_a_text(tmp_path: Path) -> None:
    """A prompt that is any JSON is asked as it stands."""
    found = suite(tmp_path, 'prompts: [\'{"task": "{{x}}"}\']\n' + ONE)
    assert asked(found) == ['{"task": "Bari"}']


@pytest.mark.parametrize(
    "prompt",
    [
        "file://make.py:ask",
        "file://make.js",
        "exec:./make.sh",
        "./make.rb",
        "langfuse://p:1",
        "portkey://p",
        "file://gone.txt",
    ],
)
def test_prompts_that_are_programs_or_elsewhere_are_named(tmp_path: Path, prompt: str) -> None:
    """The other prompts are kept; this one is named with its line."""
    found = suite(tmp_path, f"prompts:\n  - '{{{{x}}}}'\n  - {prompt}\n{ONE}", lenient=True)
    [note] = said(found, Level.NOT_IMPORTED)
    assert (note.place.line, len(found.rows)) == (3, 1)


def test_prompts_of_a_mapping_are_labelled(tmp_path: Path) -> None:
    """`{file: label}` is a list of prompts, too."""
    found = suite(tmp_path, "prompts: {a.txt: first, 'Say {{x}}': second}\n" + ONE, a__txt="A {{x}}")
    assert [(row["ask"], row["tags"]["prompt"]) for row in found.rows] == [("A Bari", "first"), ("Say Bari", "second")]


def test_a_test_may_choose_its_prompts(tmp_path: Path) -> None:
    """By label, or by the group before the colon; a label that no prompt has is named."""
    text = """\
        prompts: [{label: "g:1", raw: A}, {label: "g:2", raw: B}, {label: h, raw: C}]
        tests: [{prompts: [g]}, {prompts: [h]}, {prompts: ["g:*", h]}, {prompts: [none]}]
        """
    found = suite(tmp_path, text, lenient=True)
    assert asked(found) == ["A", "B", "C", "A", "B", "C"]
    assert [note.why for note in said(found, Level.NOT_IMPORTED)] == ["no prompt has the label none"]


def test_without_prompts_the_variable_is_asked(tmp_path: Path) -> None:
    """As in promptfoo `{{prompt}}` is asked; another variable by `--ask`."""
    assert asked(suite(tmp_path, "providers: [echo]\ntests: [{vars: {prompt: Hello}}]")) == ["Hello"]
    put(tmp_path, {"promptfooconfig.yaml": "tests: [{vars: {q: Hello}}]"})
    assert asked(imported(tmp_path, "promptfoo:promptfooconfig.yaml", ask="q")) == ["Hello"]


def test_without_tests_each_prompt_is_a_case(tmp_path: Path) -> None:
    """A suite of prompts alone asks each of them once, and says that nothing judges them."""
    found = suite(tmp_path, "prompts: [One, Two]\nproviders: [echo]\n")
    assert asked(found) == ["One", "Two"]
    assert "those of your suite judge it" in about(found, "test").why


def test_a_missing_variable_comes_to_nothing_and_is_told(tmp_path: Path) -> None:
    """As in promptfoo; an empty question is no case."""
    found = suite(tmp_path, "prompts: ['Say {{x}}{{y}}', '{{y}}']\ntests: [{vars: {x: a}}]", lenient=True)
    assert asked(found) == ["Say a"]
    assert about(found, "variable `y`").level is Level.CHANGED
    assert "`y` has no value" in said(found, Level.NOT_IMPORTED)[0].why


def test_the_environment_is_that_of_the_suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`env:` is filled in; the process's own variables are not read, so that no secret gets into a case."""
    monkeypatch.setenv("HARBOUR_KEY", "hush")
    text = "env: {TOPIC: fares}\nprompts: ['About {{env.TOPIC}} {{x}}', '{{env.HARBOUR_KEY}} {{x}}']\n" + ONE
    found = suite(tmp_path, text, lenient=True)
    assert asked(found) == ["About fares Bari"]
    assert "`env.HARBOUR_KEY`" in said(found, Level.NOT_IMPORTED)[0].why
    assert b"hush" not in found.jsonl()


def test_braces_of_variables_are_asked_letter_by_letter(tmp_path: Path) -> None:
    """A variable that holds braces is no template of ours; the loader gives back what promptfoo would ask."""
    from seatrial.app.cases import Shared, make_case
    from seatrial.app.schema_cases import CaseModel

    text = "prompts: ['Explain {{code}}']\ntests: [{vars: {code: file://code.txt}}]\n"
    found = suite(tmp_path, text, code__txt="{% raw %} {{{ x }}} {# no #}")
    model = CaseModel(ask=found.rows[0]["ask"])
    assert make_case(model, "", Shared()).turns[0].content == "Explain {% raw %} {{{ x }}} {# no #}"


def test_a_case_whose_checks_are_all_lost_is_left_out_and_named(tmp_path: Path) -> None:
    """It would pass whatever the answer; so it is no case any more."""
    text = """\
        prompts: ["{{x}}"]
        tests:
          - {description: gone, vars: {x: a}, assert: [{type: webhook, value: u}]}
          - {description: kept, vars: {x: b}, assert: [{type: webhook, value: u}, {type: contains, value: b}]}
        """
    found = suite(tmp_path, text, lenient=True)
    assert [row["id"] for row in found.rows] == ["kept"]
    assert found.rows[0]["tags"] == {LOST_TAG: "webhook"}
    assert about(found, "test `gone`").place.line == 3


def test_without_lenient_all_that_is_lost_is_told_at_once(tmp_path: Path) -> None:
    """Each with its line, and nothing is imported."""
    text = """\
        prompts: ["{{x}}", file://gone.py]
        tests:
          - vars: {x: a}
            assert:
              - {type: webhook, value: u}
              - {type: select-best, value: u}
        """
    put(tmp_path, {"promptfooconfig.yaml": text})
    lines = refused(tmp_path, "promptfoo:promptfooconfig.yaml").splitlines()
    assert [line.partition(": ")[0] for line in lines[:3]] == [f"promptfooconfig.yaml:{n}" for n in (1, 5, 6)]
    assert lines[-1].startswith("nothing was written: 4 parts cannot be imported; `--lenient`")


def test_a_folder_stands_for_its_suite(tmp_path: Path) -> None:
    """`promptfoo:FOLDER` finds promptfooconfig.yaml; a folder without one says so."""
    put(tmp_path, {"a/promptfooconfig.yaml": "prompts: [Hi]", "b/x.txt": ""})
    assert asked(imported(tmp_path, "promptfoo:a")) == ["Hi"]
    assert "no promptfooconfig.yaml" in refused(tmp_path, "promptfoo:b")


def test_a_limit_ends_the_import(tmp_path: Path) -> None:
    """Tests behind it are not made."""
    put(
        tmp_path,
        {"promptfooconfig.yaml": "prompts: ['{{x}}']\ntests: [{vars: {x: [a, b, c]}}, {vars: {x: file://gone.txt}}]"},
    )
    assert asked(imported(tmp_path, "promptfoo:promptfooconfig.yaml", limit=2)) == ["a", "b"]


def test_suites_may_be_json(tmp_path: Path) -> None:
    """With lines as in YAML, tabs and escapes included."""
    asserts = '[{"type": "webhook"}, {"type": "is-json"}]'
    text = f'{{\n\t"prompts": ["Hi \\ud83d\\ude00"],\n\t"tests": [\n\t\t{{"assert": {asserts}}}]\n}}\n'
    put(tmp_path, {"promptfooconfig.json": text})
    found = imported(tmp_path, "promptfoo:promptfooconfig.json", lenient=True)
    assert asked(found) == ["Hi \N{GRINNING FACE}"]
    put(tmp_path, {"plain.json": text.replace(" \\ud83d\\ude00", "")})
    assert about(imported(tmp_path, "promptfoo:plain.json", lenient=True), "webhook").place.line == 4


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("just a text", "no promptfoo suite"),
        ("a: 1", "neither `prompts` nor `tests`"),
        ("- 1\n- 2\n", "a test is a mapping"),
        ("prompts: [a", "no YAML"),
        ("prompts: [x]\ntests: [7]", "a test is a mapping"),
        ("redteam: {plugins: [x]}", "`redteam`"),
    ],
)
def test_what_is_no_suite_is_one_clear_sentence(tmp_path: Path, text: str, reason: str) -> None:
    """Never a traceback."""
    put(tmp_path, {"promptfooconfig.yaml": text})
    assert reason in refused(tmp_path, "promptfoo:promptfooconfig.yaml")


def test_a_suite_that_is_a_program_is_refused(tmp_path: Path) -> None:
    """JavaScript and TypeScript are not run."""
    put(tmp_path, {"promptfooconfig.ts": "export default {}"})
    assert "not run" in refused(tmp_path, "promptfoo:promptfooconfig.ts")
