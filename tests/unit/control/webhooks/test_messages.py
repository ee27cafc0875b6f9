"""The forms of messages, and the times between attempts."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier

from nightshift.clock import now
from nightshift.models.webhook import Webhook, WebhookEvent
from nightshift.settings import settings
from nightshift.webhooks.discord import is_discord
from nightshift.webhooks.messages import write
from nightshift.webhooks.notice import Notice
from nightshift.webhooks.retries import DELAYS, delay_after
from nightshift.webhooks.secrets import seal, tenant_secrets
from tests.table import resources
from tests.unit.control.jobs import T0, TENANT

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("aws")]

JOB_ID = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
DATA = {"job_id": JOB_ID, "type": "story", "status": "FAILED", "error": {"code": "input", "message": "주제가 없다"}}


def notice(event: str, version: int = 4, job_id: str = JOB_ID) -> Notice:
    return Notice("job", job_id, WebhookEvent(event), version, T0)


def webhook(url: str, **values: Any) -> Webhook:
    return Webhook(url=url, events=(WebhookEvent.FAILED,), **values)


def test_the_id_follows_from_job_event_and_version_alone() -> None:
    assert notice("failed").message_id == notice("failed").message_id
    others = {notice("failed"), notice("running"), notice("failed", 5), notice("failed", 4, JOB_ID[:-1] + "8")}
    assert len({other.message_id for other in others}) == 4


def test_a_message_is_signed_over_its_id_its_time_and_its_bytes() -> None:
    signed = now()
    sealed = seal(TENANT, SECRET)
    message = write(notice("failed"), TENANT, webhook("https://a.example/", sealed_secret=sealed), DATA, signed)
    assert message.headers["webhook-timestamp"] == str(int(signed.timestamp()))
    assert Verifier(SECRET).verify(message.body, message.headers)["data"] == DATA
    for changed in ({"webhook-id": "msg_other"}, {"webhook-timestamp": str(int(signed.timestamp()) - 1)}):
        with pytest.raises(Exception, match="No matching signature"):
            Verifier(SECRET).verify(message.body, message.headers | changed)
    with pytest.raises(Exception, match="No matching signature"):
        Verifier(tenant_secrets(TENANT, signed)[0]).verify(message.body, message.headers)


@pytest.mark.parametrize("host", ["discord.com", "www.discord.com", "discordapp.com", "www.discordapp.com"])
def test_discord_gets_an_embed_without_a_signature(host: str) -> None:
    message = write(notice("failed"), TENANT, webhook(f"https://{host}/api/webhooks/1/token"), DATA, T0)
    assert set(message.headers) == {"Content-Type", "User-Agent"}
    body = json.loads(message.body)
    (embed,) = body["embeds"]
    assert (embed["title"], embed["color"]) == ("Story failed", 0xE74C3C)
    assert embed["description"] == "input: 주제가 없다"
    assert embed["timestamp"] == "2026-01-31T09:30:00.000Z"
    assert body["allowed_mentions"] == {"parse": []}


@pytest.mark.parametrize(("event", "colour"), [("completed", 0x2ECC71), ("failed", 0xE74C3C), ("skipped", 0x95A5A6)])
def test_discords_colours_and_the_cut_of_the_error(event: str, colour: int) -> None:
    data = DATA | {"error": {"code": "crash", "message": "x" * 5000}}
    message = write(notice(event), TENANT, webhook("https://discord.com/api/webhooks/1/t"), data, T0)
    (embed,) = json.loads(message.body)["embeds"]
    assert embed["color"] == colour
    assert len(embed["description"]) == 1000


@pytest.mark.parametrize(
    "url",
    [
        "https://discord.com.example/api/webhooks/1/token",
        "https://example.com/https://discord.com/api/webhooks/1/token",
        "http://discord.com/api/webhooks/1/token",
        "https://discord.com/api/webhook/1",
        "https://DISCORD.com/api/webhooks/1/token",
        "https://ptb.discord.com/api/webhooks/1/token",
    ],
)
def test_what_only_looks_like_discord_is_not(url: str) -> None:
    assert not is_discord(url)


def test_the_waits_between_attempts_are_those_of_the_schedule_with_jitter() -> None:
    for receives, planned in enumerate(DELAYS, start=1):
        waits = [delay_after(receives, None, T0) / planned for _ in range(50)]
        assert 0.9 <= min(waits) < max(waits) <= 1.1
    assert delay_after(len(DELAYS) + 1, "60", T0) == timedelta()


def test_the_queue_gives_a_message_as_many_attempts_as_there_are_waits_and_one() -> None:
    queue = resources()["WebhookQueue"]["Properties"]
    assert queue["RedrivePolicy"]["maxReceiveCount"] == len(DELAYS) + 1
    longest = timedelta(hours=12) * len(DELAYS)
    assert timedelta(seconds=queue["MessageRetentionPeriod"]) > longest
    timeout = resources()["WebhooksFunction"]["Properties"].get("Timeout", 30)
    assert queue["VisibilityTimeout"] >= 6 * timeout


def test_a_stack_may_shorten_the_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_RETRY_SCALE", "0.001")
    settings.cache_clear()
    assert 32 <= delay_after(6, None, T0).total_seconds() <= 40
    assert delay_after(1, "90", T0) == timedelta(seconds=90)


@pytest.mark.parametrize(
    ("retry_after", "expected"),
    [
        ("90", timedelta(seconds=90)),
        (format_datetime(T0 + timedelta(minutes=3), usegmt=True), timedelta(minutes=3)),
        ("999999999999", timedelta(hours=11, minutes=55)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", timedelta(hours=11, minutes=55)),
    ],
)
def test_a_receiver_may_ask_for_a_longer_wait(retry_after: str, expected: timedelta) -> None:
    assert delay_after(1, retry_after, T0) == expected


@pytest.mark.parametrize(
    "retry_after", ["", "soon", "-5", "1.5", "²", "0", "Sat, 31 Jan 1970 00:00:00 GMT", "9" * 5000]
)
def test_what_it_cannot_mean_is_passed_over(retry_after: str) -> None:
    wait = delay_after(1, retry_after, datetime(2026, 1, 31, tzinfo=UTC))
    assert timedelta(seconds=4.5) <= wait <= timedelta(hours=11, minutes=55)
