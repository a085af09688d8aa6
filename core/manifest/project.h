// Project: the project file (almanac.toml) as a value. Read by storage/project_file.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "almanac/date.h"
#include "core/manifest/evidence_policy.h"

namespace almanac {

struct Dataset {
  std::string name;
  std::string
      path;  // pattern with {date}, {year}, {month} or none of them, relative to the project
  std::string entity;         // key column; empty: the table has no entity
  std::string date_column;    // tells the date of a row where the path has no {date}
  std::string canary;         // pattern; empty: none
  std::optional<Date> first;  // before it: never; unset: the earliest partition
  bool is_static = false;     // one table without dates

  bool dated_by_path() const { return path.find("{date}") != std::string::npos; }
};

struct Project {
  std::string root;  // folder of almanac.toml; all other paths are relative to it
  std::string name;
  uint64_t epoch = 1;
  std::string calendar = "daily";  // daily, weekdays or dataset:NAME
  std::string timezone = "UTC";
  std::string ledger = "sqlite:.almanac/ledger.db";
  std::string results = "file:.almanac/results";
  std::string store = "file:.almanac/store";
  std::vector<Dataset> datasets;  // by name
  // parameter values by calculation and name, from [calculation.ID.parameters]
  std::map<std::string, std::map<std::string, std::string>> parameters;
  EvidencePolicies evidence;
  std::string engine_kind = "embedded", engine_address = "localhost:7233",
              engine_namespace = "default";

  // Of the child processes in which calculations run.
  struct Runner {
    std::string sandbox = "best_effort";            // strict, best_effort, off
    uint64_t memory_mb = 2000, high_mem_mb = 8000;  // of one, for standard cells and the others
    uint64_t seconds = 3600;                        // of one call
    uint64_t repeat_percent = 2;                    // of the cells are computed twice
  };
  Runner runner;

  const Dataset* dataset(const std::string& name) const;  // null when there is none

  // The path of a location on this machine ("sqlite:PATH", "file:PATH"), below root unless
  // absolute.
  std::string local_path(const std::string& location) const;
};

}  // namespace almanac
