// What must hold of all attempts of a world, whatever has happened.
#include <map>

#include "simulator/world.h"

namespace almanac::simulator {

namespace {

constexpr int kMostAttempts = 3;  // for one key; once more where a cell comes back to it

std::string name_of_cell(size_t node, int day) {
  return id_of(node) + " on " + date_of(day).str();
}

}  // namespace

template <class Is>
size_t World::cells_that(Is is) const {
  size_t cells = 0;
  for (size_t node = 0; node < stage_.graph.nodes.size(); ++node) {
    const auto any = [&](const Node::Version& version, int day) {
      const auto found = version.scripts.find(day);
      return found != version.scripts.end() && is(found->second);
    };
    for (int day = 0; day < stage_.graph.days; ++day) {
      bool found = any(stage_.graph.nodes[node].version, day);
      for (const Node::Version& version : edits_.older(node)) found |= any(version, day);
      cells += found;
    }
  }
  return cells;
}

void World::check_attempts() {
  size_t attempts = 0;
  for (size_t node = 0; node < stage_.graph.nodes.size(); ++node) {
    for (int day = 0; day < stage_.graph.days; ++day) {
      const auto made = stage_.ledger->attempts(id_of(node), date_of(day));
      if (!made.ok()) return stage_.violation(made.error().message);
      attempts += made->size();
      check_attempts_of(node, day, *made);
    }
  }
  attempts_ = attempts;
  const size_t cells = stage_.graph.nodes.size() * static_cast<size_t>(stage_.graph.days);
  // A cell that ends its process, or the work of it, takes others along.
  const size_t abrupt = cells_that([](const Script& script) {
    return script.kind == Script::Kind::Poison || script.kind == Script::Kind::Unstored;
  });
  const size_t most = cells * (kMostAttempts * (1 + abrupt) + stage_.points.fired() - fired_);
  if (stage_.computed > most) {
    stage_.violation(std::to_string(stage_.computed) + " cells were computed of " +
                     std::to_string(cells));
  }
  const auto records = stage_.ledger->cells();
  if (!records.ok()) return stage_.violation(records.error().message);
  for (const CellRecord& record : *records) {
    for (const Blob& blob : record.result->shards) {
      if (stage_.rotten > 0 || stage_.memory.blobs.contains(blob.sha256)) continue;
      stage_.violation(record.calculation + " on " + record.date.str() + " is without its blob");
    }
  }
}

void World::check_attempts_of(size_t node, int day, const std::vector<Attempt>& attempts) {
  const std::string name = name_of_cell(node, day);
  const bool faulty = stage_.points.fired() > 0;
  const bool may_lose =
      faulty || stopped_ || cells_that([](const Script& script) {
                              return script.kind == Script::Kind::Poison ||
                                     script.kind == Script::Kind::Unstored ||
                                     script.fails();  // what a breaker keeps from being tried
                            }) > 0;
  bool heavy = false;  // the attempt before
  Hash key;            // of the attempt before
  int in_row = 0;
  std::map<Hash, int> succeeded, counted;
  std::map<std::pair<std::string, Hash>, int> forced;  // by run, too
  for (const Attempt& attempt : attempts) {
    const bool is_forced = forced_.contains(attempt.run);
    if (!is_forced && !faulty && succeeded[attempt.key] > 0) {
      stage_.violation(name + " was tried again for a key that it had a result of");
    }
    // Cells that were begun together with slow ones are left to the next plan.
    const bool late = attempt.error == "its slice has taken an hour";
    if (attempt.status == AttemptStatus::Lost && !may_lose && !late) {
      stage_.violation(name + " has lost an attempt: " + attempt.error);
    }
    if (heavy && !faulty && !attempt.high_mem) {
      stage_.violation(name + " lacked memory, and was tried again where there is no more");
    }
    heavy = attempt.heavy;
    counted[attempt.key] += attempt.counted;
    in_row = (attempt.key == key ? in_row : 0) + attempt.counted;
    key = attempt.key;
    if (in_row > kMostAttempts + static_cast<int>(forced_.size())) {
      stage_.violation(name + " was tried too often for one key");
    }
    if (attempt.status != AttemptStatus::Success) continue;
    int& times = is_forced ? forced[{attempt.run, attempt.key}] : succeeded[attempt.key];
    // A result that is lost is computed again.
    if (++times < 2 + static_cast<int>(stage_.rotten)) continue;
    stage_.violation(name + " was computed twice for one key, in " + attempt.run + " as " +
                     attempt.state + " (" + attempt.reason + ")");
  }
  const auto letters = stage_.ledger->dead_letters();
  if (!letters.ok()) return stage_.violation(letters.error().message);
  for (const DeadLetter& letter : *letters) {
    if (letter.calculation != id_of(node) || letter.date != date_of(day)) continue;
    if (letter.attempts == counted[letter.key]) continue;
    stage_.violation(name + " has a letter of " + std::to_string(letter.attempts) +
                     " attempts, counted are " + std::to_string(counted[letter.key]));
  }
}

}  // namespace almanac::simulator
