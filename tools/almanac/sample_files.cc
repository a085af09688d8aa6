#include "tools/almanac/sample_files.h"

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <parquet/arrow/writer.h>

#include <filesystem>

namespace almanac {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kRowGroupRows = 256 * 1024;

// Numbers that repeat (prices, dates, tickers) are stored by dictionary, the others as they are.
std::shared_ptr<parquet::WriterProperties> properties() {
  parquet::WriterProperties::Builder builder;
  builder.compression(parquet::Compression::ZSTD)->compression_level(1);
  for (const char* id : {"user_id", "position_id"}) {
    builder.disable_dictionary(id)->encoding(id, parquet::Encoding::DELTA_BINARY_PACKED);
  }
  for (const char* number : {"units", "invested", "net_profit", "value"}) {
    builder.disable_dictionary(number);
  }
  return builder.build();
}

std::shared_ptr<arrow::ArrayData> no_nulls(std::shared_ptr<arrow::DataType> type, int64_t rows,
                                           std::shared_ptr<arrow::Buffer> values) {
  return arrow::ArrayData::Make(std::move(type), rows, {nullptr, std::move(values)}, 0);
}

template <class T>
std::shared_ptr<arrow::Array> array(std::shared_ptr<arrow::DataType> type, std::vector<T> values) {
  const auto rows = static_cast<int64_t>(values.size());
  return arrow::MakeArray(no_nulls(std::move(type), rows, arrow::Buffer::FromVector(values)));
}

arrow::Result<std::shared_ptr<arrow::Array>> bits(const std::vector<bool>& values) {
  arrow::BooleanBuilder builder;
  ARROW_RETURN_NOT_OK(builder.AppendValues(values));
  return builder.Finish();
}

template <class Strings>
arrow::Result<std::shared_ptr<arrow::Array>> strings(const Strings& values) {
  arrow::StringBuilder builder;
  for (const auto& value : values) ARROW_RETURN_NOT_OK(builder.Append(value));
  return builder.Finish();
}

struct NamedArray {
  const char* name;
  std::shared_ptr<arrow::Array> array;
};

arrow::Status write_table(const fs::path& path, const std::vector<NamedArray>& columns) {
  arrow::FieldVector fields;
  arrow::ArrayVector arrays;
  for (const NamedArray& column : columns) {
    fields.push_back(arrow::field(column.name, column.array->type(), /*nullable=*/false));
    arrays.push_back(column.array);
  }
  const auto table = arrow::Table::Make(arrow::schema(fields), arrays);
  const std::string unfinished = path.string() + ".tmp";  // no reader takes it for a part
  ARROW_ASSIGN_OR_RAISE(auto file, arrow::io::FileOutputStream::Open(unfinished));
  const auto schema = parquet::ArrowWriterProperties::Builder().store_schema()->build();
  ARROW_RETURN_NOT_OK(parquet::arrow::WriteTable(*table, arrow::default_memory_pool(), file,
                                                 kRowGroupRows, properties(), schema));
  ARROW_RETURN_NOT_OK(file->Close());
  std::error_code error;
  fs::rename(unfinished, path, error);
  return error ? arrow::Status::IOError(error.message()) : arrow::Status::OK();
}

Result<void> write_file(const fs::path& path,
                        const arrow::Result<std::vector<NamedArray>>& columns) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  const arrow::Status status =
      !error ? arrow::Status::OK() : arrow::Status::IOError(error.message());
  const arrow::Status written = !status.ok()    ? status
                                : !columns.ok() ? columns.status()
                                                : write_table(path, *columns);
  if (written.ok()) return {};
  return temporary_error("cannot write " + path.string() + ": " + written.message());
}

arrow::Result<std::vector<NamedArray>> lot_columns(const Market& market, const char* price_name,
                                                   int day, const std::vector<Lot>& lots,
                                                   const std::vector<size_t>& rows) {
  const size_t n = rows.size();
  std::vector<int32_t> user_id(n), open_date(n);
  std::vector<int64_t> position_id(n);
  std::vector<int16_t> ticker(n);
  std::vector<bool> is_buy(n);
  std::vector<double> units(n), open_price(n), price(n), invested(n), net_profit(n), value(n),
      percent(n);
  const auto& close = market.days[day].close;
  for (size_t i = 0; i < n; ++i) {
    const Lot& lot = lots[rows[i]];
    const Market::Day& opened = market.days[lot.open];
    const double sign = lot.is_buy ? 1 : -1;
    user_id[i] = lot.user_id();
    position_id[i] = lot.position_id;
    ticker[i] = static_cast<int16_t>(lot.ticker);
    is_buy[i] = lot.is_buy;
    units[i] = lot.units;
    open_date[i] = opened.date.days();
    open_price[i] = opened.close[lot.ticker];
    price[i] = close[lot.ticker];
    invested[i] = units[i] * open_price[i];
    net_profit[i] = sign * units[i] * (price[i] - open_price[i]);
    value[i] = invested[i] + net_profit[i];
    percent[i] = 100 * net_profit[i] / invested[i];
  }
  ARROW_ASSIGN_OR_RAISE(const auto names, strings(market.tickers));
  ARROW_ASSIGN_OR_RAISE(const auto sides, bits(is_buy));
  ARROW_ASSIGN_OR_RAISE(const auto tickers, arrow::DictionaryArray::FromArrays(
                                                arrow::dictionary(arrow::int16(), arrow::utf8()),
                                                array(arrow::int16(), std::move(ticker)), names));
  const auto f64 = [](std::vector<double>& values) {
    return array(arrow::float64(), std::move(values));
  };
  return std::vector<NamedArray>{{"user_id", array(arrow::int32(), std::move(user_id))},
                                 {"position_id", array(arrow::int64(), std::move(position_id))},
                                 {"ticker", tickers},
                                 {"is_buy", sides},
                                 {"units", f64(units)},
                                 {"open_date", array(arrow::date32(), std::move(open_date))},
                                 {"open_price", f64(open_price)},
                                 {price_name, f64(price)},
                                 {"invested", f64(invested)},
                                 {"net_profit", f64(net_profit)},
                                 {"value", f64(value)},
                                 {"net_profit_pct", f64(percent)}};
}

arrow::Result<std::vector<NamedArray>> user_columns(int32_t users, uint64_t seed,
                                                    const Market& market) {
  std::vector<int32_t> user_id, join_date;
  std::vector<std::string_view> type;
  std::vector<bool> smart, dormant;
  std::vector<double> equity;
  for (int64_t id = 1; id <= users; ++id) {
    const Trader trader = make_trader(seed, static_cast<int32_t>(id), market);
    user_id.push_back(trader.id);
    type.push_back(trader.type);
    smart.push_back(trader.smart);
    dormant.push_back(trader.dormant);
    join_date.push_back(market.days[trader.join].date.days());
    equity.push_back(trader.equity);
  }
  ARROW_ASSIGN_OR_RAISE(const auto types, strings(type));
  ARROW_ASSIGN_OR_RAISE(const auto are_smart, bits(smart));
  ARROW_ASSIGN_OR_RAISE(const auto are_dormant, bits(dormant));
  return std::vector<NamedArray>{{"user_id", array(arrow::int32(), std::move(user_id))},
                                 {"true_type", types},
                                 {"smart", are_smart},
                                 {"dormant", are_dormant},
                                 {"join_date", array(arrow::date32(), std::move(join_date))},
                                 {"equity0", array(arrow::float64(), std::move(equity))}};
}

}  // namespace

Result<void> LotWriter::write(Table table, const std::string& folder, int day,
                              const std::vector<Lot>& lots, const std::vector<size_t>& rows) const {
  char name[32];
  std::snprintf(name, sizeof name, "part-%05d.parquet", part_);
  const char* price = table == kPositions ? "price" : "close_price";
  return write_file(fs::path(folder) / name, lot_columns(market_, price, day, lots, rows));
}

Result<void> write_users(const std::string& out, int32_t users, uint64_t seed,
                         const Market& market) {
  return write_file(fs::path(out) / "users.parquet", user_columns(users, seed, market));
}

}  // namespace almanac
