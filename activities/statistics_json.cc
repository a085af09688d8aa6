#include "activities/statistics_json.h"

#include <nlohmann/json.hpp>

namespace almanac {

std::string statistics_json(const Statistics& s, const std::vector<std::string>& changed) {
  nlohmann::json json{
      {"entities", s.entities},
      {"failed", s.failed},
      {"skipped", s.skipped},
      {"rejected", s.rejected},
      {"rows", s.rows},
      {"bytes", s.bytes},
      {"flushes", {{"BATCH_LIMIT", s.flushes_batch}, {"MEMORY_PRESSURE", s.flushes_memory}}},
      {"setup_us", s.setup_us},
      {"input_us", s.input_us},
      {"process_us", s.process_us},
      {"commit_us", s.commit_us},
      {"peak_memory_bytes", s.peak_memory_bytes},
      {"walls", s.walls}};
  if (!changed.empty()) json["changed"] = changed;
  for (const auto& [reason, rows] : s.reasons) json["rejected_by_reason"][reason] = rows;
  if (!s.samples.empty()) json["failed_entities"] = s.samples;
  // What a calculation threw may not be UTF-8.
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace almanac
