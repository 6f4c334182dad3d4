"""Does once what each compilation would repeat: `python -m judge_container.prepare`.

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
    return sum(not _reported(spec) for spec in specs)


def prepare(spec: LanguageSpec, root: Path) -> bool:
    """Run the language's command and put what it leaves into `root`; False, and nothing changes, when it fails."""
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root) as directory:
        place = Path(directory)
        product = place / spec.id
        product.mkdir()
        (place / spec.source_file).write_text(spec.reference.source, "utf-8")
        filling = Place(build=place, cache=product, memory_kb=programs.COMPILE_HEAP_KB)
        environment = {"PATH": languages.TOOL_PATH, "LANG": "C.UTF-8", "HOME": directory, "TMPDIR": directory}
        process = subprocess.run(languages.fill(spec.prepare, filling), cwd=place, env=environment, check=False)
        if process.returncode == 0:
            _replace(product, root / spec.id)
        return process.returncode == 0


def _reported(spec: LanguageSpec) -> bool:
    started = time.monotonic()
    done = prepare(spec, CACHE)
    print(f"{'prepared' if done else 'FAILED'}  {spec.id}  {time.monotonic() - started:.1f} s")  # noqa: T201
    return done


def _replace(product: Path, cache: Path) -> None:
    """A whole directory at once: a compiler that runs meanwhile finds the old one or none, never half of one."""
    shutil.rmtree(cache, ignore_errors=True)
    product.rename(cache)


if __name__ == "__main__":
    sys.exit(main())
