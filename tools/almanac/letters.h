// What commands do with dead letters: retry, dlq, status.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/ledger/records.h"
#include "storage/ledger.h"
#include "tools/almanac/session.h"

namespace almanac {

nlohmann::json letter_json(const DeadLetter& letter);

// Puts letters back: attempts of their cells start anew. While a run is under way, it does so and
// tries the cells; its id is returned, otherwise an empty one. Without cells nothing is touched.
// What was planned is closed: nobody reads the ledger beside the connection that writes it.
Result<std::string> requeue_cells(Planned planned, const std::vector<Ledger::CellName>& cells);

// A person gives cells up that have letters. Temporary error while a run is under way.
Result<void> drop_cells(Planned planned, const std::vector<Ledger::CellName>& cells);

}  // namespace almanac
