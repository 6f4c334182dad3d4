"""The committed documents of the API are those that it serves."""

from pathlib import Path

import pytest

from infra.packaging import api_documents
from infra.packaging.package import ROOT


@pytest.mark.parametrize("path", api_documents.documents(), ids=lambda path: path.name)
def test_a_committed_document_is_what_is_served(path: Path) -> None:
    said = f"{path.relative_to(ROOT)} is not what the API serves now: run `make openapi`"
    assert path.read_text("utf-8") == api_documents.documents()[path], said
