"""Edit: a change to the reference pipeline, of which is known whether a calculation computes the
same after it."""
import dataclasses
import pathlib


@dataclasses.dataclass(frozen=True)
class Edit:
    """What is changed in a copy of pipelines/portfolio; paths are relative to it.

    changes  (path, old text, new text): the old text stands there exactly once; an old text of ""
             makes the file
    moves    (from, to), carried out before the changes
    proved   of those that preserve: the object identity stays the same, as measured with g++ 12
             (measure.py). Where it does not, only behaviour shows that nothing has changed.
    where    of the others: an input on which the result differs
    """
    name: str
    calculation: str  # whose result is meant; of others it may change
    changes: tuple
    preserving: bool
    moves: tuple = ()
    proved: bool = False
    where: str = ""


def preserves(calculation, name, *changes, proved=False, moves=()):
    return Edit(f"{calculation}: {name}", calculation, changes, True, moves, proved)


def alters(calculation, name, *changes, where):
    return Edit(f"{calculation}: {name}", calculation, changes, False, where=where)


def apply(edit, folder):
    """Changes a copy of pipelines/portfolio. ValueError: the edit does not fit it."""
    folder = pathlib.Path(folder)
    for source, target in edit.moves:
        if not (folder / source).is_file() or (folder / target).exists():
            raise ValueError(f"{edit.name}: cannot move {source} to {target}")
        (folder / target).parent.mkdir(parents=True, exist_ok=True)
        (folder / source).rename(folder / target)
    for path, old, new in edit.changes:
        file = folder / path
        if old == new:
            raise ValueError(f"{edit.name}: {path}: {old!r} becomes itself")
        if old == "":
            if file.exists():
                raise ValueError(f"{edit.name}: {path} is there already")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(new)
            continue
        if not file.is_file():
            raise ValueError(f"{edit.name}: there is no {path}")
        text = file.read_text()
        if text.count(old) != 1:
            raise ValueError(f"{edit.name}: {old!r} stands {text.count(old)} times in {path}")
        file.write_text(text.replace(old, new))
