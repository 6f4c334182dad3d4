"""Do once what each compilation would repeat: `python -m judge_container.prepare`.

Runs every available language's `prepare` command; what it leaves in `{cache}` its compiler may read, and no program can
write. Compilers take it when it is there and fits their version, and do without it when not.
Exits with the number of languages that failed.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from . import languages, programs
from .languages import CACHE, LanguageSpec, Place


def main() -> int:
    specs = [spec for spec in languages.load().values() if spec.prepare and languages.is_available(spec)]
    return sum(not _prepare(spec) for spec in specs)


def _prepare(spec: LanguageSpec) -> bool:
    started = time.monotonic()
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as directory:
        place = Path(directory)
        product = place / spec.id
        product.mkdir()
        filling = Place(build=place, cache=product, memory_kb=programs.COMPILE_HEAP_KB)
        (place / spec.source_file).write_text(spec.reference.source, "utf-8")
        environment = {"PATH": languages.TOOL_PATH, "LANG": "C.UTF-8", "HOME": directory, "TMPDIR": directory}
        process = subprocess.run(languages.fill(spec.prepare, filling), cwd=place, env=environment, check=False)
        if process.returncode == 0:
            _replace(product, spec.cache)
    seconds = time.monotonic() - started
    print(f"{'prepared' if process.returncode == 0 else 'FAILED'}  {spec.id}  {seconds:.1f} s")  # noqa: T201
    return process.returncode == 0


def _replace(product: Path, cache: Path) -> None:
    """A whole directory at once: a compiler that runs meanwhile finds the old one or none, never half of one."""
    shutil.rmtree(cache, ignore_errors=True)
    product.rename(cache)


if __name__ == "__main__":
    sys.exit(main())
