// Rows that are damaged and still can be decoded are found, not served.
#include <algorithm>

#include "tests/storage/ledger_fixture.h"

namespace almanac {
namespace {

struct LedgerSealTest : testing::Test {
  TemporaryFolder folder;
  const std::string path = folder / "ledger.db";
  std::vector<CellRecord> written;
  std::vector<EvidenceRecord> evidence;

  LedgerSealTest() {
    LeasedLedger ledger(path);
    std::vector<Ledger::Commit> commits(12);
    for (size_t i = 0; i < commits.size(); ++i) {
      const char* calculation = i % 2 == 0 ? "rsi" : "macd";
      commits[i].cell = cell_of(calculation, kDay + static_cast<int>(i), i < 6 ? "a" : "b", 5);
      if (i % 3 == 0) commits[i].cell->category = "risk";
      commits[i].trace = trace_of(*commits[i].cell);
      written.push_back(*commits[i].cell);
    }
    EXPECT_OK(ledger->commit(ledger.lease, commits));
    for (const char* code : {"a", "b"}) {
      EXPECT_OK(ledger->record_evidence(ledger.lease, evidence_of(code, "c")));
    }
    evidence = *ledger->evidence();
  }

  // "damaged" when reading says so, otherwise "wrong" or "right" as what was read is.
  std::string verdict() {
    const auto ledger = Ledger::open(path, Ledger::Mode::ReadOnly);
    if (!ledger.ok()) return said(ledger.error());
    const auto cells = (*ledger)->cells();
    if (!cells.ok()) return said(cells.error());
    for (const CellRecord& cell : *cells) {
      if (!was_written(cell)) return "wrong";
    }
    const auto found = (*ledger)->evidence();
    if (!found.ok()) return said(found.error());
    if (*found != evidence) return "wrong";
    for (const CellRecord& cell : written) {
      const auto trace = (*ledger)->trace(cell.key);
      if (!trace.ok()) return said(trace.error());
      if (trace->has_value() && !same(**trace, trace_of(cell))) return "wrong";
    }
    return "right";
  }

  static std::string said(const Error& error) {
    return error.kind == Error::Kind::Usage ? "damaged" : error.message;
  }

  bool was_written(const CellRecord& cell) const {
    return std::ranges::any_of(written, [&](const CellRecord& w) {
      return w.calculation == cell.calculation && w.date == cell.date && w.key == cell.key &&
             *w.identity == *cell.identity && w.dated == cell.dated &&
             w.provenance == cell.provenance && w.computation == cell.computation &&
             w.category == cell.category && same(*w.result, *cell.result);
    });
  }
  static bool same(const ResultRecord& a, const ResultRecord& b) {
    return a.hash == b.hash && *a.names == *b.names && a.columns == b.columns && a.rows == b.rows &&
           a.shards == b.shards;
  }
  static bool same(const Trace& a, const Trace& b) {
    return a.computation == b.computation && a.code_hash == b.code_hash &&
           a.infrastructure == b.infrastructure && same(*a.result, *b.result);
  }
};

TEST_F(LedgerSealTest, EveryColumnThatPlanningReliesOnIsSealed) {
  ASSERT_EQ(verdict(), "right");
  const std::string sound = bytes_of_folder(folder.path())[path];
  for (const char* change : {"cells SET calculation = (SELECT id FROM names WHERE name = 'risk')"
                             " WHERE calculation = (SELECT id FROM names WHERE name = 'rsi')",
                             "cells SET date = date + 100",
                             "cells SET key = randomblob(16)",
                             "cells SET identity = (SELECT max(identity) FROM cells)",
                             "cells SET dated = randomblob(length(dated))",
                             "cells SET provenance = randomblob(16)",
                             "cells SET computation = 4",
                             "cells SET result = (SELECT max(result) FROM cells)",
                             "cells SET category = (SELECT max(category) FROM cells)",
                             "cells SET seal = 0",
                             "results SET hash = randomblob(16)",
                             "results SET columns = randomblob(length(columns))",
                             "results SET names = (SELECT max(id) FROM lists)",
                             "results SET rows = 8",
                             "results SET shards = randomblob(length(shards))",
                             "results SET seal = 0",
                             "traces SET calculation = (SELECT max(calculation) FROM cells)",
                             "traces SET date = date + 1",
                             "traces SET computation = 4",
                             "traces SET result = (SELECT max(result) FROM cells)",
                             "traces SET code_hash = randomblob(16)",
                             "traces SET infrastructure = randomblob(16)",
                             "evidence SET id = id + 5 WHERE id = 2",
                             "evidence SET kind = 1",
                             "evidence SET calculation = (SELECT max(id) FROM names)",
                             "evidence SET calculation = 99",
                             "evidence SET before = randomblob(16)",
                             "evidence SET now = randomblob(16)",
                             "evidence SET infrastructure = randomblob(16)",
                             "evidence SET verdict = 'cosmetid'",
                             "evidence SET document = '{}'",
                             "evidence SET made_ms = 0",
                             "evidence SET revoked = 1",
                             "evidence SET seal = 0",
                             "names SET name = 'rsj' WHERE name = 'rsi'",
                             "names SET name = 'risj' WHERE name = 'risk'"}) {
    edit_ledger(path, (std::string("PRAGMA foreign_keys = OFF; UPDATE ") + change).c_str());
    EXPECT_EQ(verdict(), "damaged") << change;
    std::ofstream(path, std::ios::binary) << sound;
  }
}

TEST_F(LedgerSealTest, NoFlippedBitIsServedAsRight) {
  const std::string sound = bytes_of_folder(folder.path())[path];
  constexpr size_t kStepBytes = 29;  // bits in turn
  size_t damaged = 0;
  for (size_t at = 0; at < sound.size(); at += kStepBytes) {
    std::string bytes = sound;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << (at / kStepBytes % 8)));
    std::ofstream(path, std::ios::binary) << bytes;
    const std::string found = verdict();
    EXPECT_NE(found, "wrong") << "byte " << at;
    damaged += found == "damaged";
  }
  EXPECT_GT(damaged, 50u);
}

}  // namespace
}  // namespace almanac
