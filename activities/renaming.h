// Renaming: what becomes of all that is recorded when a calculation gets another name.
//
// The name is part of a cell's key, and of the code of what reads it. So the keys are translated
// (core/plan/rekey.h) instead of computing the same again: what was up to date stays so, what was
// not stays so for the same reason. That is checked before anything is written: a planner over the
// translated records must decide about every cell as one over the records of now.
#pragma once

#include <set>
#include <string>

#include "activities/workspace.h"

namespace almanac {

struct RenamingOrder {
  std::string from, to;
  const Project* project;    // after the renaming, as is
  const Manifest* manifest;  // the one that is built of it
  // Calculations, named as before, whose code says something about its own file: where that has
  // another name, another result may come out, so they are not translated.
  std::set<std::string> of_layout;
  Date today;
};

// Reads `workspace`, which is as before. Internal error where a decision would be another one.
Result<Ledger::Renaming> plan_renaming(Workspace& workspace, const RenamingOrder& order);

}  // namespace almanac
