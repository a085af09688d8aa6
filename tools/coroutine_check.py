#!/usr/bin/env python3
"""Finds coroutines that g++ 12.2 compiles wrong: tools/coroutine_check.py FOLDER_OR_FILE...

A statement with co_await is one of `co_await e;`, `T x = co_await e;`, `x = co_await e;`,
`co_return co_await e;`, with none of { } [ ] ? && || in it. No lambda that captures is a coroutine,
and no coroutine takes a reference, a string_view or a span: what they refer to may be gone when it
goes on. Prints one line for each problem, and ends with 1 where there are any.

Needs nothing but this file, so that it can be copied into another repository.
"""
import pathlib
import re
import sys

SUFFIXES = {".h", ".hh", ".hpp", ".hxx", ".cc", ".cpp", ".cxx"}

SHAPE = re.compile(r"^(co_await .+|co_return co_await .+|[\w:<>,&*\s.\->]+ = co_await .+)$", re.S)
FORBIDDEN = re.compile(r"[{}\[\]?]|&&|\|\|")
TASK = r"(?:::\s*)?(?:\w+\s*::\s*)*\bTask\b"
BODY = re.compile(r"(?:\s|\b(?:const|noexcept|override|final|mutable)\b|&)*\{")
RETURNS_TASK = re.compile(rf"(?:\s|\b(?:mutable|noexcept|constexpr|static)\b)*->\s*{TASK}")
VIEW = re.compile(r"\b(string_view|span)\b")
PAIRS = {"(": ")", "{": "}", "[": "]", "<": ">"}


def without_comments_and_strings(text):
    """The text with what no compiler reads as code made blank, line by line."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match[0])
    return re.sub(r'//[^\n]*|/\*.*?\*/|\bu?8?R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|'
                  r"'(?:\\.|[^'\\\n])'", blank, text, flags=re.S)


def behind(text, at):
    """The position behind the bracket that closes the one at `at`; the end where none does."""
    opened, closed, depth = text[at], PAIRS[text[at]], 0
    for position in range(at, len(text)):
        if text[position] == opened:
            depth += 1
        elif text[position] == closed and not text.startswith("->", position - 1):
            depth -= 1
            if depth == 0:
                return position + 1
    return len(text)


def split(text):
    """The parts between commas that are in no bracket."""
    parts, depth = [""], 0
    for character in text.replace("->", "  "):
        depth += (character in PAIRS) - (character in PAIRS.values())
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def parameter_that_refers(parameters):
    """The first parameter that is not a value, without its default argument."""
    for parameter in split(parameters):
        declared = parameter.split("=")[0].strip()
        own = declared
        while re.search(r"<[^<>]*>", own):
            own = re.sub(r"<[^<>]*>", "", own)
        if "&" in own or VIEW.search(declared):
            return declared
    return None


def statement_around(text, at):
    """The statement that holds the position: from behind the last ; { } or label to the next ;"""
    begin = max(text.rfind(mark, 0, at) for mark in ";{}") + 1
    # Only the statement of `while (true) co_await x;`, `if (a) co_await x;`, `else co_await x;`
    head = text[begin:at]
    control = re.match(r"\s*((case\s+[\w:\s]+|default)\s*:(?!:)\s*)?(else\s+)?"
                       r"((while|for|if)\s*\((?:[^()]|\([^()]*\))*\)\s*)?", head)
    begin += control.end()
    end = text.find(";", at)
    return text[begin:end if end >= 0 else len(text)].strip()


def wrong_shapes(text):
    for match in re.finditer(r"\bco_await\b", text):
        statement = statement_around(text, match.start())
        if statement.count("co_await") > 1 or not SHAPE.match(statement):
            yield match.start(), f"not a shape that g++ 12.2 compiles right: {statement}"
        elif FORBIDDEN.search(statement):
            yield match.start(), f"none of {{ }} [ ] ? && || with co_await: {statement}"


def wrong_lambdas(text):
    """Lambdas that give a Task: [captures] <T>(parameters) mutable -> Task."""
    for match in re.finditer(r"\[(?!\[)", text):
        end = behind(text, match.start())
        captures = text[match.end():end - 1].strip()
        template = re.match(r"\s*<", text[end:])
        if template:
            end = behind(text, end + template.end() - 1)
        parameters = re.match(r"\s*\(", text[end:])
        inside = ""
        if parameters:
            begin = end + parameters.end()
            end = behind(text, begin - 1)
            inside = text[begin:end - 1]
        if not RETURNS_TASK.match(text[end:]):
            continue
        if captures:
            yield match.start(), "a lambda that captures is no coroutine"
        elif wrong := parameter_that_refers(inside):
            yield match.start(), f"a coroutine takes its parameters by value: {wrong}"


def wrong_functions(text):
    """Definitions, in a class or outside of it, that give a Task and are coroutines."""
    for match in re.finditer(rf"(?<!->)(?<!-> ){TASK}\s*<", text):
        end = behind(text, match.end() - 1)
        name = re.match(r"\s+[\w:~]+(\s*<[^;{}()]*>\s*::\s*\w+)?\s*\(", text[end:])
        if not name:
            continue
        begin = end + name.end()
        end = behind(text, begin - 1)
        body = BODY.match(text[end:])
        if not body:
            continue
        start = end + body.end() - 1
        if not re.search(r"\bco_(await|return|yield)\b", text[start:behind(text, start)]):
            continue
        if wrong := parameter_that_refers(text[begin:end - 1]):
            yield match.start(), f"a coroutine takes its parameters by value: {wrong}"


def problems_of(path, text):
    text = without_comments_and_strings(text)
    found = [*wrong_shapes(text), *wrong_lambdas(text), *wrong_functions(text)]
    return [f"{path}:{text.count(chr(10), 0, at) + 1}: {what}" for at, what in sorted(found)]


def sources_in(paths):
    for path in map(pathlib.Path, paths):
        if path.is_dir():
            yield from (file for file in sorted(path.rglob("*")) if file.suffix in SUFFIXES)
        else:
            yield path


def main(arguments):
    if not arguments or arguments[0].startswith("-"):
        print(__doc__.strip())
        return 2
    found = []
    for path in sources_in(arguments):
        found += problems_of(path, path.read_text(errors="replace"))
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
