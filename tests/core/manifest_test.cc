// What a person is told about a faulty set of calculations, and what the manifest keeps of a good
// one.
#include "core/manifest/manifest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "core/manifest/manifest_json.h"

namespace almanac {
namespace {

using Source = Calculation::Source;
using Kind = Calculation::Kind;
using Read = Calculation::Read;

Project project() {
  Project p;
  p.datasets = {{.name = "positions", .entity = "user_id"},
                {.name = "prices", .entity = "ticker"},
                {.name = "sectors", .entity = "ticker", .is_static = true}};
  return p;
}

// Reads prices by ticker and puts out `close`.
Calculation calculation(const std::string& id) {
  Calculation c;
  c.id = id;
  c.category = "signals";
  c.file = "calculations/" + id + ".cc";
  c.reads = {{Source::Dataset, "prices", false, 1, {{"close", Type::Float64}}}};
  c.outputs = {{"ticker", Type::String, true}, {"close", Type::Float64}};
  c.parameters = {{"period", Type::Float64, "14"}, {"name", Type::String, "x"}};
  return c;
}

Read reads(const std::string& id, uint32_t window = 1) {
  return {Source::Calculation, id, false, window, {{"close", Type::Float64}}};
}

std::string problems(std::vector<Calculation> calculations, const Project& p = project()) {
  const auto result = make_manifest(std::move(calculations), p);
  return result.ok() ? "" : result.error().message;
}

// The problems of one calculation after a change.
std::string problems_after(const std::function<void(Calculation&)>& change) {
  Calculation c = calculation("rsi");
  change(c);
  return problems({c, calculation("base")});
}

TEST(Manifest, IsSortedByPassThenId) {
  auto a = calculation("a"), b = calculation("b"), c = calculation("c"), d = calculation("d");
  a.reads.push_back(reads("d", 200));
  a.reads.push_back({Source::Previous, "", false, 1, {{"close", Type::Float64}}});
  b.reads.push_back(reads("a"));
  b.reads.push_back(reads("d"));
  const auto manifest = make_manifest({b, a, d, c}, project()).value();
  std::string order;
  for (const auto& calculation : manifest.calculations) order += calculation.id;
  EXPECT_EQ(order, "cdab");
  EXPECT_EQ(manifest.pass, (std::vector<uint32_t>{0, 0, 1, 2}));
  EXPECT_EQ(manifest.dependencies, (Graph{{}, {}, {1}, {1, 2}}));
  EXPECT_EQ(manifest.index.at("b"), 3u);
  EXPECT_EQ(manifest.find("b"), &manifest.calculations[3]);
  EXPECT_EQ(manifest.find("e"), nullptr);
  EXPECT_EQ(manifest.passes(), 3u);
}

TEST(Manifest, EmptyIsFine) {
  const auto manifest = make_manifest({}, project()).value();
  EXPECT_EQ(manifest.passes(), 0u);
}

TEST(Manifest, CycleIsNamed) {
  auto a = calculation("a"), b = calculation("b"), c = calculation("c");
  a.reads.push_back(reads("b"));
  b.reads.push_back(reads("c", 5));
  c.reads.push_back(reads("a"));
  EXPECT_EQ(problems({c, b, a}), "calculations/a.cc: dependencies form a cycle: a -> b -> c -> a");
  auto own = calculation("own");
  own.reads.push_back(reads("own"));
  EXPECT_EQ(problems({own}),
            "calculations/own.cc: dependencies form a cycle: own -> own; its own result of the day "
            "before is previous()");
}

TEST(Manifest, AllProblemsAreListedByFile) {
  auto z = calculation("z"), a = calculation("a"), b = calculation("b");
  z.category = "Signals";
  z.reads[0].name = "prizes";
  a.reads.push_back(reads("zz"));
  b.reads.push_back(reads("b"));
  const std::string text = problems({z, b, a});
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3) << text;
  EXPECT_TRUE(text.starts_with("calculations/a.cc: ")) << text;
  EXPECT_NE(text.find("\ncalculations/z.cc: category \"Signals\""), text.npos) << text;
  EXPECT_NE(text.find("\ncalculations/z.cc: reads dataset \"prizes\""), text.npos) << text;
  EXPECT_NE(text.find("b -> b"), text.npos) << text;
}

TEST(Manifest, DuplicateIdNamesBothFiles) {
  auto one = calculation("rsi"), two = calculation("rsi");
  two.file = "calculations/other/rsi.cc";
  EXPECT_EQ(
      problems({two, one}),
      "calculations/rsi.cc: calculation \"rsi\" is also in calculations/other/rsi.cc; ids are "
      "unique in a project");
}

struct Case {
  const char* message;  // part of it
  std::function<void(Calculation&)> change;
};

TEST(Manifest, ProblemsSayWhatWasExpected) {
  const std::vector<Case> cases = {
      {"calculation \"Rsi\" is not a valid name", [](auto& c) { c.id = "Rsi"; }},
      {"must be in a file named \"rsi2.cc\"", [](auto& c) { c.id = "rsi2"; }},
      {"category \"a/b\" is not a valid name", [](auto& c) { c.category = "a/b"; }},
      {"tag \"a,b\" is not a valid name", [](auto& c) { c.tags = {"a,b"}; }},
      {"dataset \"price\", which almanac.toml does not declare; did you mean \"prices\"?",
       [](auto& c) { c.reads[0].name = "price"; }},
      {"calculation \"bas\", which does not exist; did you mean \"base\"?",
       [](auto& c) { c.reads.push_back(reads("bas")); }},
      {"column \"clos\" of calculation \"base\", which does not put it out; did you mean "
       "\"close\"?",
       [](auto& c) {
         c.reads.push_back(reads("base"));
         c.reads[1].columns[0].name = "clos";
       }},
      {"column \"close\" of calculation \"base\" as int64, but it is float64",
       [](auto& c) {
         c.reads.push_back(reads("base"));
         c.reads[1].columns[0].type = Type::Int64;
       }},
      {"column \"open\" of previous(), which does not put it out",
       [](auto& c) {
         c.reads.push_back({Source::Previous, "", false, 1, {{"open", Type::Float64}}});
       }},
      {"declares no output column", [](auto& c) { c.outputs.clear(); }},
      {"\"close\" is declared twice", [](auto& c) { c.outputs.push_back(c.outputs[1]); }},
      {"key field \"x\" is float64; a key field is int64, string or date",
       [](auto& c) { c.outputs.push_back({"x", Type::Float64, true}); }},
      {"needs a key field for its entity", [](auto& c) { c.outputs[0].key = false; }},
      {"the entity \"ticker\" is date", [](auto& c) { c.outputs[0].type = Type::Date; }},
      {"the window over dataset \"prices\" is 0 days", [](auto& c) { c.reads[0].window = 0; }},
      {"is 10001 days; expected 1 (the date alone) to 10000",
       [](auto& c) { c.reads[0].window = 10'001; }},
      {"cannot be optional, only a dataset can",
       [](auto& c) {
         c.reads.push_back(reads("base"));
         c.reads[1].optional = true;
       }},
      {"a Series cannot read previous()",
       [](auto& c) {
         c.kind = Kind::Series;
         c.reads.push_back({Source::Previous, ""});
       }},
      {"previous() is the day before and has no window",
       [](auto& c) { c.reads.push_back({Source::Previous, "", false, 2}); }},
      {"of dataset \"sectors\", which is static and has no dates",
       [](auto& c) { c.reads.push_back({Source::Dataset, "sectors", false, 2}); }},
      {"nothing that it reads is keyed by its entity \"user\" (dataset \"prices\" has \"ticker\")",
       [](auto& c) { c.outputs[0].name = "user"; }},
      {"is keyed by its entity \"user\" (dataset \"prices\" has \"ticker\"); name in entities() "
       "what",
       [](auto& c) {
         c.kind = Kind::WholeDate;
         c.entities = {"user", Type::Int64};
       }},
      {"the entity \"ticker\" is date",
       [](auto& c) {
         c.kind = Kind::WholeDate;
         c.entities = {"ticker", Type::Date};
       }},
      {"its entity \"ticker\" is int64, but that of calculation \"base\" is string",
       [](auto& c) {
         c.reads.push_back(reads("base"));
         c.outputs[0].type = Type::Int64;
       }},
  };
  for (const auto& [message, change] : cases) {
    const std::string text = problems_after(change);
    EXPECT_TRUE(text.starts_with("calculations/rsi.cc: ")) << message << "\n" << text;
    EXPECT_NE(text.find(message), text.npos) << message << "\n" << text;
    EXPECT_EQ(text.find('\n'), text.npos) << text;
  }
  EXPECT_EQ(problems_after([](auto& c) { c.reads.push_back(reads("base", 10'000)); }), "");
}

TEST(Manifest, ParametersOfTheProjectAreInForce) {
  auto p = project();
  p.parameters["rsi"] = {{"period", "21.50"}};
  const auto manifest = make_manifest({calculation("rsi"), calculation("base")}, p).value();
  EXPECT_EQ(manifest.find("rsi")->parameters[0].text, "21.5");
  EXPECT_EQ(manifest.find("rsi")->parameters[1].text, "x");
  EXPECT_EQ(manifest.find("base")->parameters[0].text, "14");

  p.parameters = {{"rsi", {{"perod", "1"}}}};
  EXPECT_EQ(
      problems({calculation("rsi")}, p),
      "calculations/rsi.cc: has no parameter \"perod\", which almanac.toml sets; did you mean "
      "\"period\"?");
  p.parameters = {{"rsi", {{"period", "long"}}}};
  EXPECT_TRUE(problems({calculation("rsi")}, p).starts_with("calculations/rsi.cc: parameter"));
  p.parameters = {{"rsy", {{"period", "1"}}}};
  EXPECT_EQ(problems({calculation("rsi")}, p),
            "almanac.toml: sets parameters of calculation \"rsy\", which does not exist; did you "
            "mean \"rsi\"?");
}

TEST(Manifest, TheClosestEvidencePolicyIsInForce) {
  auto p = project();
  auto c = calculation("rsi");
  c.tags = {"fast", "regulatory", "risk"};
  EXPECT_EQ(evidence_policy(p, c), EvidencePolicy::Verified);
  p.evidence.all = EvidencePolicy::Strict;
  EXPECT_EQ(evidence_policy(p, c), EvidencePolicy::Strict);
  p.evidence.tags = {{"fast", EvidencePolicy::Verified}};
  EXPECT_EQ(evidence_policy(p, c), EvidencePolicy::Verified);
  p.evidence.tags["regulatory"] = EvidencePolicy::Strict;
  p.evidence.tags["risk"] = EvidencePolicy::Audited;
  EXPECT_EQ(evidence_policy(p, c), EvidencePolicy::Strict);
  p.evidence.calculations["rsi"] = EvidencePolicy::Audited;
  EXPECT_EQ(evidence_policy(p, c), EvidencePolicy::Audited);
  EXPECT_EQ(problems({c}, p), "");
}

TEST(Manifest, EvidencePoliciesAreOfWhatIsThere) {
  auto p = project();
  auto c = calculation("rsi");
  c.tags = {"regulatory"};
  p.evidence.calculations = {{"rsy", EvidencePolicy::Strict}};
  EXPECT_EQ(problems({c}, p),
            "almanac.toml: sets evidence of calculation \"rsy\", which does not exist; did you "
            "mean \"rsi\"?");
  p.evidence = {.tags = {{"regulatry", EvidencePolicy::Strict}}};
  EXPECT_EQ(problems({c}, p),
            "almanac.toml: sets evidence of tag \"regulatry\", which no calculation has; did you "
            "mean \"regulatory\"?");
}

TEST(ManifestJson, RoundTripsAndIsDeterministic) {
  auto a = calculation("a"), b = calculation("b");
  a.reads.push_back(reads("b", 7));
  a.reads.push_back({Source::Previous, "", true});
  a.reads.push_back({Source::Calendar, ""});
  a.lines = {"stocks"};
  a.tags = {"fast", "risk"};
  a.outputs.push_back({"tags", Type::StringList, false, true, true, true});
  a.module = "a-0123456789abcdef.so";
  a.module_sha256 = std::string(64, 'a');
  a.code_hash = {1, 2};
  a.infrastructure = {3, 4};
  a.layers = {{"layers/x.h", {5, 6}}};
  b.kind = Kind::WholeDate;
  b.entities = {"ticker", Type::String};
  const auto manifest = make_manifest({a, b}, project()).value();
  const std::string text = to_json(manifest);
  const auto read = manifest_from_json(text).value();
  EXPECT_EQ(to_json(read), text);
  EXPECT_EQ(to_json(make_manifest({b, a}, project()).value()), text);

  const Calculation& c = *read.find("a");
  EXPECT_EQ(c.kind, Kind::PerEntity);
  EXPECT_EQ(read.find("b")->kind, Kind::WholeDate);
  EXPECT_EQ(read.find("b")->entities.name, "ticker");
  EXPECT_EQ(read.find("b")->entities.type, Type::String);
  EXPECT_EQ(c.lines, a.lines);
  EXPECT_EQ(c.tags, a.tags);
  EXPECT_EQ(c.module, a.module);
  EXPECT_EQ(c.module_sha256, a.module_sha256);
  EXPECT_EQ(c.code_hash, a.code_hash);
  EXPECT_EQ(c.infrastructure, a.infrastructure);
  EXPECT_EQ(c.layers.at(0).path, "layers/x.h");
  EXPECT_EQ(c.layers.at(0).hash, (Hash{5, 6}));
  EXPECT_EQ(c.reads.at(1).window, 7u);
  EXPECT_EQ(c.reads.at(1).columns.at(0).name, "close");
  EXPECT_TRUE(c.reads.at(2).optional);
  EXPECT_EQ(c.reads.at(3).source, Source::Calendar);
  EXPECT_TRUE(c.outputs.at(2).constant && c.outputs.at(2).sparse && c.outputs.at(2).nullable);
  EXPECT_EQ(c.outputs.at(2).type, Type::StringList);
  EXPECT_EQ(c.parameters.at(0).text, "14");
}

TEST(ManifestJson, OtherTextIsRefused) {
  for (const char* text :
       {"", "[]", "{}", "{\"version\":2,\"calculations\":[]}", "{\"version\":1}",
        "{\"version\":1,\"calculations\":[{\"id\":1}]}", "{\"version\":1,\"calculations\":[3]}",
        "{\"version\":1,\"calculations\":[{\"id\":\"a\",\"category\":\"b\",\"kind\":\"c\"}]}"}) {
    const auto result = manifest_from_json(text);
    ASSERT_FALSE(result.ok()) << text;
    EXPECT_NE(result.error().message.find("run almanac build"), std::string::npos);
  }
}

}  // namespace
}  // namespace almanac
