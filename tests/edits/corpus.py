"""Edits of the reference pipeline, of which is known what they change: what decides whether a
calculation must be computed again is tried on them."""
import attribution
import crowd
import daily
import everyday
import exposure
import holding
import last_close
import market
import narrow
import ordinary
import portfolio
import psychometrics
import reviewed
import rewritten
import risk
import rsi
import user_classifier
from edit import Edit, apply  # noqa: F401

EDITS = (*attribution.EDITS, *crowd.EDITS, *daily.EDITS, *everyday.EDITS, *exposure.EDITS,
         *holding.EDITS, *last_close.EDITS, *market.EDITS, *narrow.EDITS, *ordinary.EDITS,
         *portfolio.EDITS, *psychometrics.EDITS, *reviewed.EDITS, *rewritten.EDITS, *risk.EDITS,
         *rsi.EDITS, *user_classifier.EDITS)
