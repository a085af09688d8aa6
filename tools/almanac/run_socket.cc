#include "tools/almanac/run_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>

#include "serving/progress.h"
#include "tools/almanac/console.h"
#include "tools/almanac/session.h"
#include "tools/almanac/socket_line.h"

namespace almanac {

namespace {

using nlohmann::json;
using std::chrono_literals::operator""s;

constexpr const char* kName = "run.sock";
constexpr size_t kMostRequest = 64 * 1024;
constexpr size_t kMostAnswer = 16 * 1024 * 1024;
constexpr int kMostParallel = 1024;
constexpr int64_t kClientMs = 3000;    // for a request to arrive, and for its answer to leave
constexpr int64_t kAnswerMs = 20'000;  // the engine takes 10 s at the most, twice
constexpr int64_t kAgainMs = 500;      // until the place is tried again
constexpr auto kRequeueTime = 10s;

std::string text_of(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

json error_json(const std::string& message) {
  return {{"error", message}};
}

json reply_to(const temporal::Status& status) {
  return status.ok() ? json{{"ok", true}} : error_json(status.text());
}

// What the run itself answered; a refusal is an error, too.
template <class T, class Show>
json reply_to(const temporal::Result<temporal::Outcome<T>>& result, Show show) {
  if (!result.ok()) return error_json(result.status().text());
  if (!result->ok()) return error_json(result->failure().root().message());
  return show(*result);
}

using Handle = temporal::client::WorkflowHandle;
using temporal::client::Client;

bool is(const Handle& run, const std::string& meant) {
  return run.id().ends_with("/" + meant);
}

// A reconcile cannot be asked.
json reply_of_reconcile(const Handle& reconcile, const std::string& run, const std::string& ask) {
  if (ask == "progress") return json(RunProgress{run, "reconciling"});
  if (ask == "cancel") return reply_to(reconcile.cancel("almanac cancel"));
  return error_json(
      "it is a reconcile, which takes no orders but cancel; a run that it starts does");
}

json reply(const Client& client, const Handle& run, const json& request) {
  const std::string ask = request.value("ask", "");
  if (ask == "progress") {
    return reply_to(progress_of(client, run),
                    [](const auto& progress) { return json(progress.value()); });
  }
  if (ask == "pause") return reply_to(run.signal(&Run::pause));
  if (ask == "resume") return reply_to(run.signal(&Run::resume));
  if (ask == "cancel") return reply_to(run.cancel("almanac cancel"));
  if (ask == "parallel") {
    const auto value = request.find("value");
    if (value == request.end() || !value->is_number_integer() || *value < 1 ||
        *value > kMostParallel) {
      return error_json("parallel: expected a \"value\" from 1 to " +
                        std::to_string(kMostParallel));
    }
    return reply_to(run.signal(&Run::set_parallel, value->get<int>()));
  }
  if (ask == "requeue") {
    const auto cells = request.value("cells", std::vector<CellId>());
    return reply_to(
        run.update(temporal::client::UpdateOptions().within(kRequeueTime), &Run::requeue, cells),
        [](const auto&) { return json{{"ok", true}}; });
  }
  return error_json(
      "unknown \"ask\": expected progress, pause, resume, cancel, parallel or "
      "requeue");
}

Patience within(int64_t ms, int wake = -1) {
  return {steady_ms() + ms, wake};
}

int connect_to(const sockaddr_un& address) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  const int error = errno;
  close(fd);
  errno = error;
  return -1;
}

// Whether a process listens there. One whose queue is full does, too.
bool somebody_listens(const sockaddr_un& address) {
  const int fd = connect_to(address);
  if (fd >= 0) close(fd);
  return fd >= 0 || errno == EAGAIN;
}

}  // namespace

RunSocket::RunSocket(const std::string& root, const temporal::client::Client& client,
                     const Handle& run, std::optional<Handle> followed_by)
    : client_(client), run_(run), followed_by_(std::move(followed_by)), path_(root + "/.almanac") {
  folder_ = open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool ready = folder_ >= 0 && pipe2(wake_, O_CLOEXEC) == 0;
  if (!ready || take_place() == Place::Impossible) {
    warn("cannot listen at " + path_ + "/" + kName + ": " + std::strerror(errno) +
         "; almanac watch, pause, resume and cancel do not reach this run");
    return;
  }
  thread_ = std::thread([this] { serve(); });
}

RunSocket::~RunSocket() {
  if (wake_[1] >= 0) close(wake_[1]);
  if (thread_.joinable()) thread_.join();
  if (socket_ >= 0) {
    flock(folder_, LOCK_EX);
    unlinkat(folder_, kName, 0);
    close(socket_);
  }
  if (wake_[0] >= 0) close(wake_[0]);
  if (folder_ >= 0) close(folder_);
}

// Under the folder's lock, so that of two processes that find a dead one's socket, one has the
// place and the other sees it listening. Nobody can connect before listen(), so that the mode holds
// from the first connection on.
RunSocket::Place RunSocket::take_place() {
  if (flock(folder_, LOCK_EX) != 0) return Place::Impossible;
  const sockaddr_un address = address_in(path_, folder_, kName);
  const auto attempt = [&] {
    struct stat there{};
    if (fstatat(folder_, kName, &there, AT_SYMLINK_NOFOLLOW) == 0) {
      if (!S_ISSOCK(there.st_mode)) {
        errno = EEXIST;
        return Place::Impossible;
      }
      if (somebody_listens(address)) return Place::Taken;
      unlinkat(folder_, kName, 0);
    }
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return Place::Impossible;
    if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
        fchmodat(folder_, kName, 0600, 0) == 0 && listen(fd, SOMAXCONN) == 0) {
      socket_ = fd;
      return Place::Ours;
    }
    const int error = errno;
    close(fd);
    errno = error;
    return Place::Impossible;
  };
  const Place place = attempt();
  const int error = errno;
  flock(folder_, LOCK_UN);
  errno = error;
  return place;
}

void RunSocket::serve() {
  const auto pause = [this] { (void)wait_for_socket(-1, 0, within(kAgainMs, wake_[0])); };
  const auto woken = [this] {
    pollfd wake{wake_[0], POLLIN, 0};
    return poll(&wake, 1, 0) > 0;
  };
  while (socket_ < 0 && !woken()) {
    pause();
    if (!woken() && take_place() == Place::Impossible) return;
  }
  while (!woken()) {
    if (!wait_for_socket(socket_, POLLIN, within(std::numeric_limits<int>::max(), wake_[0]))) {
      continue;
    }
    const int connection = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (connection < 0) {
      if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) pause();
      continue;
    }
    converse(connection);
    close(connection);
  }
}

void RunSocket::converse(int connection) const {
  const Patience patience = within(kClientMs, wake_[0]);
  const auto request = read_line(connection, kMostRequest, patience);
  const std::string said =
      request ? answer(*request)
              : text_of(error_json("expected one line of at most " + std::to_string(kMostRequest) +
                                   " bytes within " + std::to_string(kClientMs / 1000) + " s"));
  (void)write_line(connection, said, within(kClientMs, wake_[0]));
}

std::string RunSocket::answer(const std::string& line) const {
  try {
    const json request = json::parse(line, nullptr, false);
    if (!request.is_object()) {
      return text_of(error_json("expected a line with an object of JSON"));
    }
    const std::string meant = request.value("run", "");
    if (followed_by_ && is(*followed_by_, meant)) {
      return text_of(reply(client_, *followed_by_, request));
    }
    if (!meant.empty() && !is(run_, meant)) {
      return text_of(error_json("run " + meant + " is not under way here any more"));
    }
    if (!followed_by_) return text_of(reply(client_, run_, request));
    return text_of(reply_of_reconcile(run_, meant, request.value("ask", "")));
  } catch (const json::exception& error) {  // a field of another type
    return text_of(error_json(error.what()));
  }
}

Result<std::string> ask_run(const std::string& root, const std::string& request) {
  const std::string folder = root + "/.almanac";
  const int handle = open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  const int fd = handle < 0 ? -1 : connect_to(address_in(folder, handle, kName));
  const std::string why = std::strerror(errno);
  if (handle >= 0) close(handle);
  if (fd < 0) {
    return temporary_error("no run listens at " + folder + "/" + kName + ": " + why);
  }
  const Patience patience = within(kAnswerMs);
  std::optional<std::string> said;
  if (write_line(fd, request, patience)) said = read_line(fd, kMostAnswer, patience);
  close(fd);
  if (said && !said->empty()) return *std::move(said);
  return temporary_error("the run that listens at " + folder + "/" + kName +
                         " did not answer; it may just have ended");
}

}  // namespace almanac
