"""Compiles Java or Kotlin and notes which class to run: the command is `python3 -c TEXT CACHE MAIN.java OTHER.java...`.

A Java source file has to be called like its public class, and nobody should have to know that the judge says Main.java.
"""

import re
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

# Compiling is over before the better machine code pays. What was prepared and does not fit is passed over in silence:
# whose program it is cannot help it.
FLAGS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xmx512m",
         "-Xlog:disable", "-Xlog:all=error:stderr")  # fmt: skip
JAVAC = ("javac", "-encoding", "UTF-8", "-proc:none", "-d", "classes")
KOTLIN = "/usr/local/lib/kotlin"
# As when it was prepared: an archive of classes fits one class path.
KOTLIN_PATH = ":".join(f"{KOTLIN}/kotlin-{part}.jar" for part in ("compiler", "stdlib", "script-runtime", "reflect"))
KOTLINC = ("-Dkotlin.colors.enabled=false", "-cp", KOTLIN_PATH, "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler",
           "-no-stdlib", "-no-reflect", "-cp", f"{KOTLIN}/kotlin-stdlib.jar", "-d", "classes")  # fmt: skip

# What a declaration cannot be in: comments, text blocks, strings, characters.
_NOT_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|"""(?:\\.|.)*?"""|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
_BRACES = re.compile(r"\{[^{}]*\}")
_PUBLIC_TYPE = re.compile(
    r"\bpublic\s+(?:(?:abstract|final|strictfp|sealed|non-sealed)\s+)*(?:class|@?interface|enum|record)\s+(\w+)"
)

_PUBLIC_STATIC = 0x0001 | 0x0008
_MAIN = (b"main", b"([Ljava/lang/String;)V")

_UTF8, _LONG, _DOUBLE, _CLASS = 1, 5, 6, 7
_CONSTANT_BYTES = {3: 4, 4: 4, _LONG: 8, _DOUBLE: 8, _CLASS: 2, 8: 2, 9: 4, 10: 4, 11: 4, 12: 4, 15: 3, 16: 2,
                   17: 4, 18: 4, 19: 2, 20: 2}  # fmt: skip


def main(sources: list[str], cache: str) -> int:
    is_kotlin = sources[0].endswith(".kt")
    process = subprocess.run(kotlinc(sources, cache) if is_kotlin else javac(sources, cache), check=False)
    if process.returncode:
        return process.returncode
    mains = sorted(filter(None, map(main_class, Path("classes").rglob("*.class"))), key=_preference(sources[0]))
    if not mains:
        print("error: no function main()" if is_kotlin else  # noqa: T201
              "error: no class has a method public static void main(String[])")  # fmt: skip
        return 1
    here = str(Path.cwd()).replace("\\", "\\\\")
    library = f":{KOTLIN}/kotlin-stdlib.jar" if is_kotlin else ""
    Path("run.args").write_text(f'-cp "{here}/classes:{here}{library}" {mains[0]}\n', "utf-8")
    return 0


def javac(sources: list[str], cache: str) -> list[str]:
    sources[:] = [_named_after_its_class(Path(source)) for source in sources]
    flags = (f"-J{flag}" for flag in (*FLAGS, f"-XX:SharedArchiveFile={cache}/javac.jsa"))
    return [*JAVAC, *flags, *sources]


def kotlinc(sources: list[str], cache: str) -> list[str]:
    return ["java", *FLAGS, f"-XX:SharedArchiveFile={cache}/kotlinc.jsa", *KOTLINC, *sources]


def public_type(text: str) -> str | None:
    """The name of the public top-level type, if there is one."""
    code = _NOT_CODE.sub(" ", text)
    replaced = 1
    while replaced:
        code, replaced = _BRACES.subn(" ", code)
    match = _PUBLIC_TYPE.search(code)
    return match[1] if match else None


def main_class(path: Path) -> str | None:
    """The class's name if it can be started, read from its class file (chapter 4 of the JVM specification)."""
    data = path.read_bytes()
    pool, offset = _constants(data)
    name_index, interface_count = struct.unpack_from(">2x H 2x H", data, offset)
    offset += 8 + 2 * interface_count
    _, offset = _members(data, offset)
    methods, _ = _members(data, offset)
    starts = any(
        flags & _PUBLIC_STATIC == _PUBLIC_STATIC and (pool[name], pool[descriptor]) == _MAIN
        for flags, name, descriptor in methods
    )
    return pool[int.from_bytes(pool[name_index], "big")].decode().replace("/", ".") if starts else None


def _constants(data: bytes) -> tuple[dict[int, bytes], int]:
    """The constant pool's raw entries, and where it ends."""
    (count,) = struct.unpack_from(">H", data, 8)
    pool: dict[int, bytes] = {}
    index, offset = 1, 10
    while index < count:
        tag = data[offset]
        offset += 1
        if tag == _UTF8:
            (size,) = struct.unpack_from(">H", data, offset)
            offset += 2
        else:
            size = _CONSTANT_BYTES[tag]
        pool[index] = data[offset : offset + size]
        offset += size
        index += 2 if tag in {_LONG, _DOUBLE} else 1
    return pool, offset


def _members(data: bytes, offset: int) -> tuple[list[tuple[int, int, int]], int]:
    """Flags, name and descriptor of each field or method, and where they end."""
    (count,) = struct.unpack_from(">H", data, offset)
    offset += 2
    found = []
    for _ in range(count):
        flags, name, descriptor, attributes = struct.unpack_from(">4H", data, offset)
        found.append((flags, name, descriptor))
        offset += 8
        for _ in range(attributes):
            (size,) = struct.unpack_from(">2x I", data, offset)
            offset += 6 + size
    return found, offset


def _named_after_its_class(source: Path) -> str:
    name = public_type(source.read_text("utf-8", "replace"))
    wanted = source.with_name(f"{name}.java")
    if name is None or wanted.exists():
        return str(source)  # two files that want one name are the compiler's to refuse
    return str(source.rename(wanted))


def _preference(source: str) -> Callable[[str], tuple[bool, bool, bool, str]]:
    def key(name: str) -> tuple[bool, bool, bool, str]:
        simple = name.rpartition(".")[2]
        return (simple != "Main", simple != Path(source).stem, "$" in simple, name)

    return key


if __name__ == "__main__":
    sys.exit(main(sys.argv[2:], sys.argv[1]))
