// almanac report: the build report, as text or JSON; with --html as a page, - for stdout.
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
#include "tools/almanac/report_text.h"
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

Result<int> report(const Options& options) {
  const bool on_stdout = options.html == "-";
  if (on_stdout && options.json) {
    return usage_error("--html - and --json both write to stdout; give --html a file");
  }
  TRY(Planned planned, open_and_plan(options));
  TRY(const json report, build_report(planned, static_cast<size_t>(options.days)));
  // What a calculation threw may not be UTF-8; the page shows what the document says.
  const auto page = [&] {
    return report_page(json::parse(report.dump(-1, ' ', false, json::error_handler_t::replace)));
  };
  if (on_stdout) {
    const std::string text = page();
    std::fwrite(text.data(), 1, text.size(), stdout);
    return static_cast<int>(kDone);
  }
  if (!options.html.empty()) TRY_VOID(write_file(options.html, page()));
  if (options.json) {
    print_json(report);
  } else if (options.html.empty()) {
    print_report(report);
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
