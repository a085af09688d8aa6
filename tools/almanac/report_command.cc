// almanac report: per date how many cells are in which line, and whether they add up; with --html
// all that build_report.h tells, as a page.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "storage/files.h"
#include "tools/almanac/build_report.h"
#include "tools/almanac/console.h"
#include "tools/almanac/options.h"
#include "tools/almanac/report_page.h"
#include "tools/almanac/report_words.h"

namespace almanac {

namespace {

using nlohmann::json;

Error cannot_write(const std::string& path, int error) {
  Error found = file_error("write", path, error);
  const bool of_the_name = error == ENOENT || error == EISDIR || error == ENAMETOOLONG;
  if (of_the_name) found.kind = Error::Kind::Usage;
  return found;
}

Result<void> write_all(const FileHandle& file, const std::string& path, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return cannot_write(path, errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return sync_data(file, path);
}

// Readers see the whole old file or the whole new one.
Result<void> write_file(const std::string& path, const std::string& bytes) {
  const std::string temporary = path + ".new-" + std::to_string(getpid());
  unlink(temporary.c_str());  // of a process that was killed
  const FileHandle file(open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file.valid()) return cannot_write(path, errno);
  auto done = write_all(file, path, bytes);
  if (done.ok() && rename(temporary.c_str(), path.c_str()) != 0) done = cannot_write(path, errno);
  if (!done.ok()) unlink(temporary.c_str());
  return done;
}

void print_table(const json& report) {
  std::printf("%-10s %8s %8s %8s %10s %8s %8s %10s %8s\n", "date", "run", "rerun", "stable",
              "up to date", "blocked", "failed", "impossible", "sum");
  for (const json& line : report.at("dates")) {
    const auto of = [&](const char* state) {
      return static_cast<size_t>(number_at(line.at("totals"), state));
    };
    std::printf("%-10s %8zu %8zu %8zu %10zu %8zu %8zu %10zu %8zu%s\n",
                text_at(line, "date").c_str(), of("runnable"), of("reRun"), of("skipped"),
                of("stable"), of("blocked") + of("failedDependency"), of("failed"),
                of("impossible"), static_cast<size_t>(number_at(line, "sum")),
                line.at("adds_up").get<bool>() ? "" : "  does not add up");
  }
}

Result<int> report(const Options& options) {
  TRY(Planned planned, open_and_plan(options));
  TRY(const json report, build_report(planned, static_cast<size_t>(options.days)));
  if (!options.html.empty()) {
    // What a calculation threw may not be UTF-8; the page shows what the document says.
    const auto text = report.dump(-1, ' ', false, json::error_handler_t::replace);
    TRY_VOID(write_file(options.html, report_page(json::parse(text))));
  }
  if (options.json) {
    print_json(report);
  } else if (options.html.empty()) {
    print_table(report);
  } else {
    std::printf("%s: %s\n", options.html.c_str(), outcomes_text(report.at("outcomes")).c_str());
  }
  return static_cast<int>(kDone);
}

}  // namespace

int report_command(const Options& options) {
  auto code = report(options);
  return code.ok() ? *code : fail(code.error());
}

}  // namespace almanac
