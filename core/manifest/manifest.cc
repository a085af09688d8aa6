#include "core/manifest/manifest.h"

#include <algorithm>
#include <numeric>

#include "core/manifest/validate.h"

namespace almanac {

namespace {

// Edges between calculations; names that are not known have none.
Graph dependencies_of(const std::vector<Calculation>& calculations) {
  std::map<std::string_view, uint32_t> index;
  for (uint32_t i = 0; i < calculations.size(); ++i) index[calculations[i].id] = i;
  Graph graph(calculations.size());
  for (uint32_t i = 0; i < calculations.size(); ++i) {
    for (const auto& read : calculations[i].reads) {
      if (read.source != Calculation::Source::Calculation) continue;
      if (const auto found = index.find(read.name); found != index.end()) {
        graph[i].push_back(found->second);
      }
    }
    std::sort(graph[i].begin(), graph[i].end());
    graph[i].erase(std::unique(graph[i].begin(), graph[i].end()), graph[i].end());
  }
  return graph;
}

// Names the first cycle; there must be one.
std::string cycle_problem(const std::vector<Calculation>& calculations, const Graph& graph) {
  std::vector<std::string> names;
  for (const auto& calculation : calculations) names.push_back(calculation.id);
  const auto cycle = first_cycle(graph, names);
  std::string text = calculations[cycle[0]].file + ": dependencies form a cycle: ";
  for (uint32_t node : cycle) text += names[node] + " -> ";
  text += names[cycle[0]];
  if (cycle.size() == 1) text += "; its own result of the day before is previous()";
  return text;
}

void put_in_force(const Project& project, std::vector<Calculation>& calculations) {
  for (auto& calculation : calculations) {
    const auto given = project.parameters.find(calculation.id);
    for (auto& parameter : calculation.parameters) {
      if (given == project.parameters.end()) break;
      const auto value = given->second.find(parameter.name);
      if (value == given->second.end()) continue;
      parameter.text = canonical_value(parameter, value->second).value();
    }
  }
}

}  // namespace

const Calculation* Manifest::find(std::string_view id) const {
  const auto found = index.find(id);
  return found == index.end() ? nullptr : &calculations[found->second];
}

Result<Manifest> sorted_manifest(std::vector<Calculation> calculations) {
  const Graph unsorted = dependencies_of(calculations);
  const auto pass = passes_of(unsorted);
  if (pass.size() != calculations.size()) {
    return usage_error(cycle_problem(calculations, unsorted));
  }
  std::vector<uint32_t> order(calculations.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return std::tie(pass[a], calculations[a].id) < std::tie(pass[b], calculations[b].id);
  });
  Manifest manifest;
  for (uint32_t i : order) {
    manifest.index[calculations[i].id] = static_cast<uint32_t>(manifest.calculations.size());
    manifest.pass.push_back(pass[i]);
    manifest.calculations.push_back(std::move(calculations[i]));
  }
  manifest.dependencies = dependencies_of(manifest.calculations);
  return manifest;
}

Result<Manifest> make_manifest(std::vector<Calculation> calculations, const Project& project) {
  std::vector<std::string> problems = problems_of(calculations, project);
  if (problems.empty()) {
    put_in_force(project, calculations);
    return sorted_manifest(std::move(calculations));
  }
  const Graph graph = dependencies_of(calculations);
  if (passes_of(graph).size() != graph.size()) {
    problems.push_back(cycle_problem(calculations, graph));
  }
  std::string text;
  for (const auto& problem : problems) text += (text.empty() ? "" : "\n") + problem;
  return usage_error(text);
}

}  // namespace almanac
