// Preflight: judges the calculations of a project whose code is not what it was. What the compiler
// makes the same is proved; for the rest, old and new are compared in made-up contexts. Real cells
// are looked at by tools/almanac/ledger_preflight.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/ledger/records.h"
#include "simulator/behaviour/comparison.h"
#include "tools/almanac/judgement.h"
#include "tools/almanac/scratch.h"
#include "tools/almanac/session.h"

namespace almanac {

// An older version of a calculation.
struct OldVersion {
  std::string calculation;
  Hash code, object, infrastructure;
  std::vector<KeyPart> others;  // parts of its identity that are no code; empty: not known
  std::string module;           // path
  std::string module_sha256;
  CodeBundle bundle;
  std::string unsteady;  // where it did not put out the same again; empty: nowhere so far
};

// Why two versions need not be compared, by what is known of them; empty: nothing speaks against
// it.
std::string reason_against(const OldVersion& before, const Hash& now, EvidencePolicy policy,
                           const std::vector<EvidenceRecord>& known);

// Whether a certificate is known of a version, and holds; otherwise it was refused or revoked.
struct Certified {
  bool known = false, holds = false, revoked = false;
  const EvidenceRecord* record = nullptr;  // of the evidence that was asked

  std::string why_not() const;  // of one that does not hold
};
Certified certified(const std::vector<EvidenceRecord>& evidence, const std::string& calculation,
                    const Hash& code, const Hash& infrastructure);

class Preflight {
 public:
  // The project's modules are built. `jobs`: compilers at a time that certify.
  static Result<std::unique_ptr<Preflight>> open(const Project& project, const Manifest& manifest,
                                                 size_t jobs);
  ~Preflight();

  // Compares a version of before with the one in the manifest, where reason_against() has nothing
  // to say. The judgement is Cosmetic where they do the same in all contexts and a certificate says
  // that this counts; one is made where none is known. `typical`: of the columns it reads. `known`:
  // evidence, whose counterexamples are tried.
  Result<void> compare(const OldVersion& before, const Calculation& now,
                       const behaviour::Material& typical, const std::vector<EvidenceRecord>& known,
                       Judgement* judgement);

  // Measures how far comparisons with this version can be trusted.
  Result<behaviour::Certification> certify(const OldVersion& version, const Calculation& like,
                                           const behaviour::Material& typical);

 private:
  Preflight(const Project& project, const Manifest& manifest, size_t jobs, Scratch scratch);
  Result<behaviour::Version> version_of(const OldVersion& old, const Calculation& like);

  const Project& project_;
  const Manifest& manifest_;
  const size_t jobs_;
  const Scratch scratch_;
  std::vector<behaviour::Equivalent> equivalents_;
  std::unique_ptr<behaviour::Laboratory> laboratory_;
};

// The version of a calculation that is in a manifest.
Result<OldVersion> version_in(const Project& project, const Manifest& manifest,
                              const Calculation& calculation);

// What certifications and evidence are recorded as.
EvidenceRecord record_of(const Judgement& judgement, const Calculation& calculation,
                         const Manifest& manifest, const Project& project);
EvidenceRecord record_of(const behaviour::Certification& certification, const OldVersion& version);

// The judgement of code without a look at what it does: unchanged, identical, or none of both.
Judgement first_look(const OldVersion& before, const OldVersion& now);

}  // namespace almanac
