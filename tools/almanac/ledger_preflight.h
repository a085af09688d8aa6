// The pre-flight against what runs have met: code that is new is compared with the version whose
// code stands in the keys of its calculation's cells. What is found is recorded as evidence, on
// which the next plan decides.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "tools/almanac/judgement.h"
#include "tools/almanac/preflight.h"
#include "tools/almanac/session.h"

namespace almanac {

// One judgement per calculation that is selected, in the manifest's order. Nobody else has the
// ledger open for writing; it is written only if something was compared. `certify`: compilers at a
// time that make a certificate where one is missing, which takes minutes; 0: none is made.
Result<std::vector<Judgement>> judge_by_ledger(const Project& project, const Manifest& manifest,
                                               const std::set<std::string>& selected,
                                               size_t certify);

// Whether a run has something to compare: new code, about which nothing was found so far, of a
// calculation of which a certificate holds.
bool may_find_evidence(const Planner& planner, const Project& project);

// The version that a certificate of a calculation would be about: the one that stands in the keys
// of its cells or, where nothing was computed, the one in the manifest.
Result<OldVersion> version_in_keys(Workspace& workspace, const Planner& planner,
                                   size_t calculation);

// Where cells of a version did not come out the same again; empty: nowhere.
std::string unsteady(const std::vector<Repeats>& repeats, const std::string& calculation,
                     const Hash& code);

// Takes the lease for as long as it takes to write.
Result<void> record_evidence(const Project& project, const Manifest& manifest,
                             std::vector<EvidenceRecord> records,
                             std::vector<int64_t>* ids = nullptr);

}  // namespace almanac
