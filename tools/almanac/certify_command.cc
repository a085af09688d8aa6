// almanac certify: measures how far comparisons of calculations can be trusted.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/manifest/selection.h"
#include "storage/store.h"
#include "tools/almanac/console.h"
#include "tools/almanac/evidence_text.h"
#include "tools/almanac/interrupt.h"
#include "tools/almanac/ledger_preflight.h"
#include "tools/almanac/options.h"
#include "tools/almanac/order.h"
#include "tools/almanac/shadow.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

using nlohmann::json;

// A calculation, and the version of it that a certificate would be about.
struct Subject {
  const Calculation* calculation;
  OldVersion version;
  Certified known;
  json document;  // of the certificate that holds; null: there is none
};

void print(const json& found) {
  std::printf("%s: %s\n%s", found["calculation"].get<std::string>().c_str(),
              found["certified"] ? "certified" : "no certificate", certificate_text(found).c_str());
}

class Certifying {
 public:
  Certifying(const Built& built, size_t jobs) : built_(built), jobs_(jobs) {}

  // The calculation of that id, or all of them.
  Result<std::vector<Subject>> subjects(const std::string& id) {
    std::vector<Subject> subjects;
    TRY(auto workspace, open_workspace(built_.project, built_.manifest, Access::Read));
    TRY(workspace->store, Store::open(location_path(built_.project, built_.project.store), true));
    TRY(const Date day, today(built_.project));
    TRY(const auto planning, start_planning(*workspace, {}, day));
    const Planner& planner = *planning->planner;
    for (uint32_t c = 0; c < built_.manifest.calculations.size(); ++c) {
      const Calculation& calculation = built_.manifest.calculations[c];
      if (!id.empty() && calculation.id != id) continue;
      Subject subject{&calculation, {}, {}, {}};
      auto known = version_in_keys(*workspace, planner, c);
      if (!known.ok() && known.error().kind == Error::Kind::Data && id.empty()) {
        warn(known.error().message + "; it is left out");
        continue;
      }
      if (!known.ok()) return known.error();
      subject.version = std::move(*known);
      const OldVersion& version = subject.version;
      subject.known =
          certified(planner.evidence(), calculation.id, version.code, version.infrastructure);
      if (subject.known.holds) {
        subject.document = json::parse(subject.known.record->document, nullptr, false);
      }
      subject.known.record = nullptr;  // of the planner
      subjects.push_back(std::move(subject));
    }
    return subjects;
  }

  // What is known already is not measured again.
  Result<json> certify(const Subject& subject) {
    const Calculation& calculation = *subject.calculation;
    json document = subject.document;
    bool holds = subject.known.holds;
    if (!holds) {
      if (!shadow_) {
        TRY_VOID(check_nobody_runs(built_.project));  // or nothing could be recorded in the end
        TRY(shadow_, ShadowProject::open(built_.project, built_.manifest, {}));
        TRY(preflight_, Preflight::open(built_.project, built_.manifest, jobs_));
      }
      TRY(const auto typical, shadow_->typical_of(calculation.id));
      TRY(const auto found, preflight_->certify(subject.version, calculation, typical));
      if (!found.for_now) {
        TRY_VOID(
            record_evidence(built_.project, built_.manifest, {record_of(found, subject.version)}));
      }
      document = document_of(found);
      holds = found.certified();
    }
    document["calculation"] = calculation.id;
    document["code_hash"] = subject.version.code.hex();
    document["certified"] = holds;
    return document;
  }

 private:
  const Built& built_;
  const size_t jobs_;
  std::unique_ptr<ShadowProject> shadow_;
  std::unique_ptr<Preflight> preflight_;
};

Result<int> certify_one(const Built& built, const Options& options) {
  TRY(const uint32_t c, find_calculation(built.manifest, options.calculation));
  Certifying certifying(built, threads_of(options));
  TRY(const auto subjects, certifying.subjects(built.manifest.calculations[c].id));
  const Subject& subject = subjects[0];
  if (subject.known.revoked) {
    return data_error(subject.calculation->id + ": " + subject.known.why_not());
  }
  TRY(json document, certifying.certify(subject));
  document["version"] = 1;
  options.json ? print_json(document) : print(document);
  return static_cast<int>(document["certified"] ? kDone : kFailedCells);
}

// All of which nothing is known.
Result<int> certify_all(const Built& built, const Options& options) {
  Certifying certifying(built, threads_of(options));
  TRY(const auto subjects, certifying.subjects(""));
  json documents = json::array();
  bool all = subjects.size() == built.manifest.calculations.size();
  for (const Subject& subject : subjects) {
    if (subject.known.known) {
      all = all && subject.known.holds;
      continue;
    }
    TRY(json document, certifying.certify(subject));
    if (!options.json) print(document);
    all = all && document["certified"];
    documents.push_back(std::move(document));
  }
  if (options.json) {
    print_json({{"version", 1}, {"calculations", documents}});
  } else {
    const size_t before = subjects.size() - documents.size();
    std::printf("%s more looked at before; almanac evidence list has the certificates\n",
                count_text(before, "calculation").c_str());
  }
  return static_cast<int>(all ? kDone : kFailedCells);
}

Result<int> certify(const Options& options) {
  TRY(const Built built, load_and_build(options));
  return options.calculation.empty() ? certify_all(built, options) : certify_one(built, options);
}

}  // namespace

int certify_command(const Options& options) {
  return finish(certify(options));
}

}  // namespace almanac
