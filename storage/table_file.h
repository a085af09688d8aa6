// One file of root data as a stream of record batches: Parquet (.parquet), Arrow IPC (.arrow,
// .feather, .ipc) or CSV (.csv, with a header line; its columns are columns/csv_text).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace arrow {
class RecordBatchReader;
}

namespace almanac {

// Whether a path pattern can match table files only: a known ending, or one that is left open by
// '*'.
bool has_table_ending(std::string_view pattern);
std::string table_endings();  // ".parquet, .arrow, ..."

inline constexpr int64_t kBatchRows = 65536;

// Opens a file. With `columns` (not null) only these are decoded; their order in the stream is that
// of the file. The message of an error says what is wrong with the file and leaves its name to the
// caller. Errors while reading come from the reader, as its Status; it never throws. Columns of the
// whole file have different names. Data error: a file that cannot be opened, or that is no table of
// its kind, truncated, a column that is missing or there twice.
Result<std::shared_ptr<arrow::RecordBatchReader>> open_table(
    const std::string& path, const std::vector<std::string>* columns = nullptr);

}  // namespace almanac
