#include "tools/almanac/console.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tools/almanac/session.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

constexpr int64_t kRedrawMs = 100;

}  // namespace

int fail(const Error& error) {
  std::fprintf(stderr, "almanac: %s\n", in_lines(error.message).c_str());
  switch (error.kind) {
    case Error::Kind::Usage:
      return kUsage;
    case Error::Kind::Data:
      return kFailedCells;
    case Error::Kind::Temporary:
    case Error::Kind::LeaseLost:
      return kTemporary;
    case Error::Kind::Internal:
      return kInternal;
  }
  return kInternal;
}

void warn(const std::string& message) {
  std::fprintf(stderr, "almanac: warning: %s\n", in_lines(message).c_str());
}

void print_json(const nlohmann::json& document) {
  const std::string text = document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fputc('\n', stdout);
}

Progress::Progress(size_t total, std::string unit)
    : terminal_(isatty(STDERR_FILENO)),
      total_(total),
      unit_(std::move(unit)),
      started_ms_(steady_ms()) {}

Progress::~Progress() {
  wipe();
}

void Progress::wipe() {
  if (terminal_ && drawn_ms_ > 0) std::fprintf(stderr, "\r\x1b[K");
}

void Progress::step(const std::string& what) {
  ++done_;
  if (terminal_ && steady_ms() - drawn_ms_ >= kRedrawMs) draw(what);
}

void Progress::show(size_t done, size_t total, const std::string& what) {
  done_ = done;
  total_ = total;
  if (terminal_) draw(what);
}

void Progress::draw(const std::string& what) {
  drawn_ms_ = steady_ms();
  const double seconds = static_cast<double>(drawn_ms_ - started_ms_) / 1000;
  const double rate = seconds > 0 ? static_cast<double>(done_) / seconds : 0;
  const size_t left = total_ > done_ ? total_ - done_ : 0;
  const int eta = rate > 0 ? static_cast<int>(static_cast<double>(left) / rate) : 0;
  std::fprintf(stderr, "\r\x1b[K%zu/%zu %s  %.0f/s  %d:%02d left  %s", done_,
               std::max(total_, done_), unit_.c_str(), rate, eta / 60, eta % 60, what.c_str());
}

}  // namespace almanac
