#include "activities/allowed_cells.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "storage/sha256.h"

namespace almanac {

Result<std::string> keep_allowed_cells(Store& store, const AllowedCells& cells) {
  nlohmann::json list = nlohmann::json::array();
  for (const auto& [calculation, date] : cells) list.push_back({calculation, date.days()});
  const std::string path = store.stage("allowed");
  {
    std::ofstream out(path, std::ios::binary);
    out << list;
    if (!out.flush()) return temporary_error("cannot write " + path + "; is there space left?");
  }
  TRY(const auto digest, digest_file(path));
  TRY_VOID(store.keep({{path, {digest.sha256, digest.bytes}}}));
  return digest.sha256;
}

Result<AllowedCells> read_allowed_cells(const Store& store, const std::string& name) try {
  const std::string path = store.path({name, 0});
  TRY(const auto digest, digest_file(path));
  if (digest.sha256 != name) {
    return data_error("the cells of the plan in " + path + " are damaged; plan again");
  }
  std::ifstream in(path, std::ios::binary);
  AllowedCells cells;
  for (const auto& cell : nlohmann::json::parse(in)) {
    cells.insert({cell.at(0), Date(cell.at(1).get<int32_t>())});
  }
  return cells;
} catch (const nlohmann::json::exception& error) {
  return data_error("the cells of the plan " + name + " cannot be read (" + error.what() +
                    "); plan again");
}

}  // namespace almanac
