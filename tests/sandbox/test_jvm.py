"""How a Java program's file name and main class are found."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from judge_container.compilers import jvm

MAIN = "public static void main(String[] args) {}"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("public class Solution {}", "Solution"),
        ("package a.b; import c.*;\npublic\nfinal  class Solution{}", "Solution"),
        ("public abstract sealed class Решение permits A {}", "Решение"),
        ("public record Point(int x) {}", "Point"),
        ("public interface Shape {}", "Shape"),
        ("public @interface Mark {}", "Mark"),
        ("@Mark(\"public class No {\") public enum Colour { RED }", "Colour"),
        ("class Main { public static class Inner { public enum Deep {} } }", None),
        ("class Main {} public class Second {}", "Second"),
        ("/* public class No {} */ // public class Neither\nclass Main {}", None),
        ('class A { String text = """\n public class No \\""" { """; char c = \'{\'; } public class Yes {}', "Yes"),
        ("class Main { String text = \"\\\"}\"; } public class Yes {}", "Yes"),
        ("class Main {{{{", None),
        ("", None),
    ],
)  # fmt: skip
def test_public_type_is_the_one_at_the_top(text: str, name: str | None) -> None:
    assert jvm.public_type(text) == name


@pytest.mark.skipif(shutil.which("javac") is None, reason="java is not installed (make toolchains)")
@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"class Start {{ {MAIN} }}", "Start"),
        ("package a.b; class Start { public static final synchronized void main(String... args) {} }", "a.b.Start"),
        (f"interface Start {{ long LARGE = 1L << 40; double HALF = 0.5; {MAIN} }}", "Start"),
        ("class Start { static void main(String[] args) {} }", None),
        ("class Start { public void main(String[] args) {} }", None),
        ("class Start { public static int main(String[] args) { return 0; } }", None),
        ("class Start { public static void main(String args) { Runnable one = () -> main(args); } }", None),
    ],
)
def test_class_that_can_be_started_is_known_from_its_class_file(tmp_path: Path, text: str, name: str | None) -> None:
    (tmp_path / "Start.java").write_text(text)
    subprocess.run(["javac", "-d", ".", "Start.java"], cwd=tmp_path, check=True)
    (compiled,) = tmp_path.rglob("*.class")
    assert jvm.main_class(compiled) == name


@pytest.mark.parametrize(
    ("file", "text", "archive", "tool"),
    [
        ("Main.java", f"class Main {{ {MAIN} }}", "javac.jsa", "javac"),
        ("main.kt", "fun main() {}", "kotlinc.jsa", "kotlinc"),
    ],
)
def test_classes_that_were_prepared_for_something_else_are_passed_over_in_silence(
    tmp_path: Path, file: str, text: str, archive: str, tool: str
) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed (make toolchains)")
    other = tmp_path / "Other.java"
    other.write_text("class Other { public static void main(String[] args) {} }")
    # An archive of another program, and so of another class path.
    subprocess.run(["javac", other.name], cwd=tmp_path, check=True)
    subprocess.run(["jar", "cf", "other.jar", "Other.class"], cwd=tmp_path, check=True)
    made = ["java", f"-XX:ArchiveClassesAtExit={archive}", "-Xlog:disable", "-XX:+UseSerialGC", "-cp", "other.jar"]
    subprocess.run([*made, "Other"], cwd=tmp_path, check=True)
    assert (tmp_path / archive).exists()
    (tmp_path / file).write_text(text)
    command = [sys.executable, jvm.__file__, str(tmp_path), file]
    said = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert (said.stdout, said.stderr) == (b"", b"")
