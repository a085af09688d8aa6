// Passes, cycles and selections: what runs before what, and what a person is told when it cannot.
#include "core/manifest/graph.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <chrono>

#include "core/manifest/selection.h"

namespace almanac {
namespace {

std::string cycle_of(const Graph& graph, const std::vector<std::string>& names) {
  std::string text;
  for (uint32_t node : first_cycle(graph, names)) text += names[node] + " ";
  return text;
}

TEST(Graph, PassIsOneMoreThanTheHighestDependency) {
  EXPECT_EQ(passes_of({{}, {0}, {0, 1}, {}, {3, 2}}), (std::vector<uint32_t>{0, 1, 2, 0, 3}));
  EXPECT_TRUE(passes_of({}).empty());
  EXPECT_TRUE(passes_of({{1}, {0}, {}}).empty());
}

TEST(Graph, CycleStartsAtTheSmallestNameAndIsTheShortest) {
  EXPECT_EQ(cycle_of({{1}, {2}, {0}, {0}}, {"c", "a", "b", "x"}), "a b c ");
  EXPECT_EQ(cycle_of({{0}}, {"a"}), "a ");
  EXPECT_EQ(cycle_of({{1}, {}}, {"a", "b"}), "");
  // Two cycles: the one with the smallest name. `a` only leads to one and is not on it.
  EXPECT_EQ(cycle_of({{1}, {2}, {1}, {4}, {3}}, {"a", "y", "z", "c", "b"}), "b c ");
  // A long and a short way back from the same node.
  EXPECT_EQ(cycle_of({{1, 3}, {2}, {0}, {0}}, {"a", "b", "c", "d"}), "a d ");
  EXPECT_EQ(cycle_of({{2, 1}, {0}, {0}}, {"a", "b", "c"}), "a b ");
}

TEST(Graph, EveryEdgeOfACycleExistsAndItIsFoundExactlyWhenPassesFail) {
  EXPECT_TRUE(rc::check([] {
    const auto size = *rc::gen::inRange<uint32_t>(1, 12);
    Graph graph(size);
    std::vector<std::string> names;
    for (uint32_t i = 0; i < size; ++i) {
      names.push_back(std::string(1, static_cast<char>('a' + (i * 5) % 12)));
      const auto edges =
          *rc::gen::container<std::vector<uint32_t>>(rc::gen::inRange<uint32_t>(0, size));
      for (uint32_t edge : edges) {
        if (edges.size() < 3) graph[i].push_back(edge);
      }
    }
    const auto cycle = first_cycle(graph, names);
    RC_ASSERT(cycle.empty() == !passes_of(graph).empty());
    for (size_t i = 0; i < cycle.size(); ++i) {
      const auto& edges = graph[cycle[i]];
      const uint32_t next = cycle[(i + 1) % cycle.size()];
      RC_ASSERT(std::find(edges.begin(), edges.end(), next) != edges.end());
      RC_ASSERT(names[cycle[0]] <= names[cycle[i]]);
    }
  }));
}

TEST(Graph, DeepChainsDoNotUseTheStack) {
  constexpr uint32_t kDepth = 1'000'000;
  Graph graph(kDepth);
  std::vector<std::string> names(kDepth);
  for (uint32_t i = 0; i < kDepth; ++i) {
    if (i > 0) graph[i] = {i - 1};
    names[i] = std::to_string(i);
  }
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(passes_of(graph).back(), kDepth - 1);
  EXPECT_TRUE(first_cycle(graph, names).empty());
  EXPECT_EQ(reachable(graph, {kDepth - 1}).size(), kDepth);
  graph[0] = {kDepth - 1};
  EXPECT_EQ(first_cycle(graph, names).size(), kDepth);
  const auto taken = std::chrono::steady_clock::now() - start;
  EXPECT_LT(taken, std::chrono::seconds(10));
  RecordProperty("ms", static_cast<int>(taken / std::chrono::milliseconds(1)));
}

// prices <- rsi <- score; prices <- beta <- score; lonely
Manifest manifest() {
  auto make = [](std::string id, std::vector<std::string> reads, std::vector<std::string> tags,
                 std::vector<std::string> lines) {
    Calculation c;
    c.id = id;
    c.tags = tags;
    c.lines = lines;
    for (const auto& name : reads) c.reads.push_back({Calculation::Source::Calculation, name});
    return c;
  };
  return sorted_manifest({make("prices", {}, {}, {}), make("rsi", {"prices"}, {"fast"}, {"stocks"}),
                          make("beta", {"prices"}, {"fast", "risk"}, {}),
                          make("score", {"rsi", "beta"}, {}, {"funds"}),
                          make("lonely", {}, {}, {"stocks"})})
      .value();
}

std::string selected(std::string_view expression) {
  const auto result = select(manifest(), expression);
  if (!result.ok()) return "error: " + result.error().message;
  std::string text;
  for (const auto& id : *result) text += (text.empty() ? "" : " ") + id;
  return text;
}

TEST(Selection, PlusAddsWhatComesBeforeOrAfter) {
  EXPECT_EQ(selected("rsi"), "rsi");
  EXPECT_EQ(selected("+rsi"), "prices rsi");
  EXPECT_EQ(selected("rsi+"), "rsi score");
  EXPECT_EQ(selected("+rsi+"), "prices rsi score") << "not what else score depends on";
  EXPECT_EQ(selected("lonely, rsi"), "lonely rsi");
  EXPECT_EQ(selected("tag:fast"), "beta rsi");
  EXPECT_EQ(selected("+tag:risk+"), "beta prices score");
}

TEST(Selection, UnknownNamesAreAnswered) {
  EXPECT_EQ(selected("rsy"), "error: unknown calculation \"rsy\"; did you mean \"rsi\"?");
  EXPECT_EQ(selected("tag:fst"), "error: unknown tag \"fst\"; did you mean \"fast\"?");
  for (const char* text : {"", "a,", ",", "+", "++", "rsi,,beta"}) {
    EXPECT_TRUE(selected(text).starts_with("error: ")) << text;
  }
}

TEST(Selection, ProductLinesBringWhatTheyDependOn) {
  using Ids = std::set<std::string>;
  EXPECT_EQ(product_lines(manifest(), {"stocks"}).value(), (Ids{"lonely", "prices", "rsi"}));
  EXPECT_EQ(product_lines(manifest(), {"funds"}).value(), (Ids{"beta", "prices", "rsi", "score"}));
  EXPECT_TRUE(product_lines(manifest(), {}).value().empty());
  EXPECT_EQ(product_lines(manifest(), {"fund"}).error().message,
            "unknown product line \"fund\"; did you mean \"funds\"?");
}

}  // namespace
}  // namespace almanac
