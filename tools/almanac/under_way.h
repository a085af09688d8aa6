// UnderWay: what can be known, at one moment, of the run that is under way.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/ledger/records.h"
#include "core/manifest/project.h"
#include "storage/ledger.h"
#include "tools/almanac/steering.h"
#include "workflows/run.h"

namespace almanac {

struct UnderWay {
  std::string run;
  std::optional<RunProgress> progress;  // empty: it does not answer, and `problem` says why
  std::string problem;                  // also where it answers, but cannot go on
  std::vector<Attempt> running;         // cells that are computed now, by the ledger
};

// Empty optional: no run is under way. The connection to a service is left in `connection`, if that
// is given, and used again.
Result<std::optional<UnderWay>> under_way(const Project& project, Ledger& ledger,
                                          std::shared_ptr<ServiceEngine>* connection = nullptr);
// All but what the ledger knows.
void look_at(const Steering& run, UnderWay* now);

// As `status` shows it: run_id, phase, computed, of.
nlohmann::json brief_json(const UnderWay& now);
std::string brief_text(const UnderWay& now);

// As `watch` shows it. The text has neither times that pass nor failures, so that it is the same as
// long as nothing happens.
nlohmann::json full_json(const UnderWay& now);
std::string full_text(const UnderWay& now);
std::string failure_text(const Failed& failed);

}  // namespace almanac
