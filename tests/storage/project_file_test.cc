#include "storage/project_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

namespace almanac {
namespace {

constexpr const char* kExample = R"(
[project]
name  = "portfolio"
epoch = 3
calendar = "dataset:prices"
timezone = "UTC"

[storage]
ledger  = "sqlite:.almanac/ledger.db"
results = "file:out/results"

[dataset.prices]
path   = "data/prices/date={date}/*.parquet"
entity = "ticker"
first  = "2010-01-04"
canary = "data/prices/date={date}/_SUCCESS"

[dataset.trades]
path = "data/trades/year={year}/*.parquet"
date_column = "date"

[dataset.sectors]
path   = "data/sectors.csv"
static = true

[calculation.rsi.parameters]
period = 14
factor = 0.5
label = "x"
strict = true

[evidence]
policy = "audited"
[evidence.tags]
regulatory = "strict"
[calculation.sma]
evidence = "verified"

[engine]
kind = "embedded"
address = "localhost:7233"
namespace = "default"
)";

using Policies = std::map<std::string, EvidencePolicy>;

Result<Project> parse(const std::string& text, std::map<std::string, std::string> variables = {}) {
  return parse_project(text, "almanac.toml", "/p/here", [&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

// The message of the one error that the text has.
std::string problem(const std::string& text, std::map<std::string, std::string> variables = {}) {
  const auto parsed = parse(text, std::move(variables));
  if (parsed.ok()) return "no error";
  EXPECT_EQ(parsed.error().kind, Error::Kind::Usage);
  return parsed.error().message;
}

void expect_problem(const std::string& text, const std::vector<std::string>& parts) {
  const std::string message = problem(text);
  for (const std::string& part : parts) {
    EXPECT_NE(message.find(part), std::string::npos) << "in: " << message << "\nwanted: " << part;
  }
}

TEST(ProjectFile, TheDocumentedExampleIsRead) {
  const auto parsed = parse(kExample);
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  const Project& project = *parsed;
  EXPECT_EQ(project.name, "portfolio");
  EXPECT_EQ(project.epoch, 3u);
  EXPECT_EQ(project.calendar, "dataset:prices");
  EXPECT_EQ(project.results, "file:out/results");
  EXPECT_EQ(project.local_path(project.results), "/p/here/out/results");
  EXPECT_EQ(project.store, "file:.almanac/store");
  ASSERT_EQ(project.datasets.size(), 3u);
  EXPECT_EQ(project.datasets[0].name, "prices");
  EXPECT_EQ(project.datasets[0].first, Date::of(2010, 1, 4));
  EXPECT_EQ(project.datasets[0].canary, "data/prices/date={date}/_SUCCESS");
  EXPECT_TRUE(project.dataset("sectors")->is_static);
  EXPECT_EQ(project.dataset("trades")->date_column, "date");
  EXPECT_EQ(project.dataset("nothing"), nullptr);
  const auto& rsi = project.parameters.at("rsi");
  EXPECT_EQ(rsi.at("period"), "14");
  EXPECT_EQ(rsi.at("factor"), "0.5");
  EXPECT_EQ(rsi.at("label"), "x");
  EXPECT_EQ(rsi.at("strict"), "true");
  const EvidencePolicies& evidence = project.evidence;
  EXPECT_EQ(evidence.all, EvidencePolicy::Audited);
  EXPECT_EQ(evidence.tags, (Policies{{"regulatory", EvidencePolicy::Strict}}));
  EXPECT_EQ(evidence.calculations, (Policies{{"sma", EvidencePolicy::Verified}}));
}

TEST(ProjectFile, AnEmptyFileHasTheDefaults) {
  const auto parsed = parse("");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(parsed->name, "here");
  EXPECT_EQ(parsed->epoch, 1u);
  EXPECT_EQ(parsed->calendar, "daily");
  EXPECT_EQ(parsed->evidence.all, EvidencePolicy::Verified);
  EXPECT_TRUE(parsed->evidence.tags.empty() && parsed->evidence.calculations.empty());
}

TEST(ProjectFile, TheEnvironmentOverrides) {
  const auto parsed = parse(kExample, {{"ALMANAC_STORAGE_LEDGER", "sqlite:/elsewhere/l.db"},
                                       {"ALMANAC_STORAGE_STORE", "file:s"},
                                       {"ALMANAC_PROJECT_EPOCH", "7"},
                                       {"ALMANAC_STORAGE_RESULTS", ""},
                                       {"ALMANAC_STORAGE_OTHER", "ours not"}});
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(parsed->local_path(parsed->ledger), "/elsewhere/l.db");
  EXPECT_EQ(parsed->store, "file:s");
  EXPECT_EQ(parsed->epoch, 7u);
  EXPECT_EQ(parsed->results, "file:out/results");
}

TEST(ProjectFile, ABadOverrideNamesTheVariable) {
  EXPECT_NE(problem("", {{"ALMANAC_PROJECT_EPOCH", "seven"}}).find("ALMANAC_PROJECT_EPOCH"),
            std::string::npos);
  EXPECT_NE(problem("", {{"ALMANAC_STORAGE_LEDGER", "postgresql://h/db"}})
                .find("ALMANAC_STORAGE_LEDGER: "),
            std::string::npos);
}

TEST(ProjectFile, AnUnknownKeyNamesTheNearestKnownOne) {
  expect_problem("[project]\nepohc = 2\n", {"almanac.toml:2: unknown key \"epohc\"", "\"epoch\"?"});
  expect_problem("[dataset.a]\npth = \"x.csv\"\nstatic = true\n", {":2: ", "\"pth\"", "\"path\"?"});
  expect_problem("[calculation.rsi]\nparams = 1\n", {"\"params\"", "\"parameters\""});
  expect_problem("[calculation.rsi]\nevidense = \"strict\"\n", {":2: ", "\"evidence\"?"});
  expect_problem("[evidence]\npolcy = \"strict\"\n", {":2: ", "[evidence]", "\"policy\"?"});
  expect_problem("[projects]\n", {"unknown section \"projects\"", "\"project\"?"});
}

TEST(ProjectFile, EverythingThatIsWrongIsNamedAtOnce) {
  expect_problem("[project]\nepoch = -1\n[storage]\nledger = 5\n[engine]\nkynd = \"x\"\n",
                 {":2: ", ":4: ", ":6: "});
}

TEST(ProjectFile, ASyntaxErrorHasItsLine) {
  expect_problem("[project]\nname = \"a\nepoch = 1\n", {"almanac.toml:2"});
}

TEST(ProjectFile, WrongTypes) {
  expect_problem("[project]\nepoch = \"1\"\n", {":2: ", "epoch", "a whole number", "found"});
  expect_problem("[project]\nname = 5\n", {"name", "a text"});
  expect_problem("[dataset]\nprices = 1\n", {":2: ", "prices", "a table"});
  expect_problem("project = 1\n", {":1: ", "a table"});
  expect_problem("[dataset.a]\npath = \"x.csv\"\nstatic = \"yes\"\n", {":3: ", "true or false"});
  expect_problem("[calculation.rsi.parameters]\nperiod = [1]\n", {"period", "expected a text"});
}

TEST(ProjectFile, AnEvidencePolicyIsOneOfThree) {
  const std::string expected = "expected \"strict\", \"verified\" or \"audited\", found \"lax\"";
  expect_problem("[evidence]\npolicy = \"lax\"\n", {":2: [evidence] policy: " + expected});
  expect_problem("[evidence.tags]\na = \"strict\"\nb = \"lax\"\n",
                 {":3: [evidence.tags] b: " + expected});
  expect_problem("[calculation.rsi]\nevidence = \"lax\"\n",
                 {":2: [calculation.rsi] evidence: " + expected});
  expect_problem("[evidence]\npolicy = true\n", {":2: ", "expected a text", "found true"});
  expect_problem("[evidence]\ntags = \"strict\"\n", {":2: ", "tags: expected a table"});
  expect_problem("[evidence.tags]\na = 1\n", {":2: ", "[evidence.tags] a: expected a text"});
  EXPECT_NE(problem("", {{"ALMANAC_EVIDENCE_POLICY", "lax"}}).find("ALMANAC_EVIDENCE_POLICY: "),
            std::string::npos);
}

TEST(ProjectFile, DatesMustExist) {
  const std::string start = "[dataset.a]\npath = \"{date}/*.csv\"\nfirst = ";
  EXPECT_EQ(parse(start + "2020-02-29\n")->datasets[0].first, Date::of(2020, 2, 29));
  expect_problem(start + "\"2021-02-29\"\n", {":3: ", "2021-02-29"});
  expect_problem(start + "\"4.1.2021\"\n", {"YYYY-MM-DD"});
}

TEST(ProjectFile, WhatThisVersionCannotDoYetIsSaid) {
  expect_problem("[storage]\nresults = \"s3://bucket/x\"\n", {"s3://bucket/x", "not supported"});
  expect_problem("[storage]\nledger = \"postgresql://u@h/db\"\n", {"not supported", "sqlite:PATH"});
  expect_problem("[engine]\nkind = \"cadence\"\n", {"cadence", "temporal", "embedded"});
  expect_problem("[storage]\nledger = \"ledger.db\"\n", {"expected \"sqlite:PATH\""});
}

TEST(ProjectFile, PathTricksAreRefused) {
  for (const char* path : {"/etc/*.csv", "../x.csv", "data/../../x.csv", "a/\\u0000.csv"}) {
    expect_problem("[dataset.a]\nstatic = true\npath = \"" + std::string(path) + "\"\n",
                   {":3: ", "below the project"});
  }
  expect_problem("[dataset.\"../a\"]\npath = \"a.csv\"\nstatic = true\n", {"not a valid name"});
}

TEST(ProjectFile, ADatasetMustTellItsDates) {
  expect_problem("[dataset.a]\npath = \"a/year={year}/*.parquet\"\n", {"date_column", "missing"});
  expect_problem("[dataset.a]\npath = \"a/{day}.csv\"\nstatic = true\n", {"\"{date}\"?"});
  expect_problem("[dataset.a]\npath = \"a/{date}.csv\"\nstatic = true\n", {"static"});
  expect_problem("[dataset.a]\npath = \"a/{month}.csv\"\ndate_column = \"d\"\n", {"{year}"});
  expect_problem("[dataset.a]\nstatic = true\n", {"path: is missing"});
  expect_problem("[dataset.a]\nstatic = true\npath = \"a.json\"\n", {".parquet", "a.json"});
}

TEST(ProjectFile, TheCalendarMustName) {
  expect_problem("[project]\ncalendar = \"monthly\"\n", {":2: ", "weekdays"});
  expect_problem(
      "[project]\ncalendar = \"dataset:pries\"\n[dataset.prices]\npath=\"{date}/*.csv\"\n",
      {"no dataset \"pries\"", "\"prices\"?"});
  expect_problem("[project]\ncalendar = \"dataset:s\"\n[dataset.s]\npath=\"s.csv\"\nstatic=true\n",
                 {"static"});
  expect_problem("[project]\ntimezone = \"../../etc/passwd\"\n", {"time zone"});
}

TEST(ProjectFile, IsLookedForInThisFolderOnly) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(testing::TempDir()) / "project_file_test";
  fs::remove_all(folder);
  fs::create_directories(folder / "below");
  std::ofstream(folder / kProjectFile) << "[project]\nname = \"x\"\n";
  const auto none = [](const char*) -> const char* { return nullptr; };
  const auto here = read_project(folder.string(), none);
  ASSERT_TRUE(here.ok()) << here.error().message;
  EXPECT_EQ(here->root, fs::canonical(folder).string());
  const auto below = read_project((folder / "below").string(), none);
  ASSERT_FALSE(below.ok());
  EXPECT_EQ(below.error().kind, Error::Kind::Usage);
  EXPECT_NE(below.error().message.find("below/almanac.toml"), std::string::npos);
  std::ofstream(folder / kProjectFile) << "[project]\nnmae = \"x\"\n";
  EXPECT_NE(read_project(folder.string(), none).error().message.find("almanac.toml:2: "),
            std::string::npos);
  fs::remove_all(folder);
}

}  // namespace
}  // namespace almanac
