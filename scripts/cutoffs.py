"""How a model that embeds judges the labelled texts of the tests, to set its cut-offs by.

export PYTHONPATH=layers/llm:layers/nightshift
python scripts/cutoffs.py ollama:bge-m3    the server is where OLLAMA_BASE_URL says
"""

import argparse
import itertools
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from llm.client import Client
from llm.names import ModelName
from llm.usage import Ledger
from similarity.sketch import cosine, sketch

TEXTS = Path(__file__).parents[1] / "tests/unit/similarity/labelled.toml"
KINDS = {"copy": "small changes", "retold": "other words", "other": "unrelated"}

Group = dict[str, str]


def pairs(groups: list[Group]) -> Iterator[tuple[str, str, str]]:
    """The label of each pair of texts, and the texts."""
    for group in groups:
        yield "copy", group["text"], group["copy"]
        yield "retold", group["text"], group["retold"]
    for first, second in itertools.combinations(groups, 2):
        yield from (("other", one, other) for one, other in itertools.product(first.values(), second.values()))


def main() -> None:
    """Print the range of cosines of each kind and language: MEDIUM begins above the unrelated, HIGH at the copies."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    model = parser.parse_args().model
    client = Client(ModelName.parse(model), Ledger())
    for language, groups in tomllib.loads(TEXTS.read_text("utf-8")).items():
        texts = [text for group in groups for text in group.values()]
        vectors = zip(texts, (client.embed("calibrate", [text])[0] for text in texts), strict=True)
        sketches = {text: sketch(model, vector).bits for text, vector in vectors}
        cosines = defaultdict(list)
        for kind, one, other in pairs(groups):
            cosines[kind].append(cosine(sketches[one], sketches[other]))
        for kind, meaning in KINDS.items():
            print(f"{language} {meaning:13} {min(cosines[kind]):.3f} to {max(cosines[kind]):.3f}")


if __name__ == "__main__":
    main()
