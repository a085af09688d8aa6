#include "tools/almanac/sample.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <numeric>
#include <thread>
#include <vector>

#include "tools/almanac/sample_files.h"
#include "tools/almanac/sample_market.h"
#include "tools/almanac/sample_trader.h"

namespace almanac {
namespace {

namespace fs = std::filesystem;

constexpr int32_t kPartUsers = 25000;

std::string day_folder(const std::string& out, const char* table, Date date) {
  return out + "/" + table + "/date=" + date.str();
}

// Which lots closed on which day: positions in `lots`, by day, in the order of `lots`.
struct Closings {
  Closings(const std::vector<Lot>& lots, int days) : begin(days + 2, 0), lots(lots.size()) {
    for (const Lot& lot : lots) ++begin[lot.close + 1];
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    std::vector<size_t> next = begin;
    for (size_t i = 0; i < lots.size(); ++i) this->lots[next[lots[i].close]++] = i;
  }
  std::vector<size_t> begin;  // of day d in `lots`; of the next day is its end
  std::vector<size_t> lots;
};

Result<void> write_part(const SampleOptions& options, const Market& market, int part) {
  const int64_t first = int64_t{part} * kPartUsers + 1;
  const int64_t last = std::min<int64_t>(first + kPartUsers - 1, options.users);
  std::vector<Lot> lots;
  for (int64_t id = first; id <= last; ++id) {
    const Trader trader = make_trader(options.seed, static_cast<int32_t>(id), market);
    trade(trader, options.seed, market, &lots);
  }
  LotWriter writer(market, part);
  const Closings closings(lots, market.size());
  std::vector<size_t> rows;
  for (int day = 0; day < market.size(); ++day) {
    rows.assign(closings.lots.begin() + closings.begin[day],
                closings.lots.begin() + closings.begin[day + 1]);
    const Date date = market.days[day].date;
    TRY_VOID(writer.write(LotWriter::kHistory, day_folder(options.out, "history", date), day, lots,
                          rows));
    if (day < market.size() - options.days) continue;
    rows.clear();
    for (size_t i = 0; i < lots.size(); ++i) {
      if (lots[i].open <= day && day < lots[i].close) rows.push_back(i);
    }
    TRY_VOID(writer.write(LotWriter::kPositions, day_folder(options.out, "positions", date), day,
                          lots, rows));
  }
  return {};
}

// part-NNNNN.parquet, possibly unfinished.
bool is_part(const std::string& name) {
  return name.starts_with("part-") && name.find(".parquet") == 10 &&
         name.find_first_not_of("0123456789", 5) == 10;
}

// Removes the parts of an earlier sample, so that its users do not mix with the new ones. Files by
// other names stay.
Result<void> clear(const std::string& out) {
  std::error_code error;
  const bool ours = fs::exists(out + "/users.parquet", error);
  for (const char* table : {"positions", "history"}) {
    const fs::path folder = fs::path(out) / table;
    if (!fs::exists(folder, error)) continue;
    if (!ours) {
      return usage_error(folder.string() +
                         " was not made by sample (there is no users.parquet beside it): "
                         "choose another folder or remove it");
    }
    std::vector<fs::path> parts;
    for (fs::recursive_directory_iterator file(folder, error), end; !error && file != end;
         file.increment(error)) {
      if (is_part(file->path().filename().string())) parts.push_back(file->path());
    }
    for (size_t i = 0; !error && i < parts.size(); ++i) fs::remove(parts[i], error);
    if (error) {
      return temporary_error("cannot clear the sample in " + folder.string() + ": " +
                             error.message());
    }
  }
  return {};
}

}  // namespace

Result<void> sample(const SampleOptions& options) {
  if (options.users < 1) return usage_error("a sample needs at least 1 user");
  TRY(const Market market, read_market(options.prices, options.last));
  if (options.days < 1 || options.days > market.size()) {
    return usage_error("a sample has 1 to " + std::to_string(market.size()) +
                       " days, as that many are simulated; asked for " +
                       std::to_string(options.days));
  }
  TRY_VOID(clear(options.out));
  TRY_VOID(write_users(options.out, options.users, options.seed, market));

  const int parts = (options.users - 1) / kPartUsers + 1;
  std::atomic<int> next_part = 0;
  std::mutex mutex;  // guards failure, users_done and the progress
  std::optional<Error> failure;
  int32_t users_done = 0;
  const auto work = [&] {
    for (int part; (part = next_part++) < parts;) {
      const Result<void> written = write_part(options, market, part);
      const std::lock_guard lock(mutex);
      if (failure) return;
      if (!written.ok()) {
        failure = written.error();
        return;
      }
      users_done += std::min(kPartUsers, options.users - part * kPartUsers);
      if (options.progress) options.progress(users_done);
    }
  };
  const int processors = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  const int threads = std::min(parts, options.threads > 0 ? options.threads : processors);
  std::vector<std::thread> others;
  for (int i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  for (std::thread& thread : others) thread.join();
  if (failure) return *failure;
  return {};
}

}  // namespace almanac
