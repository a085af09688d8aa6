#include "isolation/outcome_frame.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <set>

#include "core/quality/memory_need.h"
#include "runner.pb.h"
#include "runner/vitals.h"

namespace almanac {

namespace {

std::string bytes_of(const Hash& hash) {
  const auto bytes = hash.bytes();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool is_hash(const std::string& bytes) {
  return bytes.size() == Hash::kBytes;
}

bool is_sha256(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

// CRASH, QUALITY_CIRCUIT_BREAKER; empty: a result.
bool is_code(const std::string& text) {
  return text.size() < 64 && text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == text.npos;
}

bool is_stage(const std::string& text) {
  constexpr Stage kStages[] = {Stage::Setup, Stage::Input, Stage::Process, Stage::Validate,
                               Stage::Store};
  return text.empty() || std::any_of(std::begin(kStages), std::end(kStages),
                                     [&](Stage stage) { return text == name_of(stage); });
}

Error wrong(const std::string& what) {
  return data_error("the child process of a calculation gave " + what);
}

void put(const Statistics& from, wire::Statistics* to) {
  to->set_entities(from.entities);
  to->set_failed(from.failed);
  to->set_skipped(from.skipped);
  to->set_rejected(from.rejected);
  for (const auto& [reason, rows] : from.reasons) {
    wire::Reason* named = to->add_reasons();
    named->set_text(reason);
    named->set_rows(rows);
  }
  to->set_rows(from.rows);
  to->set_bytes(from.bytes);
  to->set_flushes_batch(from.flushes_batch);
  to->set_flushes_memory(from.flushes_memory);
  to->set_setup_us(from.setup_us);
  to->set_input_us(from.input_us);
  to->set_process_us(from.process_us);
  to->set_commit_us(from.commit_us);
  to->set_peak_memory_bytes(from.peak_memory_bytes);
  for (const std::string& sample : from.samples) to->add_samples(sample);
}

Statistics take(const wire::Statistics& from) {
  Statistics to;
  to.entities = from.entities();
  to.failed = from.failed();
  to.skipped = from.skipped();
  to.rejected = from.rejected();
  for (const wire::Reason& reason : from.reasons()) to.reasons[reason.text()] = reason.rows();
  to.rows = from.rows();
  to.bytes = from.bytes();
  to.flushes_batch = from.flushes_batch();
  to.flushes_memory = from.flushes_memory();
  to.setup_us = from.setup_us();
  to.input_us = from.input_us();
  to.process_us = from.process_us();
  to.commit_us = from.commit_us();
  to.peak_memory_bytes = from.peak_memory_bytes();
  to.samples.assign(from.samples().begin(), from.samples().end());
  return to;
}

bool speaks_of(const std::string& error, std::initializer_list<int> numbers) {
  return std::any_of(numbers.begin(), numbers.end(), [&](int number) {
    return error.find(strerrordesc_np(number)) != std::string::npos;
  });
}

// An error that comes of a limit of the process alone, whatever it was about to do: no fault of the
// engine or of the result. What a calculation says itself stands. A result that cannot be written
// is the disk's fault only where the disk says so: for the rest others could wait for ever.
bool hit_own_limit(const std::string& code, const std::string& error) {
  if (code == "PERMANENT") return false;
  if (code == "STORE") return !speaks_of(error, {ENOSPC, EDQUOT, EIO, EROFS});
  return is_heavy(0, error, std::numeric_limits<uint64_t>::max()) ||
         speaks_of(error, {EMFILE, EFBIG});
}

Result<StagedFile> take(const wire::File& from, const std::string& folder) {
  const std::string& name = from.path();
  struct stat state = {};
  const std::string path = folder + "/" + name;
  if (name.empty() || name.find('/') != std::string::npos || !is_sha256(from.sha256()) ||
      lstat(path.c_str(), &state) != 0 || !S_ISREG(state.st_mode) ||
      static_cast<uint64_t>(state.st_size) != from.bytes()) {
    return wrong("a result in a file that is not there, or not as it was said to be");
  }
  return StagedFile{path, {from.sha256(), from.bytes()}};
}

}  // namespace

wire::Done to_frame(const std::vector<CellOutcome>& outcomes) {
  wire::Done done;
  for (const CellOutcome& outcome : outcomes) {
    wire::Outcome* to = done.add_outcomes();
    to->set_date(outcome.date.days());
    to->set_code(outcome.code);
    to->set_error(outcome.error);
    to->set_stage(outcome.stage);
    to->set_deterministic(outcome.deterministic);
    to->set_engine_fault(outcome.engine_fault);
    put(outcome.statistics, to->mutable_statistics());
    if (!outcome.code.empty()) continue;
    to->set_hash(bytes_of(outcome.result.hash));
    for (const Hash& column : outcome.result.columns) to->add_columns(bytes_of(column));
    to->set_rows(outcome.result.rows);
    for (const StagedFile& file : outcome.files) {
      wire::File* named = to->add_files();
      named->set_path(file.path.substr(file.path.rfind('/') + 1));
      named->set_sha256(file.blob.sha256);
      named->set_bytes(file.blob.bytes);
    }
  }
  return done;
}

Result<std::vector<CellOutcome>> from_frame(const wire::Done& done, const CellTask& task,
                                            const std::string& folder) {
  if (done.outcomes_size() != static_cast<int>(task.dates.size())) {
    return wrong(std::to_string(done.outcomes_size()) + " outcomes for " +
                 std::to_string(task.dates.size()) + " dates");
  }
  auto names = std::make_shared<std::vector<std::string>>();
  for (const auto& output : task.calculation->outputs) names->push_back(output.name);
  std::set<std::string> paths;  // a file belongs to one result, once
  std::vector<CellOutcome> outcomes;
  for (size_t i = 0; i < task.dates.size(); ++i) {
    const wire::Outcome& from = done.outcomes(static_cast<int>(i));
    CellOutcome& to = outcomes.emplace_back();
    to.date = task.dates[i];
    if (from.date() != to.date.days()) return wrong("outcomes of other dates");
    if (!is_code(from.code()) || !is_stage(from.stage()) ||
        (from.code().empty() && from.engine_fault())) {
      return wrong("an outcome of no known kind");
    }
    to.code = from.code();
    to.error = from.error();
    to.stage = from.stage();
    to.deterministic = from.deterministic();
    to.engine_fault = from.engine_fault();
    to.statistics = take(from.statistics());
    if (!to.code.empty() && hit_own_limit(to.code, to.error)) {
      to.code = "FAILED";
      to.engine_fault = to.deterministic = false;
    }
    if (!to.code.empty()) continue;
    if (!is_hash(from.hash()) || from.columns_size() != static_cast<int>(names->size()) ||
        !std::all_of(from.columns().begin(), from.columns().end(), is_hash)) {
      return wrong("a result without its identity");
    }
    to.result.hash = Hash::from_bytes(from.hash().data());
    to.result.names = names;
    for (const std::string& column : from.columns()) {
      to.result.columns.push_back(Hash::from_bytes(column.data()));
    }
    to.result.rows = from.rows();
    for (const wire::File& file : from.files()) {
      TRY(StagedFile staged, take(file, folder));
      if (!paths.insert(staged.path).second) return wrong("one file as two results");
      to.result.shards.push_back(staged.blob);
      to.files.push_back(std::move(staged));
    }
    if (to.files.empty()) return wrong("a result without a file");
  }
  return outcomes;
}

}  // namespace almanac
