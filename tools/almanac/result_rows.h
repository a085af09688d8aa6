// The first rows of a published result, for people and scripts to look at.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace almanac {

struct ResultRows {
  std::vector<std::string> names;
  std::vector<nlohmann::json> rows;  // each a list of values as json_at() gives them
  bool more = false;                 // there are more rows
};

// Reads up to `most` rows of the Parquet files of a folder, in the order of their names. Usage
// error where there is none.
Result<ResultRows> first_rows(const std::string& folder, int64_t most);

void print_rows(const ResultRows& rows);
nlohmann::json rows_json(const ResultRows& rows);

}  // namespace almanac
