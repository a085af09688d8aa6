#include "tools/almanac/health.h"

#include <errno.h>
#include <httplib.h>
#include <sys/socket.h>

#include <chrono>
#include <cstring>
#include <nlohmann/json.hpp>
#include <thread>

namespace almanac {

namespace {

constexpr size_t kThreads = 2;
constexpr int kSeconds = 2;  // for a request, and for its answer
constexpr size_t kMostPayload = 1024;
constexpr int kOk = 200, kUnavailable = 503;

using Service = Health::Sources::Service;

const char* name_of(Service service) {
  switch (service) {
    case Service::Unreachable:
      return "unreachable";
    case Service::NotPolled:
      return "starting";
    case Service::Polled:
      return "ready";
  }
  return "";
}

void answer(httplib::Response& response, const Health::State& state, Service service) {
  const char* status = state.draining ? "draining" : name_of(service);
  const nlohmann::json said{
      {"status", status}, {"at_work", state.at_work}, {"queues", state.queues}};
  response.set_content(said.dump() + "\n", "application/json");
}

}  // namespace

struct Health::Impl {
  httplib::Server server;
  std::thread thread;
};

Health::Health(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Health::~Health() {
  impl_->server.stop();
  impl_->thread.join();
}

Result<std::unique_ptr<Health>> Health::listen(int port, Sources sources) {
  auto impl = std::make_unique<Impl>();
  httplib::Server& server = impl->server;
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server.set_keep_alive_max_count(1);
  server.set_read_timeout(kSeconds);
  server.set_write_timeout(kSeconds);
  server.set_payload_max_length(kMostPayload);
  // The library's own choice would let two workers have the same port, of which each gets a part of
  // the requests.
  server.set_socket_options([](socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  server.Get("/healthz", [sources](const httplib::Request&, httplib::Response& response) {
    answer(response, sources.state(), Service::Polled);
    response.status = kOk;
  });
  server.Get("/readyz", [sources](const httplib::Request&, httplib::Response& response) {
    const State state = sources.state();
    const Service service = state.draining ? Service::NotPolled : sources.service();
    answer(response, state, service);
    response.status = service == Service::Polled ? kOk : kUnavailable;
  });
  if (!server.bind_to_port("127.0.0.1", port)) {
    return usage_error("cannot listen on 127.0.0.1:" + std::to_string(port) + ": " +
                       std::strerror(errno) + "; choose another --health-port");
  }
  impl->thread = std::thread([&server] { server.listen_after_bind(); });
  // stop() before the loop has begun would be forgotten.
  while (!server.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return std::unique_ptr<Health>(new Health(std::move(impl)));
}

}  // namespace almanac
