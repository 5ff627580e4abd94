"""`/metrics` of a gateway that runs."""

import asyncio
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from gateway_support import Within, config, gateway, process
from prometheus_client.parser import text_string_to_metric_families
from upstream import Upstream, answer, faults, stream, until

PRICED = "price: {input: 1, output: 2}"


async def scraped(door: Within, requests: int) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """All values by name and labels, once so many requests are counted."""
    text = ""

    async def counted() -> float:
        nonlocal text
        reply = await door.ask("/metrics")
        assert reply.status == 200
        text = reply.body.decode()
        lines = [line for line in text.splitlines() if line.startswith("seatrial_requests_total")]
        return sum(float(line.rpartition(" ")[2]) for line in lines)

    async with asyncio.timeout(10):
        while await counted() < requests:  # noqa: ASYNC110  another process could be asked
            await asyncio.sleep(0.05)
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in text_string_to_metric_families(text):
        for each in family.samples:
            found.setdefault(each.name, {})[tuple(sorted(each.labels.items()))] = each.value
    return found


async def test_what_was_answered_is_counted(tmp_path: Path) -> None:
    """Requests, tokens and money are counted by route and deployment, and by no user."""
    async with (
        Upstream(answer("Hello"), stream("Hel", "lo", gap=0.01)) as upstream,
        gateway(config(upstream.url, target=PRICED), tmp_path) as door,
    ):
        await door.chat("Hi", user="anna")
        await door.chat("Hi", user="anna", stream=True)
        found = await scraped(door, 2)
    place = (("deployment", "one"), ("route", "support"))
    assert found["seatrial_requests_total"][(*place, ("served_by", "upstream"), ("status", "2xx"))] == 2
    assert found["seatrial_cost_total"][(("currency", "USD"), *place)] > 0
    model = (("gen_ai_operation_name", "chat"), ("gen_ai_request_model", "support"))
    assert found["gen_ai_server_request_duration_seconds_count"][model] == 2
    assert found["gen_ai_server_time_to_first_token_seconds_count"][model] == 1
    assert "anna" not in str(found)


async def test_failures_are_counted_by_kind(tmp_path: Path) -> None:
    """A failure has its kind as a label, and names of models that nobody serves make no labels."""
    async with Upstream(faults.error(500)) as upstream, gateway(config(upstream.url), tmp_path) as door:
        await door.chat("Hi")
        await door.chat("Hi", model="made-up-by-a-client")
        found = await scraped(door, 2)
    kinds = {dict(labels)["kind"] for labels in found["seatrial_failures_total"]}
    assert kinds == {"server_error", "not_found"}
    assert "made-up" not in str(found)
    assert any(
        ("error_type", "server_error") in labels for labels in found["gen_ai_server_request_duration_seconds_count"]
    )


async def test_only_admins_see_what_is_spent(tmp_path: Path) -> None:
    """Where keys are required, whoever comes by a proxy needs an admin key; this machine itself does not."""
    async with Upstream(answer()) as upstream, gateway(config(upstream.url, keys="required"), tmp_path) as door:
        assert (await door.ask("/metrics")).status == 200
        elsewhere = {"x-forwarded-for": "203.0.113.7"}
        assert (await door.ask("/metrics", headers=elsewhere)).status == 401
        with door.application.keys.open() as keys:
            admin = keys.first_admin()
        door.application.keys.look()
        assert (await door.ask("/metrics", headers=elsewhere, key=admin)).status == 200


async def test_prometheus_finds_no_fault(tmp_path: Path) -> None:
    """Prometheus's own tool accepts names, help texts and values."""
    tool = shutil.which("promtool")
    if tool is None:
        assert os.environ.get("CI") != "true", "promtool is missing: scripts/services.py installs it"
        pytest.skip("promtool is missing (on Debian: apt-get install prometheus)")
    async with Upstream(stream(), faults.error(500)) as upstream, gateway(config(upstream.url), tmp_path) as door:
        for _ in range(2):
            await door.chat("Hi", stream=True)
        await scraped(door, 2)
        text = (await door.ask("/metrics")).body
    done = subprocess.run([tool, "check", "metrics"], input=text, capture_output=True, timeout=30, check=False)  # noqa: ASYNC221
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr


async def test_two_workers_tell_the_same(tmp_path: Path) -> None:
    """Requests that several processes answered are counted once each, whichever process is asked."""
    async with Upstream(answer()) as upstream, process(config(upstream.url), tmp_path, "--workers", "2") as door:
        for _ in range(12):
            async with aiohttp.ClientSession() as session:
                await replace(door, session=session).chat("Hi")
        async with asyncio.timeout(20):
            counts = []
            while counts[-4:] != [12.0] * 4:
                async with aiohttp.ClientSession() as session:
                    text = (await replace(door, session=session).ask("/metrics")).body.decode()
                lines = [line for line in text.splitlines() if line.startswith("seatrial_requests_total")]
                counts.append(sum(float(line.rpartition(" ")[2]) for line in lines))
                await asyncio.sleep(0.1)
    assert max(counts) == 12


async def test_how_records_go_is_told_by_readyz(tmp_path: Path) -> None:
    """`/readyz` tells what waits, what was spooled and what was dropped."""
    async with Upstream(answer()) as upstream, gateway(config(upstream.url), tmp_path) as door:
        await until(lambda: door.application.board is not None)
        reply = await door.ask("/readyz")
    assert reply.headers["x-seatrial-log"] == "queue=0; spooled=0; dropped=0"
