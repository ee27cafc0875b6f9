"""Whether a research card is new among the tenant's."""

import base64
import logging

from botocore.exceptions import BotoCoreError, ClientError

from nightshift.content.fingerprints import load_marks
from nightshift.content.records import Card
from nightshift.settings import settings
from similarity.fingerprint import fingerprint
from similarity.verdict import Known, Verdict, judge, read_cutoffs, unjudged

logger = logging.getLogger(__name__)


def judge_card(tenant_id: str, card: Card) -> Verdict:
    """The verdict on one of the tenant's cards, itself left aside. It does not fail: see `verdict.unjudged`."""
    data = base64.b64decode(card.fingerprint)
    return _judge(tenant_id, Known.stored(card.item_id, data, None, card.embedding_model))


def judge_text(tenant_id: str, text: str) -> Verdict:
    """The verdict on a text that is no card yet; lexical, as only workers ask models."""
    return _judge(tenant_id, Known("", fingerprint(text)))


def _judge(tenant_id: str, item: Known) -> Verdict:
    try:
        marks = load_marks(tenant_id, Card.kind)
        return judge(item, (mark.known for mark in marks), read_cutoffs(settings().embedding_cutoffs))
    except (BotoCoreError, ClientError, ValueError, KeyError) as error:
        logger.exception("no verdict", exc_info=error)
        return unjudged("It could not be compared; nothing is known against it.")
