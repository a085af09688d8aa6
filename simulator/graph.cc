#include "simulator/graph.h"

#include <algorithm>

namespace almanac::simulator {

namespace {

using Source = Calculation::Source;

Calculation calculation_of(const Graph& graph, size_t index) {
  const Node& node = graph.nodes[index];
  Calculation c;
  c.id = id_of(index);
  c.category = node.category;
  c.kind = node.series ? Calculation::Kind::Series : Calculation::Kind::WholeDate;
  c.outputs = {{"key", Type::Int64, true, false, false, false},
               {"value", Type::Int64, false, false, false, false}};
  c.code_hash = Hash{7, node.version.code};
  c.module_sha256 = std::to_string(node.version.code) + " " + node.category;
  if (node.reads_data) {
    c.reads.push_back(
        {Source::Dataset, kDataset, node.optional_data, node.data_window, {{"x", Type::Int64}}});
  }
  for (const auto& [dependency, window] : node.reads) {
    c.reads.push_back(
        {Source::Calculation, id_of(dependency), false, window, {{"value", Type::Int64}}});
  }
  if (node.historical) {
    c.reads.push_back({Source::Previous, "", false, 1, {{"value", Type::Int64}}});
  }
  return c;
}

Script random_script(Random& random, bool fatal) {
  switch (random.below(fatal ? 8 : 6)) {
    case 0:
      return {Script::Kind::Permanent, 0};
    case 1:
      return {Script::Kind::Fails, Script::kAlways};
    case 2:
      return {Script::Kind::Heavy, static_cast<int>(random.between(0, 2))};
    case 3:
      return {Script::Kind::Unstored, 1};
    case 6:
      return {Script::Kind::Poison, 1};
    case 7:
      return {Script::Kind::Poison, random.one_in(3) ? Script::kAlways : 1};
    default:
      return {Script::Kind::Fails, static_cast<int>(random.between(1, 2))};
  }
}

}  // namespace

std::string id_of(size_t node) {
  return "c" + std::to_string(100 + node);
}

size_t node_of(const std::string& id) {
  return std::stoul(id.substr(1)) - 100;
}

Project Graph::project() const {
  Project project;
  project.root = "/simulated";
  project.name = "simulated";
  Dataset data{kDataset, "data/{date}.csv", "key", "", "", date_of(0), false};
  project.datasets = {data};
  return project;
}

Manifest Graph::manifest() const {
  std::vector<Calculation> calculations;
  for (size_t node = 0; node < nodes.size(); ++node) {
    calculations.push_back(calculation_of(*this, node));
  }
  return std::move(sorted_manifest(std::move(calculations))).value();
}

uint64_t compute(const Graph& graph, size_t index, const std::vector<Values>& reads) {
  const Node& node = graph.nodes[index];
  Hasher hasher("simulated value");
  hasher.add(node.version.behaviour).add(uint64_t{index});
  for (const Values& values : reads) {
    hasher.add(uint64_t{values.size()});
    for (const auto& value : values) hasher.add(uint64_t{value.has_value()}).add(value.value_or(0));
  }
  const uint64_t value = hasher.digest().low;
  return node.coarse ? value % node.coarse : value;
}

ResultRecord result_of(uint64_t value) {
  static const auto names =
      std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"key", "value"});
  ResultRecord result;
  result.names = names;
  result.columns = {Hash{1, 1}, fingerprint_of(value)};
  result.rows = 1;
  result.hash = Hash{3, value};
  const std::string digits = Hasher("simulated blob").add(value).digest().hex();
  result.shards = {{digits + digits, 8}};
  return result;
}

uint64_t value_of(const ResultRecord& result) {
  return result.columns[1].low;
}

Graph random_graph(Random& random, bool fatal) {
  Graph graph;
  graph.days = static_cast<int>(random.between(2, 7));
  graph.nodes.resize(static_cast<size_t>(random.between(2, 5)));
  for (size_t index = 0; index < graph.nodes.size(); ++index) {
    Node& node = graph.nodes[index];
    node.reads_data = index == 0 || random.one_in(3);
    node.optional_data = random.one_in(4);
    node.data_window = random.one_in(3) ? static_cast<uint32_t>(random.between(2, 3)) : 1;
    for (size_t earlier = 0; earlier < index; ++earlier) {
      if (!random.one_in(2)) continue;
      node.reads[earlier] = random.one_in(4) ? static_cast<uint32_t>(random.between(2, 3)) : 1;
    }
    if (node.reads.empty()) node.reads_data = true;
    node.historical = random.one_in(4);
    node.series = !node.historical && random.one_in(5);
    node.coarse = random.one_in(3) ? 2 : 0;
    node.duration_ms = random.one_in(6) ? random.between(5'000, 60'000) : random.between(1, 900);
    const uint64_t seldom = random.one_in(12) ? 1 : 8;
    const Script often = random_script(random, false);
    for (int day = 0; day < graph.days; ++day) {
      if (!random.one_in(seldom)) continue;
      node.version.scripts[day] = seldom == 1 ? often : random_script(random, fatal);
    }
  }
  return graph;
}

Data random_data(Random& random, int days) {
  Data data;
  for (int day = 0; day < days; ++day) {
    if (!random.one_in(7)) data[day] = random.below(1000);
  }
  return data;
}

Graph reference_graph() {
  Graph graph;
  graph.days = 4;
  graph.nodes.resize(3);
  graph.nodes[0].reads_data = true;
  graph.nodes[1].reads = {{0, 2}};
  graph.nodes[1].historical = true;
  graph.nodes[2].reads = {{0, 1}, {1, 1}};
  return graph;
}

}  // namespace almanac::simulator
