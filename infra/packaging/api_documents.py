"""Writes the committed documents of the API: docs/openapi.json and docs/asyncapi.json.

    python -m infra.packaging.api_documents

A test fails when they differ from what is served.
"""

import json
import os
import sys
from pathlib import Path

from infra.packaging.package import ROOT

DOCS = ROOT / "docs"


def documents() -> dict[Path, str]:
    """The text of each file, as it should be."""
    # Only here: app.py makes clients when it is imported, and they want a region.
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    import app  # noqa: F401, PLC0415 - it wires the routes and the frames
    from chalicelib.common.http import documents as openapi  # noqa: PLC0415
    from chalicelib.realtime import asyncapi  # noqa: PLC0415

    return {
        DOCS / "openapi.json": _readable(openapi.openapi_json()),
        DOCS / "asyncapi.json": _readable(asyncapi.document_json()),
    }


def _readable(text: str) -> str:
    return json.dumps(json.loads(text), ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
