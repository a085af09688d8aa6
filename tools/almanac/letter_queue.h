// The dead letters that a command is about. dlq and retry choose them alike, so that `dlq list`
// shows what the others would take.
#pragma once

#include <string>
#include <vector>

#include "core/ledger/records.h"
#include "tools/almanac/options.h"
#include "tools/almanac/session.h"

namespace almanac {

struct QueuedLetter {
  DeadLetter letter;
  const PlannedCell* cell;  // null where calculation or day are gone

  // Whether the cell is not tried because of this letter. It is not where what the cell reads has
  // changed, or cannot be read now.
  bool in_force() const;
  std::string cell_text() const;
  std::string name() const;
};

struct LetterQueue {
  Planned planned;
  std::vector<QueuedLetter> letters;  // that were asked for, by calculation and date
};

// Whether letters are chosen at all: by CALC DATE or by a selection.
bool is_choice(const Options& options);

// The letters of CALC DATE, or of the selection; without either all of them, those of days that are
// not over yet, too. Usage error where there are both.
Result<LetterQueue> read_queue(const Options& options);

}  // namespace almanac
