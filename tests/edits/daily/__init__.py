"""Edits of an ordinary day by somebody else, who had seen no other edit: each kind of change that
people make to tidy up, and of mistake that they make with it."""
import importlib
import pkgutil

MODULES = sorted(module.name for module in pkgutil.iter_modules(__path__))
EDITS = tuple(edit for name in MODULES
              for edit in importlib.import_module(f"{__name__}.{name}").EDITS)
