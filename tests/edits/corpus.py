"""Edits of the reference pipeline, of which is known what they change: what decides whether a
calculation must be computed again is tried on them."""
import exposure
import holding
import last_close
import rsi
import user_classifier
from edit import Edit, apply  # noqa: F401

EDITS = (*exposure.EDITS, *holding.EDITS, *last_close.EDITS, *rsi.EDITS, *user_classifier.EDITS)
