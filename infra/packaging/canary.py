"""Puts the canary's code into the template, where a function of a few lines may stand as text."""

from infra.packaging.template_files import Template

MAX_CHARS = 4096
"""CloudFormation's, of a function in a template."""


def add_code(template: Template, source: str) -> None:
    """Raises ValueError for code that is too long."""
    if len(source) > MAX_CHARS:
        raise ValueError(f"the canary's code has {len(source)} characters; CloudFormation takes {MAX_CHARS}")
    template["Resources"]["CanaryFunction"]["Properties"]["Code"]["ZipFile"] = source
