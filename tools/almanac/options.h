// What the command line says. Filled by main, read by the commands.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "almanac/date.h"

namespace almanac {

struct Options {
  std::string directory = ".";
  bool json = false;
  std::optional<Date> from, to;
  std::string select;
  std::vector<std::string> lines;
  bool exact = false, force = false, all = false, tree = false, dry_run = false;
  bool detailed_exitcode = false;
  bool warned = false;      // what a plan warns of was said before
  size_t jobs = 0;          // 0: not said; as many as the machine has cores
  std::string file;         // plan file of `plan -o` and `run FILE`
  std::string calculation;  // of show, explain, diff, mv, dlq, retry
  std::string new_name;     // of mv
  std::string date;         // of explain, diff, dlq, retry
  std::string code;         // of dlq
  std::string format = "text";
  std::string example;
  std::string shell;  // of completions
  size_t sample = 0;  // 0: all
  int64_t rows = 10;  // of show --date, diff
  int days = 90;
  std::string html;      // of report: file of the page
  bool now = false;      // of cancel
  std::string base;      // of preflight: a revision or a file
  int64_t evidence = 0;  // of evidence show, revoke: id
  // almanac worker
  std::vector<std::string> queues;  // standard, high-mem; none: both
  int health_port = 0;              // 0: none
  // almanac sample
  int64_t users = 1000;
  uint64_t seed = 1;
  std::string out;
};

// The commands; each returns the exit code of the contract.
int init_command(const Options& options);
int build_command(const Options& options);
int sample_command(const Options& options);
int list_command(const Options& options);
int show_command(const Options& options);
int dag_command(const Options& options);
int plan_command(const Options& options);
int run_command(const Options& options);
int explain_command(const Options& options);
int status_command(const Options& options);
int report_command(const Options& options);
int diff_command(const Options& options);
int doctor_command(const Options& options);
int verify_command(const Options& options);
int retry_command(const Options& options);
int dlq_list_command(const Options& options);
int dlq_requeue_command(const Options& options);
int dlq_drop_command(const Options& options);
int backfill_command(const Options& options);
int catchup_command(const Options& options);
int submit_command(const Options& options);
int reconcile_command(const Options& options);
int mv_command(const Options& options);
int gc_command(const Options& options);
int migrate_command(const Options& options);
int watch_command(const Options& options);
int pause_command(const Options& options);
int resume_command(const Options& options);
int cancel_command(const Options& options);
int worker_command(const Options& options);
int preflight_command(const Options& options);
int certify_command(const Options& options);
int evidence_list_command(const Options& options);
int evidence_show_command(const Options& options);
int evidence_revoke_command(const Options& options);
int evidence_export_command(const Options& options);
int evidence_import_command(const Options& options);

}  // namespace almanac
