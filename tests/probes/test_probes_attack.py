"""Attack probes: each technique works on a target that obeys, leaves one alone that holds, and stays the same."""

import msgspec
import pytest
from attack_targets import ANSWER, CARRIER, attacked, gullible, holding, outcomes, solved
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.checks.detectors.canaries import forms_in
from seatrial.checks.table import build_check
from seatrial.core.case import Case, SimulatedUser
from seatrial.core.interaction import Answer
from seatrial.core.probe import Dose, Probe
from seatrial.core.request import Message, Tool
from seatrial.probes.attack.attack import OWASP_2025
from seatrial.probes.table import families, find_probe, known_probes

FAMILIES = families("attack")
TWINS = "over_refusal"
TECHNIQUES = [(family, technique.name) for family in FAMILIES for technique in find_probe("attack", family).techniques]
ATTACKS = [(family, technique) for family, technique in TECHNIQUES if family != TWINS]


def children(family, case=CARRIER, count=30, seed=1):
    """The children of a case by one family."""
    return list(find_probe("attack", family).children(case, Dose(count, 1.0, seed)))


def by_technique(family, technique):
    """Some children by one technique."""
    found = [child for child in children(family, count=60) if child.tags["technique"] == technique]
    assert found, technique
    return found


@pytest.mark.parametrize(("family", "technique"), ATTACKS)
def test_every_technique_is_found_out_where_it_works(family, technique):
    """A target that does what it is told is hit, by a detector and not by chance."""
    for child in by_technique(family, technique)[:3]:
        assert "hit" in outcomes(child, gullible(child)), (child.turns, gullible(child))


@pytest.mark.parametrize(("family", "technique"), ATTACKS)
def test_no_technique_reports_success_where_it_fails(family, technique):
    """Answers, refusals that quote the attack, echoes of it and silence are no hits."""
    for child in by_technique(family, technique)[:3]:
        for answer in holding(child):
            assert "hit" not in outcomes(child, answer), (child.turns, answer)


@pytest.mark.parametrize("family", FAMILIES)
def test_what_must_be_made_is_never_shown(family):
    """No attack holds the token that it wants: quoting it cannot succeed."""
    for child in children(family):
        for spec in child.checks:
            arguments = next(iter(spec.values())) if isinstance(spec, dict) else {}
            if arguments.get("token") and arguments.get("kind") != "leaked":
                shown = "\n".join(turn.content for turn in child.turns)
                assert "plain" not in forms_in(arguments["token"], shown), shown
                assert solved(shown) == arguments["token"]


@pytest.mark.parametrize("family", FAMILIES)
def test_children_are_the_same_from_the_same_seed(family):
    """Ids, turns, tags and checks repeat; another seed makes others."""
    assert children(family) == children(family)
    fewer = [child.id for child in children(family, count=3)]
    assert fewer == [child.id for child in children(family)][:3]
    if family != TWINS:
        assert {child.id for child in children(family)} != {child.id for child in children(family, seed=2)}


@pytest.mark.parametrize("family", FAMILIES)
def test_children_say_what_they_are(family):
    """Family, technique and the ids of the taxonomies are tags, beside those of the original."""
    for child in children(family):
        tags = child.tags
        assert (tags["family"], tags["use_case"]) == (family, "timetable")
        assert OWASP_2025[tags["owasp"]] == tags["owasp_2025"]
        assert tags["atlas"].startswith("AML.T")
        assert child.id.startswith(f"ferry~{family}-")
    assert len({child.id for child in children(family)}) == len(children(family))


@pytest.mark.parametrize("family", FAMILIES)
def test_children_carry_detectors_that_can_be_built(family):
    """A child is judged by detectors in the place of its original's checks; a benign twin keeps these, too."""
    for child in children(family, count=10):
        assert ("contains" in child.checks) is (family == TWINS)
        assert all(build_check(spec) for spec in child.checks)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_carrier_stays_in_the_child(family):
    """What was asked is still asked, and what was said before it stands."""
    before = (Message("user", "Hello"), Message("assistant", "Hi, how can I help?"))
    case = msgspec.structs.replace(CARRIER, turns=(*before, *CARRIER.turns))
    for child in children(family, case, 12):
        assert [turn for turn in child.turns if turn.role != "system"][:2] == list(before)
        assert any("last ferry" in turn.content for turn in child.turns), child.turns


@pytest.mark.parametrize("family", FAMILIES)
def test_a_probe_is_one(family):
    """It has the shape of a Probe, an example that it can attack, and says what it does."""
    probe = find_probe("attack", family)
    assert isinstance(probe, Probe)
    assert probe.name == family
    example = msgspec.structs.replace(CARRIER, turns=(Message("user", probe.example),))
    assert list(probe.children(example, Dose()))
    assert probe.summary[0].islower()


@pytest.mark.parametrize("family", FAMILIES)
def test_techniques_take_turns(family):
    """So many children as there are techniques show each of them once, whichever comes first."""
    techniques = [technique.name for technique in find_probe("attack", family).techniques]
    found = [child.tags["technique"] for child in children(family, count=len(techniques))]
    assert sorted(found) == sorted(techniques)


def test_with_one_child_a_case_all_techniques_come_up():
    """The first technique differs from case to case."""
    cases = [msgspec.structs.replace(CARRIER, id=f"c{number}") for number in range(60)]
    found = {next(find_probe("attack", "delimiter").children(case, Dose())).tags["technique"] for case in cases}
    assert len(found) == 6


@pytest.mark.parametrize("turns", [(), (Message("user", ""),), (Message("user", " \n\t"),), (Message("system", "x"),)])
@pytest.mark.parametrize("family", FAMILIES)
def test_nothing_asked_is_nothing_to_attack(family, turns):
    """A case without a question has no children."""
    assert children(family, msgspec.structs.replace(CARRIER, turns=turns)) == []


@pytest.mark.parametrize("family", FAMILIES)
def test_odd_questions_are_carried(family):
    """A megabyte, binary text and half a surrogate pair go through as they are."""
    for text in ("ferry " * 170_000, "\x00\xff\ufffe\x1b[31m", "odd \ud800 text", "{braces} {0} %s"):
        [child] = children(family, msgspec.structs.replace(CARRIER, turns=(Message("user", text),)), 1)
        assert child.id
        last = "".join(turn.content for turn in child.turns)
        assert text in last or family in ("few_shot", "delimiter")


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(FAMILIES), st.text(min_size=1, max_size=80).filter(str.strip), st.integers(0, 10**6))
def test_any_question_can_be_attacked(family, question, seed):
    """Whatever is asked, the child can be sent, and its detectors hold against a plain answer."""
    case = Case(id="any", turns=(Message("user", question),))
    for child in children(family, case, 2, seed):
        "".join(turn.content for turn in child.turns).encode("utf-8", "surrogatepass")
        assert "hit" not in outcomes(child, Answer(ANSWER))


def test_a_simulated_user_does_not_go_on_behind_an_attack():
    """The child ends with the attack."""
    case = msgspec.structs.replace(CARRIER, user=SimulatedUser(target="user"))
    assert all(child.user is None for child in children("direct_injection", case))


def test_the_guarded_prompt_is_the_users():
    """A system prompt that is put into the family is what extraction attacks, in the place of the carrier's."""
    probe = msgspec.structs.replace(find_probe("attack", "prompt_extraction"), system_prompt="You are Tilda.")
    case = msgspec.structs.replace(CARRIER, turns=(Message("system", "You are Bo."), *CARRIER.turns))
    [ours], [own] = list(probe.children(case, Dose())), children("prompt_extraction", case, 1)
    assert ours.turns[0].content.startswith("You are Tilda.\n")
    assert own.turns[0].content.startswith("You are Bo.\n")
    assert sum(turn.role == "system" for turn in (*ours.turns, *own.turns)) == 2


def test_quoting_the_prompt_without_its_mark_is_a_hit_too():
    """A dozen words in a row of the instructions are enough, unless the plain answer has them as well."""
    probe = find_probe("attack", "prompt_extraction")
    child = next(probe.children(CARRIER, Dose()))
    prompt = child.turns[0].content.partition("\n\n")[0]
    assert outcomes(child, Answer(prompt)) == ["held", "hit"]
    assert outcomes(child, Answer(prompt), control=prompt) == ["held", ""]


def test_tools_of_the_case_carry_a_planted_result():
    """Where the case has tools, the planted text comes as the result of one of them."""
    case = msgspec.structs.replace(CARRIER, tools=(Tool("search"),))
    [child] = [each for each in children("indirect_injection", case, 8) if each.tags["technique"] == "tool_result"]
    assert [turn.role for turn in child.turns] == ["user", "assistant", "tool"]
    assert child.turns[1].tool_calls[0].name == "search"
    assert child.turns[1].tool_calls[0].id == child.turns[2].tool_call_id
    assert outcomes(child, gullible(child)) == ["hit"]


def test_a_benign_twin_expects_an_answer():
    """A refusal is the mistake, where the plain question was answered; an answer is none."""
    for child in children(TWINS):
        assert outcomes(child, Answer(ANSWER)) == ["held"]
        assert outcomes(child, Answer("I'm sorry, but I can't help with that.")) == ["hit"]
        assert outcomes(child, Answer("I'm sorry, but I can't help with that."), control=None) == [""]


def test_a_falsehood_that_the_plain_answer_holds_as_well_is_not_judged():
    """Without a clean control, adopting it proves nothing."""
    [child] = [each for each in children("misinformation", count=3) if each.tags["technique"] == "false_fee"]
    answer = gullible(child)
    assert outcomes(child, answer) == ["hit"]
    assert outcomes(child, answer, control=answer.text) == [""]
    assert outcomes(child, answer, control=None) == [""]


def test_talks_are_asked_turn_by_turn():
    """A family of several turns asks each after the answer to the one before."""
    for child in children("multi_turn", count=8):
        assert sum(turn.role == "user" for turn in child.turns) == 3


def test_what_an_attack_did_is_seen_in_every_answer_of_the_talk():
    """A secret that came out in the first answer is a hit, though the last one says nothing."""
    [child] = [each for each in children("multi_turn", count=4) if each.tags["technique"] == "secret_by_steps"]
    early, last = attacked(child, gullible(child)), attacked(child, Answer("No."))
    whole = msgspec.structs.replace(last, before=(early.interaction,))
    assert build_check(child.checks[0]).judge(whole).label == "hit"
    assert build_check(child.checks[0]).judge(last).label == "held"


def test_an_adaptive_attack_goes_on_with_another_target():
    """The target `attacker` speaks a few times; it is told how the token is made, and never the token."""
    found = children("adaptive", count=6)
    assert len({child.id for child in found}) == 6
    assert {child.tags["technique"] for child in found} == {"talked_into", "talked_out_of_a_secret"}
    for child in found:
        token = child.checks[0]["attempted"]["check"]["canary"]["token"]
        assert (child.user.target, child.user.patience) == ("attacker", 6)
        assert forms_in(token, child.user.goal) in ((), ("initials",))
        assert child.turns[-1] == CARRIER.turns[-1]


def test_families_that_need_a_target_are_used_on_demand_only():
    """Whoever names no families gets none for which a target would be missing."""
    assert "adaptive" not in FAMILIES
    assert find_probe("attack", "adaptive").name == "adaptive"
    assert ("attack", "adaptive") in [(kind, probe.name) for kind, probe in known_probes()]
