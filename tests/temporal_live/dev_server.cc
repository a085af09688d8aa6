#include "tests/temporal_live/dev_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <future>
#include <iterator>
#include <stdexcept>
#include <thread>
#include <vector>

#include "temporal/grpc/grpc_service.h"

namespace temporal::testing {
namespace {

int free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  bind(fd, reinterpret_cast<sockaddr*>(&address), size);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  close(fd);
  return ntohs(address.sin_port);
}

std::filesystem::path find_binary() {
  std::vector<std::filesystem::path> folders;
  const char* path = std::getenv("PATH");
  std::string rest = path ? path : "";
  while (!rest.empty()) {
    const auto colon = rest.find(':');
    folders.emplace_back(rest.substr(0, colon));
    rest = colon == std::string::npos ? "" : rest.substr(colon + 1);
  }
  const char* home = std::getenv("HOME");
  const char* cache = std::getenv("ALMANAC_CACHE");
  if (home) folders.push_back(std::filesystem::path(home) / "go/bin");
  if (cache) {
    folders.push_back(std::filesystem::path(cache) / "bin");
  } else if (home) {
    folders.push_back(std::filesystem::path(home) / ".cache/almanac/bin");
  }
  for (const auto& folder : folders) {
    if (access((folder / "temporal").c_str(), X_OK) == 0) return folder / "temporal";
  }
  return {};
}

bool answers(const std::string& target) {
  service::GrpcService service{service::ConnectOptions(target)};
  service::Request<service::Rpc::DescribeNamespace> request;
  request.set_namespace_("default");
  std::promise<bool> answered;
  service::call<service::Rpc::DescribeNamespace>(
      service, request, std::chrono::milliseconds(1000),
      [&](const Status& status, const auto&) { answered.set_value(status.ok()); });
  return answered.get_future().get();
}

}  // namespace

DevServer::DevServer(std::string database)
    : database_(std::move(database)), binary_(find_binary()) {
  if (binary_.empty()) {
    missing_ =
        "no Temporal server: `temporal` is not on PATH, in ~/go/bin or in "
        "${ALMANAC_CACHE:-~/.cache/almanac}/bin; install the Temporal CLI, or Go 1.25 and run "
        "tools/setup";
    return;
  }
  static std::atomic<int> made = 0;
  home_ = std::filesystem::temp_directory_path() /
          ("temporal_home_" + std::to_string(getpid()) + "_" + std::to_string(++made));
  std::filesystem::create_directories(home_);
  // Somebody else may take a port that was free.
  for (int attempt = 0; attempt < 3; ++attempt) {
    port_ = free_port();
    http_port_ = free_port();
    metrics_port_ = free_port();
    if (start()) return;
  }
  fail();
}

DevServer::~DevServer() {
  kill();
  std::error_code ignored;
  if (!home_.empty()) std::filesystem::remove_all(home_, ignored);
}

bool DevServer::start() {
  const std::string port = std::to_string(port_), http = std::to_string(http_port_),
                    metrics = std::to_string(metrics_port_);
  std::vector<const char*> argv{binary_.c_str(), "server", "start-dev", "--headless", "--ip",
                                "127.0.0.1", "--port", port.c_str(), "--http-port", http.c_str(),
                                "--metrics-port", metrics.c_str(), "--log-level", "error",
                                // So that a poll and a task do not miss each other.
                                "--dynamic-config-value", "matching.numTaskqueueReadPartitions=1",
                                "--dynamic-config-value", "matching.numTaskqueueWritePartitions=1"};
  // The world of the embedded service has the same.
  for (const char* attribute : {"Colour=Keyword", "Size=Int", "Price=Double", "Open=Bool",
                                "At=Datetime", "Note=Text", "Tags=KeywordList"}) {
    argv.push_back("--search-attribute");
    argv.push_back(attribute);
  }
  if (!database_.empty()) {
    argv.push_back("--db-filename");
    argv.push_back(database_.c_str());
  }
  argv.push_back(nullptr);
  const std::string home = "HOME=" + home_.string(), log = (home_ / "log").string();
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) {
    // It dies with the thread that made it: the test program's first.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    putenv(const_cast<char*>(home.c_str()));
    const int null = open("/dev/null", O_RDONLY);
    const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(null, 0);
    dup2(out, 1);
    dup2(out, 2);
    execv(argv[0], const_cast<char* const*>(argv.data()));
    _exit(127);
  }
  for (int i = 0; i < 300; ++i) {
    if (answers(target())) return true;
    if (waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = -1;
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  kill();
  return false;
}

void DevServer::fail() {
  std::ifstream log(home_ / "log");
  const std::string said(std::istreambuf_iterator<char>(log), {});
  throw std::runtime_error("the Temporal server " + binary_.string() + " does not answer at " +
                           target() + "; it says:\n" +
                           said.substr(said.size() - std::min<std::size_t>(said.size(), 4000)));
}

void DevServer::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void DevServer::restart() {
  kill();
  // The port is still in use for a moment.
  for (int attempt = 0; attempt < 5; ++attempt) {
    if (start()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }
  fail();
}

DevServer& DevServer::shared() {
  static DevServer server;
  return server;
}

}  // namespace temporal::testing
