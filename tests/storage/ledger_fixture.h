// A ledger in a folder of its own, and records to put into it.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/ledger.h"
#include "tests/support/temporary_folder.h"

namespace almanac {

// Bytes of each file in a folder, by name.
inline std::map<std::string, std::string> bytes_of_folder(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    files[entry.path().string()] = std::string(std::istreambuf_iterator<char>(file), {});
  }
  return files;
}

inline Hash hash_of(const std::string& text) {
  return Hasher("test/1").add(text).digest();
}

inline Blob blob_of(const std::string& text) {
  return {hash_of(text).hex() + hash_of(text + "'").hex(), text.size()};
}

inline std::shared_ptr<const ResultRecord> result_of(const std::string& text) {
  ResultRecord result;
  result.hash = hash_of(text);
  result.names = std::make_shared<const std::vector<std::string>>(
      std::vector<std::string>{"user_id", "value"});
  result.columns = {hash_of(text + "0"), hash_of(text + "1")};
  result.rows = 7;
  result.shards = {blob_of(text)};
  return std::make_shared<const ResultRecord>(result);
}

inline std::shared_ptr<const Identity> identity_of(const std::string& text) {
  Identity identity;
  identity.parts = {{"code", hash_of(text)}, {"layer:layers/lots.h", hash_of("lots")}};
  identity.dated = {"dataset:prices", "calculation:price_extractor"};
  return std::make_shared<const Identity>(identity);
}

inline CellRecord cell_of(const std::string& calculation, Date date, const std::string& version,
                          int64_t computation = 1) {
  CellRecord cell;
  cell.calculation = calculation;
  cell.date = date;
  cell.key = hash_of(calculation + date.str() + version);
  cell.identity = identity_of(version);
  cell.dated = {hash_of("prices" + date.str()), hash_of("extractor" + date.str())};
  cell.provenance = hash_of("provenance" + version);
  cell.computation = computation;
  cell.result = result_of(calculation + date.str() + version);
  cell.category = "signals";
  return cell;
}

inline Trace trace_of(const CellRecord& cell) {
  return {cell.key, cell.computation, cell.result, hash_of("code"), hash_of("infrastructure")};
}

inline Attempt attempt_of(const CellRecord& cell, const std::string& run = "run-1") {
  Attempt attempt;
  attempt.run = run;
  attempt.calculation = cell.calculation;
  attempt.date = cell.date;
  attempt.pass = 1;
  attempt.key = cell.key;
  attempt.state = "runnable";
  attempt.reason = "new";
  attempt.started_ms = 1000;
  return attempt;
}

inline Ledger::Publication publication_of(const CellRecord& cell) {
  return {{cell.calculation, cell.date}, cell.result->hash, cell.category};
}

inline DeadLetter letter_of(const CellRecord& cell) {
  DeadLetter letter;
  letter.calculation = cell.calculation;
  letter.date = cell.date;
  letter.key = cell.key;
  letter.code = "MAX_RETRIES_EXCEEDED";
  letter.error = "boom";
  letter.stage = "process";
  letter.attempts = 3;
  letter.permanent = true;
  return letter;
}

// Of `now`, a version of rsi that does the same as `before`.
inline EvidenceRecord evidence_of(const std::string& before, const std::string& now) {
  EvidenceRecord evidence;
  evidence.calculation = "rsi";
  evidence.before = hash_of(before);
  evidence.now = hash_of(now);
  evidence.infrastructure = hash_of("infrastructure");
  evidence.verdict = "cosmetic";
  evidence.document = R"({"contexts":1000})";
  evidence.made_ms = 1000;
  return evidence;
}

inline EvidenceRecord certificate_of(const std::string& code) {
  EvidenceRecord certificate = evidence_of(code, code);
  certificate.kind = EvidenceRecord::Kind::Certificate;
  certificate.verdict = "certified";
  return certificate;
}

// A version of rsi's code.
inline CodeRecord code_of(const std::string& code, const std::string& representative,
                          int64_t evidence = 0) {
  CodeRecord record;
  record.calculation = "rsi";
  record.code = hash_of(code);
  record.parts = {{"code", hash_of(code)}};
  record.object = hash_of("object of " + code);
  record.infrastructure = hash_of("infrastructure");
  record.representative = hash_of(representative);
  record.evidence = evidence;
  record.module = blob_of("module of " + code);
  record.bundle = blob_of("bundle of " + code);
  record.module.code = record.bundle.code = true;
  return record;
}

inline void expect_equal(const CellRecord& found, const CellRecord& expected) {
  EXPECT_EQ(found.calculation, expected.calculation);
  EXPECT_EQ(found.date, expected.date);
  EXPECT_EQ(found.key, expected.key);
  EXPECT_EQ(*found.identity, *expected.identity);
  EXPECT_EQ(found.dated, expected.dated);
  EXPECT_EQ(found.provenance, expected.provenance);
  EXPECT_EQ(found.computation, expected.computation);
  EXPECT_EQ(found.category, expected.category);
  EXPECT_EQ(found.result->hash, expected.result->hash);
  EXPECT_EQ(*found.result->names, *expected.result->names);
  EXPECT_EQ(found.result->columns, expected.result->columns);
  EXPECT_EQ(found.result->rows, expected.result->rows);
  EXPECT_EQ(found.result->shards, expected.result->shards);
}

// Opens and leases the ledger of a folder; fails the test when that is not possible.
struct LeasedLedger {
  explicit LeasedLedger(const std::string& path, const std::string& run = "run-1",
                        Ledger::Keeper keeper = Ledger::Keeper::Process) {
    auto opened = Ledger::open(path, Ledger::Mode::ReadWrite);
    if (!opened.ok()) {
      ADD_FAILURE() << opened.error().message;
      return;
    }
    ledger = std::move(*opened);
    Ledger::LeaseHolder holder;
    auto acquired = ledger->acquire({run, keeper}, &holder);
    EXPECT_TRUE(acquired.ok() && acquired->has_value()) << "held by " << holder.run;
    if (acquired.ok() && acquired->has_value()) lease = **acquired;
  }
  ~LeasedLedger() {
    if (ledger != nullptr) (void)ledger->release(lease);  // refused when a test has lost it
  }
  Ledger* operator->() const { return ledger.get(); }

  // Decided just now, so that nothing overtakes it.
  Result<void> commit(Ledger::Commit commit) {
    auto sequence = ledger->sequence();
    if (!sequence.ok()) return sequence.error();
    commit.decided_at = *sequence;
    const auto overtaken = ledger->commit(lease, {&commit, 1});
    if (!overtaken.ok()) return overtaken.error();
    EXPECT_TRUE(overtaken->empty());
    return {};
  }
  Result<void> commit(const CellRecord& cell) {
    Ledger::Commit commit;
    commit.act = Act::Reused;
    commit.cell = cell;
    return this->commit(std::move(commit));
  }
  Result<void> begin(std::span<Attempt> attempts) {
    auto sequence = ledger->sequence();
    if (!sequence.ok()) return sequence.error();
    return ledger->begin_attempts(lease, attempts, *sequence);
  }
  // Whether the cell is still what was published.
  bool mark(const CellRecord& cell) {
    const Ledger::Publication publication = publication_of(cell);
    const auto others = ledger->mark_published(lease, {&publication, 1});
    EXPECT_TRUE(others.ok());
    return others.ok() && others->empty();
  }

  std::unique_ptr<Ledger> ledger;
  Ledger::Lease lease;
};

// Changes a ledger from outside, as another release or an accident would.
inline void edit_ledger(const std::string& path, const char* statement) {
  sqlite3* connection = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &connection), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(connection, statement, nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(connection);
  EXPECT_EQ(sqlite3_close(connection), SQLITE_OK);
}

inline constexpr Date kDay = Date::of(2024, 1, 2);

#define EXPECT_OK(expression)                                     \
  do {                                                            \
    const auto& expected_ok = (expression);                       \
    EXPECT_TRUE(expected_ok.ok()) << expected_ok.error().message; \
  } while (false)

}  // namespace almanac
