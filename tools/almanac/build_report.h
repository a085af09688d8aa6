// The build report: what became of the cells of the last days and why, what it took, what is wrong
// with it. One document; `report --json` prints it, report_page.h shows it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/base/result.h"
#include "tools/almanac/session.h"

namespace almanac {

// Of the last `days` days of what was planned. In it are:
//
// version, project, made, from, to, expected_per_date, expected, adds_up, dates_left_out
// totals, outcomes  of all cells by name. An outcome is what the latest run did: a cell that it
//                   left as it was is `stable`; `pending` is what the next run would do.
// dates             {date, totals, outcomes, sum, adds_up, spent_ms,
//                   run_id (the last that computed)}
// runs              {run_id, command, started, duration_ms, totals, computed_here}, newest first
// calculations      {calculation, category, pass, outcomes, spans, took}; in a span of dates all
//                   cells have the same {state, reason, outcome, detail, computed_because}
// failures          {calculation, date, state, reason, code, cause, stage, error, attempts,
//                   dropped, commands}
// causes            report_causes.h
// rejected, failed_entities, findings, not_reproduced   report_work.h
// unreadable        root data: {date, problem}
// reused            what the latest runs published again or accepted without computing it:
//                   {calculation, run_id, act, reason, cells, from, to}
// nondeterministic  calculations of which a cell came out otherwise the second time
// repeated          {calculations, cells}: computed twice
// open_breakers, dead_letters_elsewhere, warnings
Result<nlohmann::json> build_report(Planned& planned, size_t days);

}  // namespace almanac
