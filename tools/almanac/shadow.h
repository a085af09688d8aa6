// Shadow: real cells, computed with the new code and compared with what the old code left. It is
// the last look before evidence counts, and says of made-up data whether they were like real ones.
#pragma once

#include "activities/compute.h"
#include "activities/plan.h"
#include "simulator/behaviour/material.h"
#include "tools/almanac/judgement.h"

namespace almanac {

// The project as it would be if evidence held.
class ShadowProject {
 public:
  // Opens it for reading, and the store for staging.
  static Result<std::unique_ptr<ShadowProject>> open(const Project& project,
                                                     const Manifest& manifest,
                                                     const std::vector<EvidenceRecord>& assumed);

  // Of a calculation's cells that would be up to date: what is typical of the newest one, and what
  // some of them were given; nothing where there is none.
  Result<behaviour::Material> typical_of(const std::string& calculation);

  // Cells of a calculation that have a result.
  size_t recorded(const std::string& calculation) const;

  // Computes some of the cells that would be skipped (core/plan/spot_check). At a difference it
  // stops.
  Result<Shadow> verify(const std::string& calculation);

 private:
  std::vector<const PlannedCell*> up_to_date(const std::string& calculation) const;
  CellTask task_of(const PlannedCell& cell);

  std::unique_ptr<Workspace> workspace_;
  std::unique_ptr<Planning> planning_;
  std::vector<PlannedCell> cells_;
  std::shared_ptr<Results> results_;
  std::unique_ptr<Compute> compute_;
};

}  // namespace almanac
