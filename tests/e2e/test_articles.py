"""An article from its draft to its text, through the deployed stack."""

import pytest

from tests.e2e.client import ended, log
from tests.stack.deployed import Deployed

DRAFT = {"language": "en", "level": "A2", "length": 100}
TEXT = "A well is deep. Its water is cold (and clear). Numerous people utilized it."


@pytest.mark.timeout(900)  # the first article's job builds its image
def test_an_article_is_written_and_read(stack: Deployed) -> None:
    article = stack.api.post("/articles", json=DRAFT | {"topic": "wells", "source_text": TEXT}).json()
    path = f"/articles/{article['article_id']}"
    answer = stack.api.post(f"{path}/generate")
    assert answer.status_code == 202, answer.text
    job = ended(stack, answer.json(), seconds=800)
    assert job["status"] == "COMPLETED", log(stack, job)
    assert job["progress"]["percent"] == 100
    assert stack.api.get(path).json()["status"] == "completed"
    content = stack.api.get(f"{path}/content").json()
    assert "Its water is cold. Numerous people used it." in content["text"]
    assert content["details"]["generator"] == "offline"
    again = stack.api.post(f"{path}/generate")
    assert (again.status_code, again.json()["job_id"]) == (409, job["job_id"])


@pytest.mark.timeout(900)
def test_an_article_without_a_source_fails_and_says_why(stack: Deployed) -> None:
    article = stack.api.post("/articles", json=DRAFT | {"topic": "quantum chemistry"}).json()
    path = f"/articles/{article['article_id']}"
    job = ended(stack, stack.api.post(f"{path}/generate").json(), seconds=800)
    assert (job["status"], job["error"]["code"]) == ("FAILED", "input")
    assert "name a source" in job["error"]["message"]
    assert stack.api.get(path).json()["status"] == "failed"
