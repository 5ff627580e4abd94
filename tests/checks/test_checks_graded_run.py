"""Model-graded checks where they meet the rest: over real sockets, and in whole runs of a suite file."""

import json
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from seatrial.app.front import check
from seatrial.checks.evidence import evidence_of
from seatrial.checks.judge import judge
from seatrial.checks.table import build_check
from seatrial.core.errors import Mistake
from seatrial.targets.table import build_target

VERDICT = json.dumps({"reason": "It states a time.", "score": 0.9, "passed": True})
SUITE = """
targets:
  bot: {recorded: answers.jsonl}
  judge: {python: "MODULE:judge"}
suites:
  behaviour:
    target: bot
    cases: [{from: cases.jsonl}]
    checks: [CHECK]
gates: [GATE]
"""
JUDGE = '''
import json, re

def judge(request):
    """Votes for answers in which the word tea stands, but one seed is hard of hearing."""
    answer = re.search(r"<ANSWER (\\\\w+)>\\n(.*?)\\n</ANSWER", request.messages[1].content, re.S)[2]
    passed = "tea" in answer and not ("weak" in answer and request.params.get("seed") == 1)
    return json.dumps({"reason": "listened", "score": float(passed), "passed": passed})
'''.replace("\\\\w", "\\w")


class Endpoint:
    """An endpoint that knows JSON objects but no schemas, and keeps what it was sent."""

    def __init__(self, content=VERDICT, finish="stop"):
        self.content, self.finish, self.bodies, self.url = content, finish, [], ""

    async def chat(self, request):
        """Answer, or say what it does not know."""
        body = await request.json()
        self.bodies.append(body)
        if body.get("response_format", {}).get("type") == "json_schema":
            error = {"message": "json_schema is not supported", "type": "invalid_request_error"}
            return web.json_response({"error": error}, status=400)
        message = {"role": "assistant", "content": self.content}
        usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
        choice = {"index": 0, "message": message, "finish_reason": self.finish}
        return web.json_response({"id": "1", "model": "m", "choices": [choice], "usage": usage})

    @asynccontextmanager
    async def serving(self):
        """Listen on loopback; gives a Target that asks it at two dollars for a million tokens."""
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self.chat)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]
        price = {"input": 2, "output": 2}
        settings = {"openai": f"http://127.0.0.1:{port}/v1", "model": "m", "price": price, "stream": False}
        target = build_target("judge", settings)
        try:
            yield target
        finally:
            await target.aclose()
            await runner.cleanup()


async def test_an_endpoint_without_schemas_over_real_sockets():
    """The schema is refused with status 400, the object is taken, and the cost of the reply is the Score's."""
    endpoint = Endpoint()
    async with endpoint.serving() as target:
        built = build_check({"rubric": "States a time."}, {"judge": target})
        score = await judge(built, evidence_of("At 21:40."))
        await judge(built, evidence_of("At ten."))
    assert (score.passed, score.value, score.reason) == (True, 0.9, "It states a time.")
    assert [body["response_format"]["type"] for body in endpoint.bodies] == [
        "json_schema",
        "json_object",
        "json_object",
    ]
    assert score.cost.nanos == 240_000


async def test_a_reply_that_was_cut_over_real_sockets():
    """A finish reason of length is not judged, however much came."""
    async with Endpoint('{"reason": "and so and so and so', "length").serving() as target:
        score = await judge(build_check({"rubric": "States a time."}, {"judge": target}), evidence_of("At 21:40."))
    assert score.passed is None
    assert "cut off by its limit of tokens" in score.reason


@pytest.fixture
def suite(tmp_path):
    """Writes a suite of six answers about tea with this check and gate."""

    def put(spec, gate="behaviour.pass_rate >= 0%", answers=("tea", "weak tea", "coffee") * 2, **columns):
        module = "graded_" + "".join(sign for sign in tmp_path.name if sign.isalnum())
        (tmp_path / f"{module}.py").write_text(JUDGE)
        rows = [{"id": f"c{i}", "ask": "Tea?", **columns} for i in range(len(answers))]
        (tmp_path / "cases.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        said = [{"id": f"c{i}", "answer": answer} for i, answer in enumerate(answers)]
        (tmp_path / "answers.jsonl").write_text("".join(json.dumps(row) + "\n" for row in said))
        path = tmp_path / "seatrial.yaml"
        path.write_text(SUITE.replace("MODULE", module).replace("CHECK", spec).replace("GATE", gate))
        return path

    return put


def test_a_jury_in_a_run(suite):
    """The majority of three decides each answer, and a gate can hold their agreement to a limit."""
    done = check(suite("{rubric: {text: About tea, jury: 3}}", "behaviour.checks.rubric.agreement >= -1"))
    assert (done.report.counts.passed, done.report.counts.judged) == (4, 6)
    [reading] = done.report.verdict.gates[0].readings
    assert 0 < reading.value < 1
    assert reading.n == 6


def test_a_users_prompt_in_a_run(suite, tmp_path):
    """The file is looked for beside the suite file."""
    path = suite("{rubric: {text: About tea, prompt: mine.txt}}")
    (tmp_path / "mine.txt").write_text("MARK is {mark}\n=== user\n{RUBRIC}\n{ANSWER}\n")
    assert check(path).report.counts.passed == 4


def test_a_users_prompt_that_is_not_there(suite):
    """It is a mistake of the suite file before anything is asked."""
    with pytest.raises(Mistake, match=r"seatrial\.yaml:9: .* the prompt `mine\.txt` cannot be read: No such file"):
        check(suite("{rubric: {text: About tea, prompt: mine.txt}}"))


def test_the_context_of_a_case_fills_the_argument(suite, tmp_path):
    """`{{ docs }}` is the case's variable, be it a text or a list."""
    path = suite('{rubric: {text: About tea, context: "{{ docs }}"}}', variables={"docs": ["One", "Two"]})
    assert check(path).report.counts.passed == 4


def test_a_comparison_with_recorded_answers_in_a_run(suite, tmp_path):
    """The other target answers the same case; equal answers are a tie, which passes."""
    path = suite("{preferred: {against: bot}}")
    assert check(path).report.counts.passed == 6
