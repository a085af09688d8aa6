// almanac migrate: brings the ledger's file to the version that this almanac writes.
#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "activities/workspace.h"
#include "storage/ledger_schema.h"
#include "storage/project_file.h"
#include "tools/almanac/console.h"
#include "tools/almanac/options.h"

namespace almanac {

namespace {

using nlohmann::json;

// Empty optional: there is no ledger yet. One that can be read is of the present version; then it
// need not be possible to write it. The file is closed again: nothing else may have it open
// in the process that writes it.
Result<std::optional<int64_t>> version_of(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return std::optional<int64_t>();
  if (Ledger::open(path, Ledger::Mode::ReadOnly).ok()) return std::optional(kLedgerVersion);
  TRY(const auto database, sqlite::Database::open(path, path, SQLITE_OPEN_READWRITE));
  TRY_VOID(database->harden(true));
  TRY(const int64_t version, ledger_version(*database));
  return std::optional<int64_t>(version);
}

Result<int> migrate(const Options& options) {
  TRY(const Project project, read_project(options.directory, std::getenv));
  const std::string path = location_path(project, project.ledger);
  TRY(const auto before, version_of(path));
  if (before && *before != kLedgerVersion) TRY_VOID(Ledger::open(path, Ledger::Mode::ReadWrite));
  if (options.json) {
    print_json({{"version", 1},
                {"ledger", path},
                {"from", before ? json(*before) : json()},
                {"to", before ? json(kLedgerVersion) : json()}});
  } else if (!before) {
    std::printf("there is no ledger at %s yet; almanac run makes one\n", path.c_str());
  } else if (*before == kLedgerVersion) {
    std::printf("the ledger %s is of version %lld already\n", path.c_str(),
                static_cast<long long>(kLedgerVersion));
  } else {
    std::printf("the ledger %s was of version %lld and is of version %lld now\n", path.c_str(),
                static_cast<long long>(*before), static_cast<long long>(kLedgerVersion));
  }
  return static_cast<int>(kDone);
}

}  // namespace

int migrate_command(const Options& options) {
  auto code = migrate(options);
  return code.ok() ? *code : fail(code.error());
}

}  // namespace almanac
