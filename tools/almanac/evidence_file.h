// EvidenceFile: what a project knows of the versions of its code, for a machine that has neither
// its ledger nor its store: modules and sources of the versions that stand in keys, certificates
// and verdicts, and what their cells cost. A CBOR document (RFC 8949).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/ledger/records.h"
#include "tools/almanac/preflight.h"
#include "tools/almanac/session.h"

namespace almanac {

// What cells of a calculation cost.
struct CellCosts {
  size_t cells = 0;  // that were computed so far
  double ms = 0;     // of one, on average
};
using Costs = std::map<std::string, CellCosts>;  // by calculation

struct EvidenceFile {
  struct Version {
    OldVersion version;  // without the path of its module
    std::string module;  // its bytes
  };
  std::vector<Version> versions;
  std::vector<EvidenceRecord> evidence;
  Costs costs;
};

Result<Costs> costs_of(Ledger& ledger);

// Errors name the calculation whose module or sources are no longer there.
Result<EvidenceFile> collect_evidence(Workspace& workspace, const Planner& planner);

std::string encode(const EvidenceFile& file);
// Data error: these are no such bytes.
Result<EvidenceFile> decode_evidence_file(const std::string& bytes);

}  // namespace almanac
