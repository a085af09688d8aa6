// A worker and a client: review_main [HOST:PORT]. Without a server to connect to, the service is in
// the process.
#include <iostream>

#include "examples/temporal/review.h"
#include "temporal/base/thread_executor.h"
#include "temporal/client/client.h"
#include "temporal/embedded/embedded_service.h"
#include "temporal/grpc/grpc_service.h"
#include "temporal/worker/worker.h"

int review(temporal::service::Service& service, temporal::Executor& workflows,
           temporal::Executor& activities) {
  temporal::worker::Worker worker(service, workflows, activities,
                                  temporal::worker::WorkerOptions("reviews"));
  worker.add<Review>();
  worker.add(count_words, [](const std::string& page) { return std::ssize(page); });
  worker.start();

  const std::vector<std::string> pages{"one", "two"};
  temporal::client::Client client(service, workflows);
  auto run = client.start(&Review::run, temporal::client::StartOptions("", "reviews"), pages);
  if (!run.ok()) {  // refused, or not reached
    std::cerr << run.status().text() << "\n";
    return 1;
  }
  temporal::Status sent = run->signal(&Review::approve, true);
  if (!sent.ok()) std::cerr << sent.text() << "\n";
  temporal::Outcome<std::string> outcome = run->result<std::string>().value();
  std::cout << (outcome.ok() ? outcome.value() : outcome.failure().text()) << "\n";
  worker.stop();
  return outcome.ok() ? 0 : 1;
}

int main(int argc, char** argv) {
  temporal::ThreadExecutor workflows(2), activities(100);
  if (argc > 1) {
    temporal::service::GrpcService service{temporal::service::ConnectOptions(argv[1])};
    return review(service, workflows, activities);
  }
  temporal::embedded::EmbeddedService service(workflows);
  return review(service, workflows, activities);
}
