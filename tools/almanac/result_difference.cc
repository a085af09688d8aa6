#include "tools/almanac/result_difference.h"

#include <arrow/api.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

namespace almanac {

namespace {

using nlohmann::json;
using Reader = std::shared_ptr<arrow::RecordBatchReader>;

std::optional<Hash> hash_of(const ResultRecord& result, const std::string& column) {
  const auto found = std::find(result.names->begin(), result.names->end(), column);
  if (found == result.names->end()) return std::nullopt;
  return result.columns[static_cast<size_t>(found - result.names->begin())];
}

std::vector<Calculation::Column> columns_of(const std::vector<Calculation::Output>& outputs) {
  std::vector<Calculation::Column> columns;
  for (const auto& output : outputs) columns.push_back({output.name, output.type});
  return columns;
}

// The outputs that both results have with the same type, key fields first. The columns of the
// others are noted as what they are.
Result<std::vector<Calculation::Output>> common(Results& results, const ResultRecord& stored,
                                                const ResultRecord& computed,
                                                const std::vector<Calculation::Output>& outputs,
                                                std::vector<ResultDifference::Column>* columns) {
  std::vector<Calculation::Output> both;
  for (const auto& output : outputs) {
    if (hash_of(stored, output.name)) both.push_back(output);
  }
  TRY(const Reader left, results.open(stored, columns_of(both)));
  TRY(const Reader right, results.open(computed, columns_of(both)));
  std::vector<Calculation::Output> same;
  for (const auto& output : outputs) {
    ResultDifference::Column column{output.name, std::string(name_of(output.type)), "added", 0, {},
                                    {}};
    if (hash_of(stored, output.name)) {
      const auto before = left->schema()->GetFieldByName(output.name)->type();
      const bool retyped = !before->Equals(right->schema()->GetFieldByName(output.name)->type());
      column.status = retyped ? "retyped" : "common";
      if (retyped) column.type = before->ToString() + " -> " + column.type;
      if (!retyped) same.push_back(output);
    }
    columns->push_back(std::move(column));
  }
  for (const auto& name : *stored.names) {
    if (!hash_of(computed, name)) columns->push_back({name, "", "removed", 0, {}, {}});
  }
  std::vector<Calculation::Output> ordered;
  for (const bool key : {true, false}) {
    std::copy_if(same.begin(), same.end(), std::back_inserter(ordered),
                 [key](const auto& output) { return output.key == key; });
  }
  return ordered;
}

bool all_keys(const std::vector<Calculation::Output>& of,
              const std::vector<Calculation::Output>& among) {
  const auto keys = [](const auto& outputs) {
    return std::count_if(outputs.begin(), outputs.end(), [](const auto& o) { return o.key; });
  };
  return keys(of) == keys(among);
}

json rows_json(const std::vector<RowDifference::Row>& rows) {
  json out = json::array();
  for (const auto& row : rows) out.push_back({{"key", row.key}, {"values", row.values}});
  return out;
}

json number_json(const std::optional<double>& number) {
  return number ? json(*number) : json();
}

}  // namespace

Result<ResultDifference> compare_results(Results& results, const ResultRecord& stored,
                                         const ResultRecord& computed,
                                         const std::vector<Calculation::Output>& outputs,
                                         size_t most) {
  ResultDifference out;
  out.rows.stored = static_cast<int64_t>(stored.rows);
  out.rows.computed = static_cast<int64_t>(computed.rows);
  TRY(auto same, common(results, stored, computed, outputs, &out.columns));
  const bool equal_columns = *stored.names == *computed.names && stored.columns == computed.columns;
  out.only_failures = equal_columns && stored.hash != computed.hash;
  if (equal_columns) return out;
  if (!all_keys(outputs, same)) {
    out.rows.unmatched = true;
    return out;
  }
  std::erase_if(same, [&](const auto& output) {
    return !output.key && hash_of(stored, output.name) == hash_of(computed, output.name);
  });
  TRY(Reader left, results.open(stored, columns_of(same)));
  TRY(Reader right, results.open(computed, columns_of(same)));
  TRY(out.rows, compare_rows(std::move(left), std::move(right), same, most));
  for (const ColumnDifference& column : out.rows.columns) {
    const auto found = std::find_if(out.columns.begin(), out.columns.end(),
                                    [&](const auto& c) { return c.name == column.name(); });
    if (out.rows.unmatched) continue;
    found->rows = column.rows();
    found->absolute = column.largest_absolute();
    found->relative = column.largest_relative();
  }
  return out;
}

json difference_json(const ResultDifference& difference) {
  const RowDifference& rows = difference.rows;
  json out{{"rows",
            {{"stored", rows.stored},
             {"computed", rows.computed},
             {"differing", rows.unmatched ? json() : json(rows.differing)},
             {"added", rows.unmatched ? json() : json(rows.added)},
             {"removed", rows.unmatched ? json() : json(rows.removed)}}},
           {"columns", json::array()},
           {"first", json::array()},
           {"first_added", json::array()},
           {"first_removed", json::array()},
           {"only_failures", difference.only_failures}};
  for (const auto& column : difference.columns) {
    const bool unknown = rows.unmatched && column.status == "common";
    out["columns"].push_back({{"column", column.name},
                              {"type", column.type},
                              {"status", column.status},
                              {"differing", unknown ? json() : json(column.rows)},
                              {"largest_absolute", number_json(column.absolute)},
                              {"largest_relative", number_json(column.relative)}});
  }
  if (rows.unmatched) return out;
  out["first"] = rows_json(rows.first);
  out["first_added"] = rows_json(rows.first_added);
  out["first_removed"] = rows_json(rows.first_removed);
  return out;
}

}  // namespace almanac
