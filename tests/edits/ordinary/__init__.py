"""Edits as ordinary code review brings them, by somebody who had seen neither the others nor how
versions are compared."""
import importlib
import pkgutil

MODULES = sorted(module.name for module in pkgutil.iter_modules(__path__))
EDITS = tuple(edit for name in MODULES
              for edit in importlib.import_module(f"{__name__}.{name}").EDITS)
