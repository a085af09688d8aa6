#include "tools/almanac/sample_market.h"

#include <arrow/api.h>
#include <arrow/compute/cast.h>
#include <arrow/io/file.h>
#include <parquet/arrow/reader.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>

namespace almanac {
namespace {

namespace fs = std::filesystem;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr size_t kExtremes = 6, kUpcoming = 3;

using Closes = std::map<Date, std::map<std::string, double>>;  // the whole table

Error cannot_read(const fs::path& file, const std::string& why) {
  return data_error("price file " + file.string() + ": " + why +
                    "; expected the columns date (date), ticker (string) and close (double)");
}

arrow::Result<std::shared_ptr<arrow::Array>> column(const arrow::Table& table,
                                                    const std::string& name,
                                                    const std::shared_ptr<arrow::DataType>& type) {
  const auto chunks = table.GetColumnByName(name);
  if (!chunks) return arrow::Status::Invalid("has no column '", name, "'");
  ARROW_ASSIGN_OR_RAISE(const auto array, arrow::Concatenate(chunks->chunks()));
  if (array->type()->Equals(type)) return array;
  return arrow::compute::Cast(*array, type);
}

// The day that the path names by a part date=YYYY-MM-DD.
std::optional<Date> date_of(const fs::path& file) {
  for (const fs::path& part : file.parent_path()) {
    if (part.string().starts_with("date=")) return Date::parse(part.string().substr(5));
  }
  return std::nullopt;
}

arrow::Status read_file(const fs::path& file, Closes* closes) {
  ARROW_ASSIGN_OR_RAISE(auto input, arrow::io::ReadableFile::Open(file.string()));
  ARROW_ASSIGN_OR_RAISE(auto reader, parquet::arrow::OpenFile(input, arrow::default_memory_pool()));
  ARROW_ASSIGN_OR_RAISE(const auto table, reader->ReadTable());
  if (table->num_rows() == 0) return arrow::Status::OK();
  ARROW_ASSIGN_OR_RAISE(const auto tickers, column(*table, "ticker", arrow::utf8()));
  ARROW_ASSIGN_OR_RAISE(const auto prices, column(*table, "close", arrow::float64()));
  const std::optional<Date> date = date_of(file);
  std::shared_ptr<arrow::Array> dates;
  if (!date) {
    ARROW_ASSIGN_OR_RAISE(dates, column(*table, "date", arrow::date32()));
  }
  for (int64_t i = 0; i < table->num_rows(); ++i) {
    if (prices->IsNull(i) || tickers->IsNull(i)) continue;
    const double close = static_cast<const arrow::DoubleArray&>(*prices).Value(i);
    if (!(close > 0) || std::isinf(close)) continue;
    const Date day = date ? *date : Date(static_cast<const arrow::Date32Array&>(*dates).Value(i));
    (*closes)[day][static_cast<const arrow::StringArray&>(*tickers).GetString(i)] = close;
  }
  return arrow::Status::OK();
}

// The `count` tradable tickers of `day` with the highest return from `from` to `to` times `sign`;
// ties by ticker. Tickers without either close are left out.
std::vector<uint16_t> best(const Market::Day& day, const std::vector<double>& from,
                           const std::vector<double>& to, double sign, size_t count) {
  std::vector<std::pair<double, uint16_t>> returns;
  for (const uint16_t ticker : day.tradable) {
    const double change = to[ticker] / from[ticker] - 1;
    if (!std::isnan(change)) returns.emplace_back(-sign * change, ticker);
  }
  std::sort(returns.begin(), returns.end());
  if (returns.size() > count) returns.resize(count);
  std::vector<uint16_t> tickers;
  for (const auto& [_, ticker] : returns) tickers.push_back(ticker);
  return tickers;
}

// The closes of every day of the table, as vectors by ticker.
std::vector<Market::Day> days_of(const Closes& closes, const std::vector<std::string>& tickers) {
  std::vector<Market::Day> days;
  for (const auto& [date, by_ticker] : closes) {
    Market::Day& day = days.emplace_back();
    day.date = date;
    for (const std::string& ticker : tickers) {
      const auto found = by_ticker.find(ticker);
      day.close.push_back(found == by_ticker.end() ? kNone : found->second);
    }
  }
  return days;
}

}  // namespace

Result<Market> read_market(const std::string& folder, std::optional<Date> last) {
  Closes closes;
  std::error_code error;
  for (fs::recursive_directory_iterator file(folder, error), end; !error && file != end;
       file.increment(error)) {
    if (file->path().extension() != ".parquet") continue;
    const arrow::Status status = read_file(file->path(), &closes);
    if (!status.ok()) return cannot_read(file->path(), status.message());
  }
  if (error) return data_error("price folder " + folder + ": " + error.message());
  if (closes.empty()) {
    return data_error("no prices below " + folder +
                      ": expected Parquet files with the columns date, ticker and close");
  }
  const Date end = last.value_or(closes.rbegin()->first);
  if (!closes.contains(end)) {
    return usage_error("the sample cannot end on " + end.str() +
                       ": it is no day of the price table, which runs from " +
                       closes.begin()->first.str() + " to " + closes.rbegin()->first.str());
  }

  Market market;
  for (const auto& [ticker, _] : closes.at(end)) {
    if (ticker != "SP500") market.tickers.push_back(ticker);
  }
  if (market.tickers.size() > std::numeric_limits<uint16_t>::max()) {
    return data_error(std::to_string(market.tickers.size()) + " tickers have a close on " +
                      end.str() + ": the sample can use at most 65535");
  }
  std::vector<Market::Day> table = days_of(closes, market.tickers);
  const int last_day = static_cast<int>(std::distance(closes.begin(), closes.find(end)));
  const int first_day = std::max(0, last_day + 1 - Market::kDays);
  for (int i = last_day; i >= first_day; --i) {
    Market::Day& day = table[i];
    if (i == last_day) {
      for (uint16_t t = 0; t < market.tickers.size(); ++t) day.tradable.push_back(t);
    } else {
      std::copy_if(table[i + 1].tradable.begin(), table[i + 1].tradable.end(),
                   std::back_inserter(day.tradable),
                   [&](uint16_t ticker) { return !std::isnan(day.close[ticker]); });
    }
    if (i >= Market::kLookBackDays) {
      const auto& before = table[i - Market::kLookBackDays].close;
      day.winners = best(day, before, day.close, +1, kExtremes);
      day.losers = best(day, before, day.close, -1, kExtremes);
    }
    const int ahead = std::min<int>(i + Market::kLookAheadDays, static_cast<int>(table.size()) - 1);
    if (ahead > i) day.upcoming = best(day, day.close, table[ahead].close, +1, kUpcoming);
  }
  market.days.assign(std::make_move_iterator(table.begin() + first_day),
                     std::make_move_iterator(table.begin() + last_day + 1));
  return market;
}

}  // namespace almanac
