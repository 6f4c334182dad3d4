"""Where a build of the web client is, and the headers of its files: the same on the local cloud and on CloudFront."""

from pathlib import Path, PurePath
from typing import Final

from infra import routing

BUILD: Final = Path(__file__).resolve().parents[1] / "build" / "web"
"""Where `make web` puts it."""
FOREVER: Final = "public, max-age=31536000, immutable"
"""Of what is named by its content."""
ALWAYS_ASK: Final = "no-cache"
"""Of the page itself: it names the newest of everything else."""
CONTENT_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
"""By suffix. What the system knows differs from machine to machine, and `nosniff` makes a wrong one a broken page."""


def file_headers(path: str) -> dict[str, str]:
    """Returns the headers that a file has wherever it lies. `path` is as in routing.web_file."""
    kind = CONTENT_TYPES.get(PurePath(path).suffix, "application/octet-stream")
    return {"Content-Type": kind, "Cache-Control": FOREVER if path.startswith(routing.WEB_ASSETS) else ALWAYS_ASK}


def content_security_policy(uploads: str) -> str:
    """What pages may load. `uploads` is the origin of the bucket that presigned forms go to and pictures come from.

    `style-src-attr` is for KaTeX, which places the parts of formulas by their style. Markup is made in one place, under
    the Trusted Types policy `statements` (web/src/lib/markdown.ts). Pictures of courses and problems come from that
    bucket too, which on the local cloud speaks plain HTTP.
    """
    rules = (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",
        f"img-src 'self' https: data: {uploads}",
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
