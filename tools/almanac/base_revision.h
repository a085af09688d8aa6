// BaseRevision: the code that a project had before a change, with what is known of it. Of a git
// revision, which is built, or of a file that `almanac evidence export` wrote.
#pragma once

#include <string>
#include <vector>

#include "tools/almanac/evidence_file.h"
#include "tools/almanac/scratch.h"

namespace almanac {

class BaseRevision {
 public:
  // Usage error: `base` is neither such a file nor a revision, or does not build.
  static Result<BaseRevision> open(const Project& project, const std::string& base);

  const OldVersion* find(const std::string& calculation) const;  // null: it had none of this id
  const std::vector<EvidenceRecord>& evidence() const { return evidence_; }
  const Costs& costs() const { return costs_; }

 private:
  explicit BaseRevision(Scratch folder) : folder_(std::move(folder)) {}
  Result<void> read_file(const std::string& path);
  Result<void> check_out(const Project& project, const std::string& revision);

  Scratch folder_;  // of modules
  std::vector<OldVersion> versions_;
  std::vector<EvidenceRecord> evidence_;
  Costs costs_;
};

}  // namespace almanac
