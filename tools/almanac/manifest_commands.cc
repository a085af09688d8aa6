// almanac build, list, dag: the manifest. show has a file of its own.
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "core/manifest/calculation_json.h"
#include "tools/almanac/console.h"
#include "tools/almanac/interrupt.h"
#include "tools/almanac/options.h"
#include "tools/almanac/session.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

using nlohmann::json;

constexpr const char* kNone = "there are no calculations; add one as calculations/ID.cc\n";

Result<int> list(const Options& options) {
  TRY(const Built built, load_and_build(options));
  json out{{"version", 1}, {"calculations", json::array()}};
  size_t width = 0;
  for (const Calculation& c : built.manifest.calculations) {
    width = std::max(width, width_of(c.category + "/" + c.id));
  }
  for (size_t i = 0; i < built.manifest.calculations.size(); ++i) {
    const Calculation& c = built.manifest.calculations[i];
    if (options.json) {
      json entry = calculation_to_json(c);
      entry["pass"] = built.manifest.pass[i];
      out["calculations"].push_back(std::move(entry));
    } else {
      std::string lines;
      for (const std::string& line : c.lines) lines += (lines.empty() ? "  " : ", ") + line;
      std::printf("%u  %s  %s%s\n", built.manifest.pass[i],
                  padded(c.category + "/" + c.id, width).c_str(),
                  std::string(name_of(c.kind)).c_str(), lines.c_str());
    }
  }
  if (options.json) {
    print_json(out);
  } else if (built.manifest.calculations.empty()) {
    std::printf("%s", kNone);
  }
  return static_cast<int>(kDone);
}

struct Edge {
  std::string from;
  bool dataset;
};

// The datasets that a calculation reads, its dependencies, and itself where it reads its own result
// of an earlier day.
std::vector<Edge> edges_of(const Manifest& m, size_t index) {
  std::vector<Edge> edges;
  std::set<std::string> seen;
  for (const auto& read : m.calculations[index].reads) {
    if (read.source == Calculation::Source::Dataset && seen.insert(read.name).second) {
      edges.push_back({read.name, true});
    }
  }
  for (uint32_t d : m.dependencies[index]) edges.push_back({m.calculations[d].id, false});
  if (m.calculations[index].historical()) edges.push_back({m.calculations[index].id, false});
  return edges;
}

json dag_json(const Manifest& m) {
  json out{{"version", 1},
           {"nodes", json::array()},
           {"edges", json::array()},
           {"datasets", json::array()},
           {"reads", json::array()}};
  std::set<std::string> datasets;
  for (size_t i = 0; i < m.calculations.size(); ++i) {
    const Calculation& c = m.calculations[i];
    out["nodes"].push_back({{"id", c.id}, {"pass", m.pass[i]}, {"historical", c.historical()}});
    for (uint32_t d : m.dependencies[i]) {
      out["edges"].push_back({{"from", m.calculations[d].id}, {"to", c.id}});
    }
    for (const Edge& edge : edges_of(m, i)) {
      if (!edge.dataset) continue;
      datasets.insert(edge.from);
      out["reads"].push_back({{"dataset", edge.from}, {"by", c.id}});
    }
  }
  out["datasets"] = datasets;
  return out;
}

// Dot and Mermaid: datasets have a shape of their own, so that one may be called like a
// calculation.
void print_drawing(const Manifest& m, bool dot) {
  std::printf(dot ? "digraph almanac {\n  rankdir=LR;\n" : "graph LR\n");
  std::set<std::string> datasets;
  for (size_t i = 0; i < m.calculations.size(); ++i) {
    for (const Edge& edge : edges_of(m, i)) {
      if (edge.dataset) datasets.insert(edge.from);
    }
  }
  for (const auto& name : datasets) {
    std::printf(dot ? "  \"data:%s\" [label=\"%s\", shape=cylinder];\n" : "  data:%s[(%s)]\n",
                name.c_str(), name.c_str());
  }
  for (size_t i = 0; i < m.calculations.size(); ++i) {
    const std::string& id = m.calculations[i].id;
    std::printf(dot ? "  \"%s\";\n" : "  %s\n", id.c_str());
    for (const Edge& edge : edges_of(m, i)) {
      const bool own = !edge.dataset && edge.from == id;
      const char* line = dot   ? own ? "  \"%s\" -> \"%s\" [label=\"latest day before\"];\n"
                                     : "  \"%s\" -> \"%s\";\n"
                         : own ? "  %s -- latest day before --> %s\n"
                               : "  %s --> %s\n";
      std::printf(line, ((edge.dataset ? "data:" : "") + edge.from).c_str(), id.c_str());
    }
  }
  if (dot) std::printf("}\n");
}

Result<int> dag(const Options& options) {
  TRY(const Built built, load_and_build(options));
  const Manifest& m = built.manifest;
  if (options.json) {
    print_json(dag_json(m));
  } else if (options.format != "text") {
    print_drawing(m, options.format == "dot");
  } else {
    if (m.calculations.empty()) std::printf("%s", kNone);
    for (size_t i = 0; i < m.calculations.size(); ++i) {
      const std::string& id = m.calculations[i].id;
      std::string needs;
      for (const Edge& edge : edges_of(m, i)) {
        needs += needs.empty() ? " <- " : ", ";
        if (edge.dataset) {
          needs += "data " + edge.from;
        } else {
          needs += edge.from == id ? "itself on the latest day before that has it" : edge.from;
        }
      }
      std::printf("pass %u  %s%s\n", m.pass[i], id.c_str(), needs.c_str());
    }
  }
  return static_cast<int>(kDone);
}

}  // namespace

int build_command(const Options& options) {
  auto built = load_and_build(options);
  if (!built.ok()) return fail(built.error());
  if (options.json) {
    print_json({{"version", 1}, {"calculations", built->manifest.calculations.size()}});
  } else {
    const uint32_t passes = built->manifest.passes();
    std::printf("%s in %u %s\n",
                count_text(built->manifest.calculations.size(), "calculation").c_str(), passes,
                passes == 1 ? "pass" : "passes");
  }
  return kDone;
}

int list_command(const Options& options) {
  return finish(list(options));
}
int dag_command(const Options& options) {
  return finish(dag(options));
}

}  // namespace almanac
