// ListQuery: the filter of a list of runs.
//
//   WorkflowType = 'A' AND (ExecutionStatus IN ('Running', 'Failed') OR StartTime >
//   '2026-01-02T...')
//
// Fields: those of attributes.h and the search attributes of the options. Operators: = != < <= >
// >=, [NOT] IN, [NOT] BETWEEN, [NOT] STARTS_WITH, IS [NOT] NULL, AND, OR, NOT, parentheses; GROUP
// BY ExecutionStatus at the end, of a count. Where a field is not set, no operator but IS NULL
// holds, and no NOT of it either.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "temporal/base/status.h"
#include "temporal/embedded/options.h"
#include "temporal/embedded/run.h"

namespace temporal::embedded {

class ListQuery {
 public:
  using Truth = std::optional<bool>;  // nothing: it cannot be said
  using Filter = std::function<Truth(const Run&)>;

  static Result<ListQuery> parse(const std::string& text, const Options& options);
  bool matches(const Run& run) const { return !filter_ || filter_(run) == true; }
  bool groups_by_status() const { return groups_by_status_; }

 private:
  Filter filter_;
  bool groups_by_status_ = false;
};

}  // namespace temporal::embedded
