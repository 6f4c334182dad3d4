"""Python compiles as it starts; a syntax error must be known before the first test."""

import sys
import traceback


def main(sources: list[str]) -> int:
    return sum(not _compiles(source) for source in sources)


def _compiles(source: str) -> bool:
    try:
        with open(source, "rb") as file:  # noqa: PTH123  # pathlib takes as long to load as the rest
            compile(file.read(), source.removeprefix("./"), "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        print("".join(traceback.format_exception_only(type(error), error)).rstrip(), file=sys.stderr)  # noqa: T201
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
