#include "tests/support/model.h"

#include "core/plan/identity.h"

namespace almanac::model {

namespace {

using Source = Calculation::Source;

std::string name_of_node(size_t node) {
  return "c" + std::to_string(100 + node);
}

std::shared_ptr<const ResultRecord> result_of(uint64_t value) {
  auto result = std::make_shared<ResultRecord>();
  result->names =
      std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"key", "value"});
  result->columns = {Hash{1, 1}, Hash{2, value}};
  result->rows = 1;
  result->hash = Hash{3, value};
  return result;
}

}  // namespace

Manifest World::manifest() const {
  Manifest m;
  for (size_t n = 0; n < nodes.size(); ++n) {
    const Node& node = nodes[n];
    Calculation c;
    c.id = name_of_node(n);
    c.category = "model";
    c.outputs = {{"key", Type::Int64, true, false, false, false},
                 {"value", Type::Int64, false, false, false, false}};
    c.code_hash = Hash{7, node.code};
    if (node.reads_dataset) {
      c.reads.push_back({Source::Dataset,
                         "data",
                         node.optional_dataset,
                         node.dataset_window,
                         {{"x", Type::Int64}}});
    }
    m.dependencies.emplace_back();
    for (const auto& [dependency, window] : node.reads) {
      c.reads.push_back(
          {Source::Calculation, name_of_node(dependency), false, window, {{"value", Type::Int64}}});
      m.dependencies.back().push_back(static_cast<uint32_t>(dependency));
    }
    if (node.historical) {
      c.reads.push_back({Source::Previous, "", false, 1, {{"value", Type::Int64}}});
    }
    m.calculations.push_back(std::move(c));
    m.pass.push_back(static_cast<uint32_t>(n));  // one pass each: any topological order will do
    m.index[name_of_node(n)] = static_cast<uint32_t>(n);
  }
  return m;
}

Availability World::availability() const {
  Availability a;
  DatasetAvailability dataset;
  dataset.name = "data";
  dataset.entity = "key";
  auto schema = std::make_shared<PartitionSchema>();
  schema->names = {"key", "x"};
  schema->types = {"int64", "int64"};
  for (size_t day = 0; day < days_; ++day) {
    a.calendar.push_back(Date(kFirstDay + static_cast<int>(day)));
    if (!data[day]) continue;
    Partition p;
    p.date = a.calendar.back();
    p.presence = Presence::Present;
    p.rows = 1;
    p.schema = schema;
    p.columns = {Hash{1, 1}, Hash{2, *data[day]}};
    dataset.partitions.push_back(std::move(p));
  }
  a.datasets.push_back(std::move(dataset));
  return a;
}

// A number that depends on everything the cell reads, in order.
uint64_t World::compute(size_t n, size_t day,
                        const std::vector<std::vector<std::optional<uint64_t>>>& values) const {
  const Node& node = nodes[n];
  Hasher hasher("model");
  hasher.add(node.behaviour).add(uint64_t{n});
  auto add = [&](const std::optional<uint64_t>& value) {
    hasher.add(uint64_t{value.has_value()}).add(value.value_or(0));
  };
  if (node.reads_dataset) {
    for (size_t d = Planner::window_start(day, node.dataset_window); d <= day; ++d) add(data[d]);
  }
  for (const auto& [dependency, window] : node.reads) {
    for (size_t d = Planner::window_start(day, window); d <= day; ++d) add(values[dependency][d]);
  }
  if (node.historical) {
    size_t before = day;
    while (before > 0 && !values[n][before - 1]) --before;
    if (before > 0) add(values[n][before - 1]);
  }
  const uint64_t value = hasher.digest().low;
  return node.coarse ? value % node.coarse : value;
}

std::vector<World::Ran> World::run() {
  manifest_ = manifest();
  availability_ = availability();
  Planner::Sources sources;
  sources.manifest = &manifest_;
  project_.datasets = {Dataset{"data", "data/{date}.csv", "key", "", "", {}, false}};
  sources.project = &project_;
  sources.availability = &availability_;
  for (const auto& [name, record] : ledger_) sources.cells.push_back(record);
  sources.letters = letters_;
  sources.trace = [this](const Hash& key) -> std::optional<Trace> {
    const auto found = traces_.find(key);
    if (found == traces_.end()) return std::nullopt;
    return found->second;
  };
  sources.stored = [this](const CellRecord& record) {
    const auto found = stored.find(record.key);
    return found == stored.end() ? Facts::Stored::Published : found->second;
  };
  planner_ = std::make_unique<Planner>(std::move(sources));
  Planner& planner = *planner_;

  std::vector<Ran> ran;
  values_.assign(nodes.size(), std::vector<std::optional<uint64_t>>(days_));
  for (size_t day = 0; day < days_; ++day) {
    for (size_t n = 0; n < nodes.size(); ++n) {
      const CellPlan plan = planner.evaluate(n, day);
      planner.settle(n, day, plan);
      const bool computes =
          (plan.verdict.state == State::Runnable || plan.verdict.state == State::ReRun) &&
          plan.verdict.reason != Reason::Hit;
      if (computes) {
        ran.push_back({n, day, plan.verdict});
        if (nodes[n].fails) {
          DeadLetter letter{
              name_of_node(n), planner.date(day), plan.key, "FAILED", "", "", 3, true, false};
          letters_.push_back(letter);
          planner.settle(n, day, Settled{Settled::Now::Failed, 0, nullptr});
          continue;
        }
        const auto result = result_of(compute(n, day, values_));
        planner.settle(n, day, Settled{Settled::Now::Final, next_computation_++, result});
        stored.erase(plan.key);
      }
      const Settled& settled = planner.settled(n, day);
      if (settled.now != Settled::Now::Final) continue;
      values_[n][day] = settled.result->columns[1].low;
      CellRecord record;
      record.calculation = name_of_node(n);
      record.date = planner.date(day);
      record.key = plan.key;
      record.identity = planner.identity(n);
      record.dated = plan.dated;
      record.provenance = plan.provenance;
      record.computation = settled.computation;
      record.result = settled.result;
      record.category = "model";
      record.published = true;
      traces_[plan.key] = {plan.key, settled.computation, settled.result, {}, {}};
      if (plan.verdict.reason == Reason::Hit) stored.erase(plan.key);
      ledger_[{record.calculation, record.date}] = std::move(record);
    }
  }
  return ran;
}

std::optional<uint64_t> World::value(size_t node, size_t day) const {
  return values_[node][day];
}

std::vector<std::vector<std::optional<uint64_t>>> World::oracle() const {
  std::vector<std::vector<std::optional<uint64_t>>> values(
      nodes.size(), std::vector<std::optional<uint64_t>>(days_));
  for (size_t day = 0; day < days_; ++day) {
    for (size_t n = 0; n < nodes.size(); ++n) {
      const Node& node = nodes[n];
      bool possible = !node.fails;
      if (node.reads_dataset && !node.optional_dataset && !data[day]) possible = false;
      for (const auto& [dependency, window] : node.reads) {
        if (!values[dependency][day]) possible = false;
      }
      if (possible) values[n][day] = compute(n, day, values);
    }
  }
  return values;
}

}  // namespace almanac::model
