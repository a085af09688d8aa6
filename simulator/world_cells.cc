// What must hold of the cells of a world, by the oracle.
#include <algorithm>
#include <map>

#include "simulator/world.h"

namespace almanac::simulator {

namespace {

constexpr int kThreshold = 5;   // failed cells in a row open a breaker
constexpr int kMostLosses = 3;  // of a cell in one run

Expected::State state_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::Failed:
      return Expected::State::Failed;
    case Outcome::FailedDependency:
      return Expected::State::FailedDependency;
    case Outcome::Blocked:
    case Outcome::Cancelled:
      return Expected::State::Blocked;
    case Outcome::Impossible:
      return Expected::State::Impossible;
    default:
      return Expected::State::UpToDate;
  }
}

// Cells that an abrupt end has interrupted too often in a run are left to the next one.
bool any_given_up(const std::vector<Attempt>& attempts) {
  std::map<std::pair<std::string, Date>, int> lost;
  return std::any_of(attempts.begin(), attempts.end(), [&](const Attempt& attempt) {
    return attempt.status == AttemptStatus::Lost &&
           ++lost[{attempt.calculation, attempt.date}] == kMostLosses;
  });
}

// The verdict may be the one of an attempt before the breaker opened.
bool is_held(const RanCell& cell) {
  return cell.verdict.reason == Reason::BreakerOpen ||
         cell.detail.find("failures in a row") != std::string::npos;
}

bool may_trip(const Node::Version& version) {
  return std::count_if(version.scripts.begin(), version.scripts.end(),
                       [](const auto& one) { return one.second.fails(); }) >= kThreshold;
}

}  // namespace

bool World::check_cells(const Ended& ended) {
  const auto workspace = look();
  const bool cancelled = ended.tally && ended.tally->cancelled;
  const auto ran = outcome_of(*workspace, ended.order, cancelled, false);
  const auto attempts = stage_.ledger->attempts_of_run(ended.order.run);
  if (!ran.ok() || !attempts.ok()) {
    stage_.violation("the cells cannot be read");
    return false;
  }
  const bool complete = ended.complete() && !stage_.moved;
  bool quiet = complete;
  std::set<std::pair<size_t, int>> held;
  for (const RanCell& cell : ran->summary.cells) {
    if (!is_held(cell)) continue;
    const size_t node = node_of(workspace->manifest.calculations[cell.calculation].id);
    held.insert({node, day_of(cell.date)});
    quiet = false;
    const auto& older = edits_.older(node);
    if (may_trip(stage_.graph.nodes[node].version) ||
        std::any_of(older.begin(), older.end(), may_trip)) {
      continue;
    }
    stage_.violation(id_of(node) + " is not tried any more though it does not fail");
  }
  const bool given_up = any_given_up(*attempts);
  const auto expected = oracle(stage_.graph, stage_.memory.data, held);
  for (const RanCell& cell : ran->summary.cells) {
    const size_t node = node_of(workspace->manifest.calculations[cell.calculation].id);
    const Expected& wanted = expected[node][static_cast<size_t>(day_of(cell.date))];
    quiet &= check_cell(node, cell, wanted, complete && !given_up,
                        ended.tally && !ended.tally->cancelled);
    const Script script = stage_.graph.nodes[node].script(day_of(cell.date));
    if (script.kind == Script::Kind::Poison && !script.ends_well()) quiet = false;
  }
  return quiet;
}

// False where another run has something to do. What is up to date must be right at any time.
bool World::check_cell(size_t node, const RanCell& cell, const Expected& wanted, bool complete,
                       bool in_view) {
  const int day = day_of(cell.date);
  const std::string name = id_of(node) + " on " + cell.date.str();
  const Expected::State state = state_of(cell.outcome);
  const bool up_to_date = state == Expected::State::UpToDate;
  if (state != wanted.state && (up_to_date || (complete && cell.role == Role::Wanted))) {
    stage_.violation(name + " is " + std::string(name_of(cell.outcome)) + " (" +
                     std::string(name_of(cell.verdict.reason)) + "; " + cell.detail +
                     "), expected is " + name_of(wanted.state));
    return false;
  }
  if (up_to_date) {
    const ResultRecord result = result_of(*wanted.value);
    if (cell.result != result.hash) stage_.violation(name + " has a wrong result");
    if (!stage_.memory.blobs.contains(result.shards.front().sha256)) {
      stage_.violation(name + " is up to date without its blob");
    }
    if (in_view) check_view(node, day, result.hash);
  } else if (complete && state == Expected::State::Impossible) {
    check_view(node, day, std::nullopt);
  }
  return state == wanted.state;
}

void World::check_view(size_t node, int day, std::optional<Hash> expected) {
  for (const char* category : {"model", "other"}) {
    const auto found = stage_.memory.view.find({category, id_of(node), date_of(day)});
    const bool there = found != stage_.memory.view.end();
    const bool here = expected && stage_.graph.nodes[node].category == category;
    if (there != here || (there && found->second != *expected)) {
      stage_.violation(id_of(node) + " on " + date_of(day).str() + " is wrong in the view below " +
                       category);
    }
  }
}

void World::check_placed(const std::map<Memory::Place, Hash>& before) {
  if (before == stage_.memory.view) return;
  const auto records = stage_.ledger->cells();
  if (!records.ok()) return stage_.violation(records.error().message);
  std::map<Memory::Place, const CellRecord*> recorded;
  for (const CellRecord& cell : *records) {
    recorded[{cell.category, cell.calculation, cell.date}] = &cell;
  }
  const auto name = [](const Memory::Place& place) {
    return std::get<1>(place) + " on " + std::get<2>(place).str();
  };
  for (const auto& [place, result] : stage_.memory.view) {
    const auto old = before.find(place);
    if (old != before.end() && old->second == result) continue;
    const auto found = recorded.find(place);
    if (found != recorded.end() && found->second->result->hash == result) continue;
    stage_.violation(name(place) + " came into the view, and is not what is recorded");
  }
  for (const auto& [place, result] : before) {
    const auto found = recorded.find(place);
    if (stage_.memory.view.contains(place) || found == recorded.end()) continue;
    if (found->second->published) {
      stage_.violation(name(place) + " went from the view, and is published");
    }
  }
}

// Texts may name files, which are elsewhere each time.
void World::note_contents() {
  Hasher hasher("simulated contents/1");
  const auto cells = stage_.ledger->cells();
  const auto letters = stage_.ledger->dead_letters();
  if (!cells.ok() || !letters.ok()) return stage_.violation("the ledger cannot be read");
  for (const CellRecord& cell : *cells) {
    hasher.add(cell.calculation).add(cell.date.str()).add(cell.key).add(cell.provenance);
    hasher.add(static_cast<uint64_t>(cell.computation)).add(cell.result->hash).add(cell.category);
    hasher.add(uint64_t{cell.published});
  }
  for (const DeadLetter& letter : *letters) {
    hasher.add(letter.calculation).add(letter.date.str()).add(letter.key).add(letter.code);
    hasher.add(static_cast<uint64_t>(letter.attempts));
  }
  for (const RunReport& run : reports_) {
    for (const Attempt& attempt : run.attempts) {
      hasher.add(static_cast<uint64_t>(attempt.id)).add(attempt.run).add(attempt.calculation);
      hasher.add(attempt.date.str()).add(attempt.key).add(attempt.state).add(attempt.reason);
      hasher.add(static_cast<uint64_t>(attempt.status)).add(uint64_t{attempt.counted});
      hasher.add(static_cast<uint64_t>(attempt.started_ms)).add(attempt.worker).add(attempt.slice);
    }
  }
  for (const auto& [place, hash] : stage_.memory.view) {
    hasher.add(std::get<0>(place)).add(std::get<1>(place)).add(std::get<2>(place).str()).add(hash);
  }
  stage_.points.note(stage_.executor.now(), "contents " + hasher.digest().hex());
}

}  // namespace almanac::simulator
