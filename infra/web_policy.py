"""The headers of the web client's pages, the same on the local cloud and on CloudFront (infra/front_door.yaml)."""

from typing import Final

FOREVER: Final = "public, max-age=31536000, immutable"
"""Of what is named by its content."""
ALWAYS_ASK: Final = "no-cache"
"""Of the page itself: it names the newest of everything else."""


def content_security_policy(uploads: str) -> str:
    """What pages may load. `uploads` is the origin of the bucket that presigned forms go to.

    `style-src-attr` is for KaTeX, which places the parts of formulas by their style. Markup is made in one place, under
    the Trusted Types policy `statements` (web/src/lib/markdown.ts).
    """
    rules = (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' https: data:",
        "font-src 'self'",
        f"connect-src 'self' {uploads}",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types statements",
    )
    return "; ".join(rules)


def security_headers(uploads: str) -> dict[str, str]:
    return {
        "Content-Security-Policy": content_security_policy(uploads),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
