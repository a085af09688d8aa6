// almanac diff CALC DATE: what the code and the data of now would change in a stored result.
#include <arrow/api.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "core/quality/repetition.h"
#include "tools/almanac/console.h"
#include "tools/almanac/options.h"
#include "tools/almanac/result_difference.h"
#include "tools/almanac/run_report.h"
#include "tools/almanac/session.h"
#include "tools/almanac/texts.h"
#include "tools/almanac/trial.h"

namespace almanac {

namespace {

using nlohmann::json;

struct Compared {
  std::string id, date;
  Hash stored, computed;             // hashes of the whole
  std::vector<std::string> changed;  // parts of the key
  bool same_key = false;
  ResultDifference difference;
  json before = json::array();  // what was computed for its sake
};

// Of a cell without a stored result: how it gets one.
std::string advice_for(const NamedCell& cell) {
  const std::string these = " --select " + cell.id() + " --date " + cell.date.str();
  const auto& cells = cell.planned.cells;
  const auto planned = std::find_if(cells.begin(), cells.end(), [&](const PlannedCell& other) {
    return other.calculation == cell.calculation && other.day == cell.day;
  });
  if (planned != cells.end() && planned->verdict.state == State::Failed) {
    return "it has failed, and almanac retry" + these + " tries it again";
  }
  if (planned != cells.end() && is_computed(planned->verdict)) {
    return "almanac run" + these + " computes it";
  }
  return "almanac explain " + cell.id() + " " + cell.date.str() + " says why";
}

// The stored result, whose bytes are sound. Nothing is set aside here.
Result<const CellRecord*> stored_cell(const NamedCell& cell) {
  const CellRecord* record = cell.planned.planning->planner->record(cell.calculation, cell.day);
  if (record == nullptr) {
    return usage_error(cell.id() + " " + cell.date.str() +
                       " has no stored result to compare with; " + advice_for(cell));
  }
  for (const Blob& blob : record->result->shards) {
    TRY_VOID(cell.planned.workspace->store->verify(blob));
  }
  return record;
}

// `failure`: what a cell failed with that keeps this one from being computed.
Result<Compared> compare(const Options& options, std::string* failure) {
  TRY(NamedCell named, plan_named_cell(options));
  const Planner& planner = *named.planned.planning->planner;
  const Calculation& calculation = planner.manifest().calculations[named.calculation];
  TRY(const CellRecord* record, stored_cell(named));
  TRY(const auto trial, Trial::open(&named.planned));
  auto computed = trial->compute(named.calculation, named.day);
  *failure = trial->failure();
  TRY(const Trial::Cell cell, std::move(computed));

  Compared out{calculation.id,
               named.date.str(),
               record->result->hash,
               cell.result.hash,
               cell.plan.changed,
               record->key == cell.plan.key,
               {},
               json::array()};
  for (const auto& before : trial->before()) {
    out.before.push_back({{"calculation", planner.manifest().calculations[before.calculation].id},
                          {"date", planner.date(before.day).str()}});
  }
  TRY(out.difference, compare_results(trial->results(), *record->result, cell.result,
                                      calculation.outputs, static_cast<size_t>(options.rows)));
  return out;
}

std::string rows_text(int64_t rows) {
  return count_text(static_cast<uint64_t>(rows), "row");
}

void print_columns(const ResultDifference& d) {
  size_t width = 0;
  for (const auto& column : d.columns) width = std::max(width, width_of(column.name));
  for (const auto& column : d.columns) {
    const std::string name = padded(column.name, width);
    if (column.status != "common") {
      std::printf("  %s  %s\n", name.c_str(), column.status.c_str());
    } else if (column.rows > 0) {
      std::printf("  %s  %s %s", name.c_str(), rows_text(column.rows).c_str(),
                  column.rows == 1 ? "differs" : "differ");
      if (column.absolute) {
        std::printf(", by up to %.6g, or %.3g %%", *column.absolute, 100 * *column.relative);
      }
      std::printf("\n");
    }
  }
}

std::string text_of(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string key_text(const json& key) {
  std::string text;
  for (const auto& [name, value] : key.items()) {
    text += (text.empty() ? "" : ", ") + name + " " + text_of(value);
  }
  return text;
}

// Of lists the first element that differs.
std::string change_text(const std::string& name, const json& from, const json& to) {
  if (from.is_array() && to.is_array()) {
    size_t at = 0;
    while (at < from.size() && at < to.size() && from[at] == to[at]) ++at;
    const auto element = [&](const json& list) {
      return at < list.size() ? text_of(list[at]) : std::string("none");
    };
    return name + "[" + std::to_string(at) + "] " + element(from) + " -> " + element(to);
  }
  return name + " " + text_of(from) + " -> " + text_of(to);
}

void print_rows(const RowDifference& rows) {
  for (const auto& row : rows.first) {
    std::string text;
    for (const auto& [name, value] : row.values.items()) {
      text += (text.empty() ? "" : "; ") + change_text(name, value["stored"], value["computed"]);
    }
    std::printf("  %s: %s\n", key_text(row.key).c_str(), text.c_str());
  }
  for (const auto& row : rows.first_added) std::printf("  %s: added\n", key_text(row.key).c_str());
  for (const auto& row : rows.first_removed) {
    std::printf("  %s: removed\n", key_text(row.key).c_str());
  }
}

void print(const Compared& c) {
  const RowDifference& rows = c.difference.rows;
  std::printf("%s %s: ", c.id.c_str(), c.date.c_str());
  const std::string both =
      rows_text(rows.stored) + " stored, " + std::to_string(rows.computed) + " computed";
  if (c.stored == c.computed) {
    std::printf("equal, %s\n", rows_text(rows.stored).c_str());
  } else if (rows.unmatched) {
    std::printf("%s; they had another key when they were stored and cannot be matched\n",
                both.c_str());
  } else {
    std::printf("%s: %lld differing, %lld removed, %lld added\n", both.c_str(),
                static_cast<long long>(rows.differing), static_cast<long long>(rows.removed),
                static_cast<long long>(rows.added));
  }
  std::string changed;
  for (const auto& part : c.changed) changed += (changed.empty() ? "" : ", ") + part;
  if (!c.same_key) std::printf("  in the key, changed: %s\n", changed.c_str());
  if (!c.before.empty()) {
    std::printf("  computed for its sake, as not up to date: %s\n",
                count_text(c.before.size(), "other cell").c_str());
  }
  if (c.stored == c.computed) return;
  print_columns(c.difference);
  if (c.difference.only_failures)
    std::printf("  other entities fail, or other rows are rejected\n");
  print_rows(rows);
  if (c.same_key) {
    std::printf(
        "  nothing in the key changed: %s is not deterministic, or the machine erred, or evidence "
        "on which it was skipped does not hold; almanac verify --select %s looks at its days, and "
        "revokes such evidence\n",
        c.id.c_str(), c.id.c_str());
  }
}

// Another result where the key is another one is pending, as for `plan --detailed-exitcode`; where
// it is the same one, it could not be reproduced, as for `verify`.
ExitCode code_of(const Compared& c) {
  if (c.stored == c.computed) return kDone;
  return c.same_key ? kNotReproduced : kChangesPending;
}

}  // namespace

int diff_command(const Options& options) {
  std::string failure;
  const auto compared = compare(options, &failure);
  if (!compared.ok()) {
    const int code = fail(compared.error());
    return code == kFailedCells ? exit_code_of(failure) : code;
  }
  if (options.json) {
    json out = difference_json(compared->difference);
    out["version"] = 1;
    out["calculation"] = compared->id;
    out["date"] = compared->date;
    out["equal"] = compared->stored == compared->computed;
    out["same_key"] = compared->same_key;
    out["changed"] = compared->changed;
    out["stored_hash"] = compared->stored.hex();
    out["computed_hash"] = compared->computed.hex();
    out["computed_before"] = compared->before;
    print_json(out);
  } else {
    print(*compared);
  }
  return code_of(*compared);
}

}  // namespace almanac
