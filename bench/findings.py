"""What checks have to say against the template, beside what .checkov.yaml sets aside with a reason each."""

import json
import subprocess
from typing import Any

from bench.figures import Aim, Figure
from scripts.tools import run
from scripts.workspace import LOCAL, REGION, ROOT, SAM

SECONDS_AT_MOST = 300.0
FINDINGS = Aim(0, "findings", "Each is mended, or set aside in .checkov.yaml with the reason why.")


def finding_figures() -> list[Figure]:
    """Findings of cfn-lint, by way of SAM, and of checkov."""
    return [
        Figure("cfn-lint findings", str(found := _cfn_lint()), found, FINDINGS),
        Figure("checkov findings", str(found := _checkov()), found, FINDINGS),
    ]


def _cfn_lint() -> int:
    command = [str(SAM.with_name("cfn-lint")), "--format", "json", "--regions", REGION, "--", "template.yaml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS_AT_MOST)
    return len(json.loads(done.stdout))


def _checkov() -> int:
    run("bootstrap", [ROOT / "scripts" / "bootstrap.sh", "checkov"], timeout=600)
    command = [str(LOCAL / "checkov" / "bin" / "checkov"), "--config-file", ".checkov.yaml", "--output", "json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS_AT_MOST)
    report: dict[str, Any] = json.loads(done.stdout)
    return int(report["summary"]["failed"])
