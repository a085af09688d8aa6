#include "tools/almanac/preflight.h"

#include <nlohmann/json.hpp>

#include "activities/build_describe.h"
#include "activities/build_module.h"
#include "core/manifest/same_declaration.h"
#include "core/plan/behaviour.h"
#include "core/plan/identity.h"
#include "storage/files.h"
#include "tools/almanac/console.h"
#include "tools/almanac/equivalent_mutants.h"
#include "tools/almanac/interrupt.h"
#include "tools/almanac/simhash_registry.h"
#include "tools/almanac/worker_setup.h"

namespace almanac {

namespace {

constexpr uint64_t kMegabyte = 1'000'000;

// The declaration without values of parameters, which have a part of the identity of their own.
Calculation without_values(Calculation calculation) {
  for (auto& parameter : calculation.parameters) parameter.text.clear();
  return calculation;
}

// Contexts that told versions of a calculation apart before.
std::vector<std::string> counterexamples(const std::vector<EvidenceRecord>& known,
                                         const std::string& calculation) {
  std::vector<std::string> contexts;
  for (const EvidenceRecord& record : known) {
    if (record.calculation != calculation) continue;
    auto context = counterexample_in(record.document);
    if (!context.empty()) contexts.push_back(std::move(context));
  }
  return contexts;
}

}  // namespace

std::string Certified::why_not() const {
  return revoked ? "evidence about it did not hold, which revoked its certificate"
                 : "its certificate was refused; almanac evidence show says which mutants survived";
}

std::string reason_against(const OldVersion& before, const Hash& now, EvidencePolicy policy,
                           const std::vector<EvidenceRecord>& known) {
  if (policy == EvidencePolicy::Strict) return "its policy is strict";
  if (!before.unsteady.empty()) return "it is not deterministic: " + before.unsteady;
  for (const EvidenceRecord& record : known) {
    if (record.kind == EvidenceRecord::Kind::Verdict && record.revoked &&
        record.calculation == before.calculation && record.before == before.code &&
        record.now == now) {
      return "evidence that they do the same did not hold";
    }
  }
  const Certified certificate =
      certified(known, before.calculation, before.code, before.infrastructure);
  return certificate.known && !certificate.holds ? certificate.why_not() : "";
}

Certified certified(const std::vector<EvidenceRecord>& evidence, const std::string& calculation,
                    const Hash& code, const Hash& infrastructure) {
  Certified found;
  for (const EvidenceRecord& record : evidence) {
    if (record.kind != EvidenceRecord::Kind::Certificate || record.calculation != calculation ||
        record.now != code || record.infrastructure != infrastructure) {
      continue;
    }
    const auto document = nlohmann::json::parse(record.document, nullptr, false);
    if (!document.is_object() || document.value("recipe", uint64_t{0}) != kEvidenceRecipe) continue;
    found = {true, record.verdict == "certified" && !record.revoked, record.revoked, &record};
  }
  return found;
}

Result<OldVersion> version_in(const Project& project, const Manifest& manifest,
                              const Calculation& calculation) {
  const Identity identity = identity_of(calculation, manifest, project);
  const std::string modules = project.root + "/.almanac/build/modules/";
  OldVersion version;
  version.calculation = calculation.id;
  version.code = code_of(identity);
  version.object = calculation.object;
  version.infrastructure = calculation.infrastructure;
  version.others = with_code(identity, {}).parts;
  version.module = modules + calculation.module;
  version.module_sha256 = calculation.module_sha256;
  const auto bundle = read_text(modules + bundle_file(calculation.bundle));
  if (!bundle) return temporary_error("the code bundle of " + calculation.id + " cannot be read");
  TRY(version.bundle, decode_code_bundle(*bundle));
  return version;
}

Judgement first_look(const OldVersion& before, const OldVersion& now) {
  Judgement judgement;
  judgement.calculation = now.calculation;
  judgement.old_code = before.code;
  judgement.new_code = now.code;
  judgement.old_object = before.object;
  judgement.new_object = now.object;
  judgement.verdict = CodeVerdict::Inconclusive;
  if (before.infrastructure != now.infrastructure) {
    judgement.why = "the old version was built with another compiler, library or machine";
    return judgement;
  }
  if (!before.others.empty()) {
    for (const KeyPart& part : now.others) {
      const auto& others = before.others;
      if (std::find(others.begin(), others.end(), part) != others.end()) continue;
      judgement.verdict = CodeVerdict::Logic;
      judgement.why = "its " + part.name + " changed";
      return judgement;
    }
  }
  if (before.code == now.code) {
    judgement.verdict = CodeVerdict::Unchanged;
  } else if (before.object == now.object && !now.object.zero()) {
    judgement.verdict = CodeVerdict::Identical;
  }
  return judgement;
}

Preflight::Preflight(const Project& project, const Manifest& manifest, size_t jobs, Scratch scratch)
    : project_(project), manifest_(manifest), jobs_(jobs), scratch_(std::move(scratch)) {}
Preflight::~Preflight() = default;

Result<std::unique_ptr<Preflight>> Preflight::open(const Project& project, const Manifest& manifest,
                                                   size_t jobs) {
  TRY(Toolchain toolchain, find_toolchain(""));
  behaviour::Laboratory::Options options{std::move(toolchain), {}, {}};
  TRY(options.sdk_include, sdk_folder());
  TRY(Scratch scratch, Scratch::create("behaviour"));
  options.folder = scratch.path() + "/laboratory";
  options.command = child_command();
  options.sandbox = project.runner.sandbox;
  options.memory_bytes = project.runner.memory_mb * kMegabyte;
  options.stop = &stop_on_signals();
  auto preflight =
      std::unique_ptr<Preflight>(new Preflight(project, manifest, jobs, std::move(scratch)));
  TRY(preflight->equivalents_, read_equivalent_mutants(project.root));
  preflight->laboratory_ = std::make_unique<behaviour::Laboratory>(std::move(options));
  return preflight;
}

Result<behaviour::Version> Preflight::version_of(const OldVersion& old, const Calculation& like) {
  behaviour::Version version{like, old.bundle, {}};
  TRY(version.module, laboratory_->bring(old.module, old.module_sha256));
  version.calculation.module_sha256 = old.module_sha256;
  return version;
}

Result<void> Preflight::compare(const OldVersion& before, const Calculation& now,
                                const behaviour::Material& typical,
                                const std::vector<EvidenceRecord>& known, Judgement* judgement) {
  judgement->verdict = CodeVerdict::Inconclusive;
  TRY(const OldVersion own, version_in(project_, manifest_, now));
  TRY(const behaviour::Version old, version_of(before, now));
  TRY(const behaviour::Version made, version_of(own, now));
  const auto declared = describe(child_command()[0], old.module, before.module_sha256);
  if (!declared.ok()) {
    judgement->why = "the old version cannot be loaded: " + declared.error().message;
    return {};
  }
  if (!same_declaration(without_values(*declared), without_values(now))) {
    judgement->verdict = CodeVerdict::Logic;
    judgement->why = "it declares other reads, outputs or parameters";
    return {};
  }
  const behaviour::Shape shape = behaviour::shape_of(now, manifest_, project_);
  const auto finding =
      behaviour::compare(*laboratory_, shape, typical, counterexamples(known, now.id), old, made,
                         behaviour::kLimitMs, equivalents_);
  if (!finding.ok() && finding.error().kind != Error::Kind::Usage) return finding.error();
  if (!finding.ok()) {
    judgement->why = "it cannot be built with probes: " + finding.error().message;
    return {};
  }
  using Kind = behaviour::Finding::Kind;
  judgement->finding = *finding;
  judgement->why = finding->why;
  judgement->for_now = finding->for_now;
  judgement->verdict = finding->kind == Kind::Same        ? CodeVerdict::Cosmetic
                       : finding->kind == Kind::Different ? CodeVerdict::Logic
                                                          : CodeVerdict::Inconclusive;
  if (finding->kind != Kind::Same) return {};
  const auto asked = record_of(*judgement, now, manifest_, project_);
  if (const EvidenceRecord* other = contradiction(known, asked, *finding)) {
    judgement->verdict = CodeVerdict::Inconclusive;
    judgement->why = "it is not deterministic: it put out something else when evidence " +
                     std::to_string(other->id) + " was made";
    return {};
  }
  if (certified(known, now.id, before.code, before.infrastructure).holds) return {};
  TRY(judgement->certification, certify(before, now, typical));
  if (judgement->certification->certified()) return {};
  judgement->verdict = CodeVerdict::Inconclusive;
  judgement->for_now = judgement->certification->for_now;
  judgement->why = judgement->for_now ? "of the older version, " + judgement->certification->refused
                                      : "its certificate is refused";
  return {};
}

Result<behaviour::Certification> Preflight::certify(const OldVersion& version,
                                                    const Calculation& like,
                                                    const behaviour::Material& typical) {
  TRY(const behaviour::Version certified, version_of(version, like));
  const behaviour::Shape shape = behaviour::shape_of(like, manifest_, project_);
  Progress progress(behaviour::kMutants, "mutants");
  return behaviour::certify(
      *laboratory_, shape, typical, certified, equivalents_, jobs_,
      [&](size_t done) { progress.show(done, behaviour::kMutants, version.calculation); });
}

EvidenceRecord record_of(const Judgement& judgement, const Calculation& calculation,
                         const Manifest& manifest, const Project& project) {
  EvidenceRecord record;
  record.kind = EvidenceRecord::Kind::Verdict;
  record.calculation = judgement.calculation;
  record.before = judgement.old_code;
  record.now = judgement.new_code;
  record.infrastructure = calculation.infrastructure;
  record.others = others_of(identity_of(calculation, manifest, project));
  record.verdict = name_of(judgement.verdict);
  record.document = text_of(document_of(judgement));
  record.made_ms = now_ms();
  return record;
}

EvidenceRecord record_of(const behaviour::Certification& certification, const OldVersion& version) {
  EvidenceRecord record;
  record.kind = EvidenceRecord::Kind::Certificate;
  record.calculation = version.calculation;
  record.before = record.now = version.code;
  record.infrastructure = version.infrastructure;
  record.verdict = certification.certified() ? "certified" : "refused";
  record.document = text_of(document_of(certification));
  record.made_ms = now_ms();
  return record;
}

}  // namespace almanac
