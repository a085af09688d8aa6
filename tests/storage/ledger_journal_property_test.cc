// Two processes of one run, and the runs after it: whoever follows the journal knows what the
// ledger holds, and what was decided on less is refused. Random histories against a model in
// memory.
#include <rapidcheck.h>

#include <set>
#include <tuple>

#include "tests/storage/ledger_fixture.h"

namespace almanac {
namespace {

using Name = Ledger::CellName;

struct State {
  std::map<Name, CellRecord> cells;
  std::map<std::pair<Name, Hash>, bool> letters;  // by key: whether it is dropped
  std::map<std::string, int> breakers;            // failures in row
};

bool same(const CellRecord& a, const CellRecord& b) {
  return a.key == b.key && *a.identity == *b.identity && a.dated == b.dated &&
         a.provenance == b.provenance && a.computation == b.computation &&
         a.result->hash == b.result->hash && a.result->shards == b.result->shards &&
         a.category == b.category && a.published == b.published;
}

void require_same(const State& found, const State& expected) {
  RC_ASSERT(found.cells.size() == expected.cells.size());
  for (const auto& [name, cell] : expected.cells) {
    const auto at = found.cells.find(name);
    RC_ASSERT(at != found.cells.end());
    RC_ASSERT(same(at->second, cell));
  }
  RC_ASSERT(found.letters == expected.letters);
  RC_ASSERT(found.breakers == expected.breakers);
}

void add(State* state, const std::vector<CellRecord>& cells, const std::vector<DeadLetter>& letters,
         const std::vector<BreakerRecord>& breakers) {
  for (const CellRecord& cell : cells) state->cells[{cell.calculation, cell.date}] = cell;
  for (const DeadLetter& letter : letters) {
    state->letters[{{letter.calculation, letter.date}, letter.key}] = letter.dropped;
  }
  for (const auto& breaker : breakers)
    state->breakers[breaker.calculation] = breaker.failures_in_row;
}

// A process: its connection, and what it knows of the ledger up to a line of the journal.
struct Process {
  std::unique_ptr<Ledger> ledger;
  int64_t sequence = 0;
  State known{};

  void follow() {
    const auto touched = *ledger->touched_after(sequence);
    RC_ASSERT(touched.sequence >= sequence);
    sequence = touched.sequence;
    const std::set<Name> names(touched.names.begin(), touched.names.end());
    RC_ASSERT(names.size() == touched.names.size());
    std::erase_if(known.cells, [&](const auto& cell) { return names.contains(cell.first); });
    std::erase_if(known.letters, [&](const auto& one) { return names.contains(one.first.first); });
    add(&known, touched.cells, touched.letters, touched.breakers);
  }

  State read() {
    State state;
    add(&state, *ledger->cells(), *ledger->dead_letters(), *ledger->breakers());
    return state;
  }
};

struct Line {
  int run;
  Name name;
  bool touches;
};

struct World {
  TemporaryFolder folder;
  Process processes[2];
  Ledger::Lease lease;
  State model{};
  std::map<int64_t, Line> journal{};
  std::vector<Attempt> begun{};
  std::map<Name, int64_t> running{};
  int64_t sequence = 0, forgotten = 0;
  int run = 0;

  World() {
    for (Process& process : processes) {
      process.ledger = std::move(*Ledger::open(folder / "ledger.db", Ledger::Mode::ReadWrite));
    }
    take();
  }

  void take() {
    Ledger::LeaseHolder holder;
    lease = **processes[0].ledger->acquire({"run-" + std::to_string(run), Ledger::Keeper::Run},
                                           &holder);
  }

  void note(const Name& name, bool touches = true) { journal[++sequence] = {run, name, touches}; }

  bool stale(const Name& name, int64_t decided_at) const {
    if (forgotten > decided_at) return true;
    for (auto line = journal.upper_bound(decided_at); line != journal.end(); ++line) {
      if (line->second.touches && line->second.name == name) return true;
    }
    return false;
  }

  void next_run() {
    RC_ASSERT(processes[0].ledger->release(lease).ok());
    ++run;
    take();
    for (const auto& [number, line] : journal) {
      if (line.run < run - 1) forgotten = number;
    }
    std::erase_if(journal, [&](const auto& line) { return line.second.run < run - 1; });
    running.clear();
  }

  void begin(Process& process, const CellRecord& cell) {
    const Name name{cell.calculation, cell.date};
    Attempt attempt = attempt_of(cell, lease.run);
    RC_ASSERT(process.ledger->begin_attempts(lease, {&attempt, 1}, process.sequence).ok());
    RC_ASSERT((attempt.id == 0) == stale(name, process.sequence));
    if (attempt.id == 0) return;
    running[name] = attempt.id;
    begun.push_back(attempt);
  }

  // A version tells what the commit is about.
  void commit(Process& process, Ledger::Commit commit, CellRecord cell, int version, bool late) {
    const Name name{cell.calculation, cell.date};
    if (version % 3 == 1) {
      commit.dead_letter = letter_of(cell);
    } else {
      cell.category = version % 2 == 0 ? "signals" : "risk";
      commit.cell = cell;
      if (version % 3 == 2) commit.clears_dead_letters = {cell.key};
    }
    const auto overtaken = *process.ledger->commit(lease, {&commit, 1});
    RC_ASSERT(overtaken == (late ? std::vector<size_t>{0} : std::vector<size_t>{}));
    if (late) return;
    note(name);
    if (commit.dead_letter) model.letters[{name, cell.key}] = false;
    if (!commit.cell) return;
    if (const auto old = model.cells.find(name); old != model.cells.end()) {
      cell.published = old->second.published && old->second.category == cell.category &&
                       old->second.result->hash == cell.result->hash;
    }
    model.cells[name] = cell;
    if (version % 3 == 2) model.letters.erase({name, cell.key});
  }

  void end(Process& process, size_t which, int version) {
    if (begun.empty()) return;
    const Attempt& attempt = begun[which % begun.size()];
    const Name name{attempt.calculation, attempt.date};
    Ledger::Commit commit;
    commit.attempt = attempt;
    commit.attempt.status = version % 3 == 1 ? AttemptStatus::Failure : AttemptStatus::Success;
    const auto at = running.find(name);
    const bool late = at == running.end() || at->second != attempt.id;
    if (!late) running.erase(at);
    CellRecord cell = cell_of(name.calculation, name.date, std::to_string(version), attempt.id);
    this->commit(process, std::move(commit), std::move(cell), version, late);
  }

  void reuse(Process& process, const CellRecord& cell, int version) {
    Ledger::Commit commit;
    commit.act = Act::Reused;
    commit.attempt.calculation = cell.calculation;
    commit.attempt.date = cell.date;
    commit.decided_at = process.sequence;
    const bool late = stale({cell.calculation, cell.date}, process.sequence);
    this->commit(process, std::move(commit), cell, version, late);
  }

  // As the process knows the cell, which may have changed since.
  void publish(Process& process, const Name& name) {
    const auto seen = process.known.cells.find(name);
    if (seen == process.known.cells.end()) return;
    const Ledger::Publication publication = publication_of(seen->second);
    CellRecord& now = model.cells.at(name);
    const bool other =
        now.result->hash != publication.result || now.category != publication.category;
    const auto others = *process.ledger->mark_published(lease, {&publication, 1});
    RC_ASSERT(others == (other ? std::vector<size_t>{0} : std::vector<size_t>{}));
    if (other || now.published) return;
    now.published = true;
    note(name, false);
  }

  void withdraw(Process& process, const Name& name) {
    RC_ASSERT(process.ledger->mark_withdrawn(lease, {&name, 1}).ok());
    const auto at = model.cells.find(name);
    if (at == model.cells.end() || !at->second.published) return;
    at->second.published = false;
    note(name, false);
  }

  void requeue(Process& process, const Name& name) {
    RC_ASSERT(process.ledger->requeue(lease, {name}).ok());
    std::erase_if(model.letters, [&](const auto& one) { return one.first.first == name; });
    note(name);
  }

  void drop(Process& process, const Name& name) {
    bool any = false;
    for (auto& [letter, dropped] : model.letters) {
      if (letter.first == name) any = dropped = true;
    }
    RC_ASSERT(process.ledger->drop(lease, {name}).ok() == any);
    if (any) note(name);
  }

  void trip(Process& process, const std::string& calculation, int failures) {
    RC_ASSERT(process.ledger->record_breaker(lease, {calculation, failures, false, ""}).ok());
    model.breakers[calculation] = failures;
    note({calculation, Date()}, false);
  }

  void step(uint8_t what, uint8_t where, uint8_t which) {
    Process& process = processes[where & 1];
    const Name name{(where & 2) != 0 ? "rsi" : "sma", kDay + (where >> 2) % 2};
    const int version = which % 6;
    const CellRecord cell = cell_of(name.calculation, name.date, std::to_string(version));
    switch (what % 16) {
      case 0:
      case 1:
      case 2:
        return begin(process, cell);
      case 3:
      case 4:
        return end(process, which, version);
      case 5:
      case 6:
        return reuse(process, cell, version);
      case 7:
        return publish(process, name);
      case 8:
        return withdraw(process, name);
      case 9:
        return requeue(process, name);
      case 10:
        return drop(process, name);
      case 11:
        return trip(process, name.calculation, version);
      case 12:
        return next_run();
      default:
        return process.follow();
    }
  }
};

TEST(LedgerJournalPropertyTest, WhoFollowsTheJournalKnowsTheLedgerAndTheRestIsRefused) {
  EXPECT_TRUE(rc::check([](const std::vector<std::tuple<uint8_t, uint8_t, uint8_t>>& steps) {
    World world;
    for (const auto& [what, where, which] : steps) world.step(what, where, which);
    RC_ASSERT(*world.processes[0].ledger->sequence() == world.sequence);
    for (Process& process : world.processes) {
      require_same(process.read(), world.model);
      process.follow();
      require_same(process.known, world.model);
    }
    RC_ASSERT(world.processes[0].ledger->running()->size() == world.running.size());
    size_t lines = 0;
    for (int run = 0; run <= world.run; ++run) {
      const auto deeds = *world.processes[1].ledger->deeds_of("run-" + std::to_string(run));
      for (const Deed& deed : deeds) {
        const Line& line = world.journal.at(deed.sequence);
        RC_ASSERT(line.run == run);
        RC_ASSERT(line.name == (Name{deed.calculation, deed.date}));
        ++lines;
      }
    }
    RC_ASSERT(lines == world.journal.size());
  }));
}

}  // namespace
}  // namespace almanac
