#include "core/quality/repetition.h"

namespace almanac {

bool is_repeated(const Hash& key, uint64_t percent) {
  return key.low % 100 < percent;
}

std::string difference(const ResultRecord& one, const ResultRecord& other) {
  if (one.hash == other.hash) return "";
  if (one.rows != other.rows) return "in its rows";
  std::string names;
  for (size_t i = 0; i < other.columns.size(); ++i) {
    if (i < one.columns.size() && one.columns[i] == other.columns[i]) continue;
    names += (names.empty() ? "in " : ", ") + (*other.names)[i];
  }
  return names.empty() ? "in its failed entities" : names;
}

}  // namespace almanac
