"""The language that the tests of translations read."""

from chalicelib.common.texts import Language

RUSSIAN = Language("ru")
