"""checkov, an installation of its own as its pins exclude the others: the template against its rules."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from cloudformation import Template
from findings import Finding


def check(templates: list[Template], packages: Path) -> Iterator[tuple[int, Finding]]:
    """Findings with the index of the template, of one run for all: checkov takes seconds to start."""
    with TemporaryDirectory() as folder:
        for index, template in enumerate(templates):
            Path(folder, f"{index}.json").write_text(json.dumps(template.body))
        options = [
            "--framework",
            "cloudformation",
            "--directory",
            folder,
            "--output",
            "json",
            "--quiet",
            "--compact",
        ]
        # Nothing is asked of the internet: neither for a later version nor for links into the vendor's pages.
        options.append("--skip-download")
        run = subprocess.run(
            [sys.executable, "-B", "-m", "checkov.main", *options],
            env={**os.environ, "PYTHONPATH": str(packages), "CKV_SKIP_PACKAGE_UPDATE_CHECK": "true"},
            capture_output=True,
            text=True,
        )
        # 1: something was found.
        if run.returncode not in (0, 1):
            raise RuntimeError(f"checkov ended with {run.returncode}: {run.stderr[-2000:]}")
        report = json.loads(run.stdout)
    if report["summary"]["parsing_errors"] or report["summary"]["resource_count"] == 0:
        raise RuntimeError(f"checkov could not read the templates: {report['summary']}")
    for failed in report["results"]["failed_checks"]:
        index = int(Path(failed["file_path"]).stem)
        resource = templates[index].resources[failed["resource"].split(".")[1]]
        yield (
            index,
            Finding("checkov", failed["check_id"], resource.type, resource.name, failed["check_name"]),
        )
