// almanac certify: measures how far comparisons of a calculation can be trusted.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/manifest/selection.h"
#include "storage/store.h"
#include "tools/almanac/console.h"
#include "tools/almanac/ledger_preflight.h"
#include "tools/almanac/options.h"
#include "tools/almanac/shadow.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

void print(const std::string& calculation, const behaviour::Certification& found) {
  std::printf("%s: %s\n", calculation.c_str(), found.certified() ? "certified" : "no certificate");
  if (!found.refused.empty()) {
    std::printf("  %s\n", in_line(found.refused).c_str());
    return;
  }
  std::printf("  %zu of %s told apart, in %llu contexts; %zu that the compiler makes the same\n",
              found.told_apart, count_text(found.mutants(), "mutant").c_str(),
              static_cast<unsigned long long>(found.contexts), found.same_object);
  if (found.mutants() < behaviour::kMutants) {
    std::printf("  %zu are needed; there is too little code to change\n", behaviour::kMutants);
  }
  for (const auto& survivor : found.survivors) {
    std::printf("  survived: %s:%d %s\n    - %s\n    + %s\n", survivor.file.c_str(), survivor.line,
                survivor.what.c_str(), in_line(survivor.before).c_str(),
                in_line(survivor.now).c_str());
  }
}

Result<int> certify(const Options& options) {
  TRY(const Built built, load_and_build(options));
  TRY(const uint32_t c, find_calculation(built.manifest, options.calculation));
  const Calculation& calculation = built.manifest.calculations[c];
  OldVersion version;
  std::vector<EvidenceRecord> known;
  {
    TRY(auto workspace, open_workspace(built.project, built.manifest, Access::Read));
    TRY(workspace->store, Store::open(location_path(built.project, built.project.store), true));
    TRY(const Date day, today(built.project));
    TRY(const auto planning, start_planning(*workspace, {}, day));
    TRY(version, version_in_keys(*workspace, *planning->planner, c));
    known = planning->planner->evidence();
  }
  const Certified before = certified(known, calculation.id, version.code, version.infrastructure);
  if (before.revoked) return data_error(calculation.id + ": " + before.why_not());
  TRY(const auto shadow, ShadowProject::open(built.project, built.manifest, {}));
  TRY(const auto typical, shadow->typical_of(calculation.id));
  TRY(const auto preflight, Preflight::open(built.project, built.manifest));
  TRY(const auto found, preflight->certify(version, calculation, typical));
  TRY_VOID(record_evidence(built.project, built.manifest, {record_of(found, version)}));
  if (options.json) {
    auto document = document_of(found);
    document["version"] = 1;
    document["calculation"] = calculation.id;
    document["code_hash"] = version.code.hex();
    document["certified"] = found.certified();
    print_json(document);
  } else {
    print(calculation.id, found);
  }
  return static_cast<int>(found.certified() ? kDone : kFailedCells);
}

}  // namespace

int certify_command(const Options& options) {
  const auto code = certify(options);
  return code.ok() ? *code : fail(code.error());
}

}  // namespace almanac
