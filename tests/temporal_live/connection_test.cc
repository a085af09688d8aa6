// What lies between a client and a server: headers, certificates, keys, sizes, threads, and what is
// said when something is wrong.
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <thread>

#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/grpc/grpc_service.h"
#include "temporal/service/query_failed.h"
#include "tests/temporal_live/certificates.h"
#include "tests/temporal_live/small_server.h"

namespace temporal::testing {
namespace {

using service::ConnectOptions;
using service::GrpcService;
using service::Rpc;
using std::chrono::milliseconds;

template <Rpc rpc>
Status call(GrpcService& service, service::Request<rpc> request = {},
            milliseconds timeout = milliseconds(5000)) {
  std::promise<Status> ended;
  service::call<rpc>(service, std::move(request), timeout,
                     [&](Status status, const auto&) { ended.set_value(std::move(status)); });
  return ended.get_future().get();
}
Status ask(const ConnectOptions& options) {
  GrpcService service(options);
  return call<Rpc::GetSystemInfo>(service);
}
bool contains(const Status& status, const std::string& text) {
  return status.message.find(text) != std::string::npos;
}
// It names the target, and says this.
#define EXPECT_SAYS(status, target, what)               \
  do {                                                  \
    const Status said = (status);                       \
    EXPECT_FALSE(said.ok());                            \
    EXPECT_TRUE(contains(said, target)) << said.text(); \
    EXPECT_TRUE(contains(said, what)) << said.text();   \
  } while (false)

class Tls : public ::testing::Test {
 protected:
  std::shared_ptr<grpc::ServerCredentials> credentials(const Certificate& certificate,
                                                       bool mutual = false) {
    grpc::SslServerCredentialsOptions options(
        mutual ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
               : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
    options.pem_key_cert_pairs.push_back({certificate.key, certificate.pem});
    options.pem_root_certs = authority_.pem();
    return grpc::SslServerCredentials(options);
  }
  // The certificates' name is not 127.0.0.1.
  ConnectOptions options(const SmallServer& server) {
    return ConnectOptions(server.target()).tls(authority_.pem()).server_name("temporal.test");
  }

  Authority authority_{"Test authority"};
  Authority other_{"Another authority"};
};

TEST(Plain, HeadersAreSent) {
  SmallServer server(grpc::InsecureServerCredentials());
  GrpcService service(ConnectOptions(server.target()).header("x-team", "risk"));
  EXPECT_TRUE(call<Rpc::GetSystemInfo>(service).ok());
  EXPECT_EQ(server.header("client-name"), "temporal-cpp");
  EXPECT_FALSE(server.header("client-version").empty());
  EXPECT_EQ(server.header("x-team"), "risk");
  EXPECT_EQ(server.header("authorization"), "");
  EXPECT_EQ(server.header("temporal-namespace"), "");
  service::Request<Rpc::DescribeNamespace> request;
  request.set_namespace_("reports");
  EXPECT_TRUE(call<Rpc::DescribeNamespace>(service, request).ok());
  EXPECT_EQ(server.header("temporal-namespace"), "reports");
}

TEST(Plain, LargeAnswersArrive) {
  SmallServer server(grpc::InsecureServerCredentials());
  server.answer_with(std::size_t{100} << 20);
  EXPECT_TRUE(ask(ConnectOptions(server.target())).ok());
  server.answer_with(std::size_t{130} << 20);
  const Status status = ask(ConnectOptions(server.target()));
  EXPECT_EQ(status.code, Code::ResourceExhausted);
  EXPECT_TRUE(contains(status, "larger than max")) << status.text();
}

TEST(Plain, NobodyListens) {
  const Status status = ask(ConnectOptions("127.0.0.1:1"));
  EXPECT_EQ(status.code, Code::Unavailable);
  EXPECT_SAYS(status, "127.0.0.1:1", "nothing listens there");
}

TEST(Plain, NoSuchHost) {
  EXPECT_SAYS(ask(ConnectOptions("no-such-host.invalid:7233")), "no-such-host.invalid:7233",
              "there is no host of this name");
}

TEST(Plain, AServerWithoutTlsIsNotSpokenToWithTls) {
  SmallServer server(grpc::InsecureServerCredentials());
  EXPECT_SAYS(ask(ConnectOptions(server.target()).tls()), server.target(), "it does not speak TLS");
  EXPECT_SAYS(ask(ConnectOptions(server.target()).api_key("secret")), server.target(),
              "it does not speak TLS");
  EXPECT_EQ(server.header("authorization"), "");
}

TEST_F(Tls, ATrustedServerIsSpokenTo) {
  SmallServer server(credentials(authority_.sign("temporal.test")));
  const Status status = ask(options(server));
  EXPECT_TRUE(status.ok()) << status.text();
}

TEST_F(Tls, AnApiKeyIsSent) {
  SmallServer server(credentials(authority_.sign("temporal.test")));
  EXPECT_TRUE(ask(options(server).api_key("secret")).ok());
  EXPECT_EQ(server.header("authorization"), "Bearer secret");
}

TEST_F(Tls, AServerOfAnotherAuthorityIsRefused) {
  SmallServer server(credentials(other_.sign("temporal.test")));
  EXPECT_SAYS(ask(options(server)), server.target(), "not one that this client trusts");
}

TEST_F(Tls, AnExpiredServerIsRefused) {
  SmallServer server(credentials(authority_.sign("temporal.test", -10, -1)));
  EXPECT_SAYS(ask(options(server)), server.target(), "expired");
}

TEST_F(Tls, AServerOfAnotherNameIsRefused) {
  SmallServer server(credentials(authority_.sign("elsewhere.test")));
  EXPECT_SAYS(ask(options(server)), server.target(), "its certificate is for another name");
}

TEST_F(Tls, AServerWithTlsIsNotSpokenToWithout) {
  SmallServer server(credentials(authority_.sign("temporal.test")));
  EXPECT_SAYS(ask(ConnectOptions(server.target())), server.target(), "it may want TLS");
}

TEST_F(Tls, AClientShowsItsCertificate) {
  SmallServer server(credentials(authority_.sign("temporal.test"), /*mutual=*/true));
  const auto client = authority_.sign("client");
  const Status status = ask(options(server).client_certificate(client.pem, client.key));
  EXPECT_TRUE(status.ok()) << status.text();
}

TEST_F(Tls, AClientWithoutACertificateIsTold) {
  SmallServer server(credentials(authority_.sign("temporal.test"), /*mutual=*/true));
  EXPECT_SAYS(ask(options(server)), server.target(), "client_certificate()");
}

TEST_F(Tls, AClientOfAnotherAuthorityIsTold) {
  SmallServer server(credentials(authority_.sign("temporal.test"), /*mutual=*/true));
  const auto client = other_.sign("client");
  EXPECT_SAYS(ask(options(server).client_certificate(client.pem, client.key)), server.target(),
              "refuse this client's certificate");
}

TEST_F(Tls, AnExpiredClientIsTold) {
  SmallServer server(credentials(authority_.sign("temporal.test"), /*mutual=*/true));
  const auto client = authority_.sign("client", -10, -1);
  EXPECT_SAYS(ask(options(server).client_certificate(client.pem, client.key)), server.target(),
              "refuse this client's certificate");
}

TEST(Plain, RefusalsAreExplained) {
  SmallServer server(grpc::InsecureServerCredentials());
  GrpcService service{ConnectOptions(server.target())};
  service::Request<Rpc::DescribeNamespace> request;
  request.set_namespace_("reports");
  server.refuse({grpc::StatusCode::PERMISSION_DENIED, "Request unauthorized."});
  EXPECT_SAYS(call<Rpc::DescribeNamespace>(service, request), server.target(),
              "refuses DescribeNamespace in namespace reports: Request unauthorized.; check");
  server.refuse({grpc::StatusCode::NOT_FOUND, "Namespace reports is not found."});
  EXPECT_SAYS(call<Rpc::DescribeNamespace>(service, request), server.target(),
              "temporal operator namespace create --namespace reports");
  server.refuse({grpc::StatusCode::NOT_FOUND, "workflow not found for ID: x"});
  EXPECT_EQ(call<Rpc::DescribeNamespace>(service, request).message, "workflow not found for ID: x");
  server.refuse({grpc::StatusCode::UNAVAILABLE, "shard unavailable, please backoff and retry"});
  EXPECT_EQ(call<Rpc::DescribeNamespace>(service, request).message,
            "the Temporal service at " + server.target() +
                " says: shard unavailable, please backoff and retry");
}

// A failed query brings the whole failure in the trailers, and its text twice.
TEST(Plain, LongRefusalsArriveWithTheirDetails) {
  SmallServer server(grpc::InsecureServerCredentials());
  GrpcService service{ConnectOptions(server.target())};
  const std::string text(500'000, 'x');
  const Status status = service::query_failed(text, Failure(text).proto());
  server.refuse({grpc::StatusCode::INVALID_ARGUMENT, text, status.details});
  const Status arrived = call<Rpc::DescribeNamespace>(service);
  EXPECT_EQ(arrived.code, Code::InvalidArgument);
  EXPECT_EQ(arrived.message, text);
  const auto failure = service::query_failure_of(arrived);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->message(), text);
}

// Options that gRPC would end the process for, or not complain of.
TEST(Options, WhatCannotBeIsSaidByEveryCall) {
  const std::pair<ConnectOptions, const char*> wrong[] = {
      {ConnectOptions(""), "no target"},
      {ConnectOptions("https://here:7233"), "without a scheme"},
      {ConnectOptions("here:1").tls("/etc/ca.pem"), "not its name"},
      {ConnectOptions("here:1").client_certificate("client.pem", "client.key"), "not its name"},
      {ConnectOptions("here:1").client_certificate("-----BEGIN CERTIFICATE-----", ""), "no key"},
      {ConnectOptions("here:1").client_certificate("-----BEGIN CERTIFICATE-----", "client.key"),
       "not a private key"},
      {ConnectOptions("here:1").api_key("secret\n"), "line break"},
      {ConnectOptions("here:1").api_key(""), "the API key is empty"},
      {ConnectOptions("here:1").client_certificate("", ""), "certificate and key are empty"},
      {ConnectOptions("here:1").header("authorization", "Bearer x"), "use api_key()"},
      {ConnectOptions("here:1").header("X-Team", "risk"), "X-Team"},
      {ConnectOptions("here:1").header("x-team", "b\xc3\xb6se"), "x-team"},
  };
  for (const auto& [options, what] : wrong) {
    GrpcService service(options);
    for (int i = 0; i < 2; ++i) {
      const Status status = call<Rpc::GetSystemInfo>(service);
      EXPECT_EQ(status.code, Code::InvalidArgument);
      EXPECT_TRUE(contains(status, what)) << status.text();
    }
  }
}

TEST(Options, ANamespaceThatNoHeaderCanHoldIsSaid) {
  SmallServer server(grpc::InsecureServerCredentials());
  GrpcService service{ConnectOptions(server.target())};
  service::Request<Rpc::DescribeNamespace> request;
  request.set_namespace_("b\xc3\xb6se");
  EXPECT_EQ(call<Rpc::DescribeNamespace>(service, request).code, Code::InvalidArgument);
  EXPECT_TRUE(call<Rpc::GetSystemInfo>(service).ok());
}

TEST(Calls, EndByTheirDeadline) {
  SmallServer server(grpc::InsecureServerCredentials());
  GrpcService service{ConnectOptions(server.target())};
  const Status status = call<Rpc::PollActivityTaskQueue>(service, {}, milliseconds(50));
  EXPECT_EQ(status.code, Code::DeadlineExceeded);
  EXPECT_SAYS(status, server.target(), "has not answered PollActivityTaskQueue");
}

// The server ends the call at the same deadline, and may be the first to do so.
TEST(Calls, EndByTheirDeadlineAlsoWhereTheServerIsFirst) {
  SmallServer server(grpc::InsecureServerCredentials());
  server.reset_polls_before_deadline(milliseconds(5));
  GrpcService service{ConnectOptions(server.target())};
  for (int i = 0; i < 20; ++i) {
    const Status status = call<Rpc::PollActivityTaskQueue>(service, {}, milliseconds(50));
    EXPECT_EQ(status.code, Code::DeadlineExceeded);
    EXPECT_SAYS(status, server.target(), "has not answered PollActivityTaskQueue");
  }
}

TEST(Calls, AServerThatEndsThemBeforeTheirDeadlineCancels) {
  SmallServer server(grpc::InsecureServerCredentials());
  server.reset_polls_before_deadline(milliseconds(60'000));
  GrpcService service{ConnectOptions(server.target())};
  EXPECT_EQ(call<Rpc::PollActivityTaskQueue>(service, {}, milliseconds(30'000)).code,
            Code::Cancelled);
}

TEST(Calls, AreGivenUpFromAnyThreadAndAtAnyTime) {
  SmallServer server(grpc::InsecureServerCredentials());
  service::Service::Cancel late;
  {
    GrpcService service{ConnectOptions(server.target())};
    for (int i = 0; i < 20; ++i) {
      std::promise<Status> ended;
      auto cancel = service::call<Rpc::PollActivityTaskQueue>(
          service, {}, milliseconds(60'000),
          [&](Status status, const auto&) { ended.set_value(std::move(status)); });
      std::thread other([&] {
        std::this_thread::sleep_for(milliseconds(i % 4));
        cancel();
        cancel();
      });
      EXPECT_EQ(ended.get_future().get().code, Code::Cancelled);
      other.join();
      cancel();
      late = cancel;
    }
  }
  late();
}

TEST(Calls, EndWithTheService) {
  SmallServer server(grpc::InsecureServerCredentials());
  std::atomic<int> ended = 0;
  {
    GrpcService service{ConnectOptions(server.target())};
    for (int i = 0; i < 4; ++i) {
      service::call<Rpc::PollActivityTaskQueue>(service, {}, milliseconds(60'000),
                                                [&](const Status& status, const auto&) {
                                                  EXPECT_EQ(status.code, Code::Cancelled);
                                                  ++ended;
                                                });
    }
    while (server.polls() < 4) std::this_thread::sleep_for(milliseconds(1));
  }
  EXPECT_EQ(ended, 4);
}

TEST(Calls, NeverEndInsideTheCall) {
  SmallServer server(grpc::InsecureServerCredentials());
  GrpcService there{ConnectOptions(server.target())}, nowhere{ConnectOptions("127.0.0.1:1")},
      wrong{ConnectOptions("")};
  for (GrpcService* service : {&there, &nowhere, &wrong}) {
    for (int i = 0; i < 50; ++i) {
      std::promise<std::thread::id> ended;
      service::call<Rpc::GetSystemInfo>(
          *service, {}, milliseconds(5000),
          [&](const Status&, const auto&) { ended.set_value(std::this_thread::get_id()); });
      EXPECT_NE(ended.get_future().get(), std::this_thread::get_id());
    }
  }
}

TEST(Calls, MayBeMadeByManyThreads) {
  SmallServer server(grpc::InsecureServerCredentials());
  GrpcService service{ConnectOptions(server.target())};
  constexpr int kThreads = 4, kCalls = 250;
  std::latch all(kThreads * kCalls);
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kCalls; ++i) {
        service::call<Rpc::GetSystemInfo>(
            service, {}, milliseconds(20'000), [&](const Status& status, const auto& reply) {
              good += status.ok() && reply.server_version() == "vvvvv";
              all.count_down();
            });
      }
    });
  }
  for (auto& thread : threads) thread.join();
  all.wait();
  EXPECT_EQ(good, kThreads * kCalls);
}

// The connection is made again when the server is back.
TEST(Calls, SurviveTheServersRestart) {
  auto server = std::make_unique<SmallServer>(grpc::InsecureServerCredentials());
  GrpcService service{ConnectOptions(server->target())};
  EXPECT_TRUE(call<Rpc::GetSystemInfo>(service).ok());
  const std::string target = server->target();
  server.reset();
  EXPECT_EQ(call<Rpc::GetSystemInfo>(service).code, Code::Unavailable);
  server = std::make_unique<SmallServer>(grpc::InsecureServerCredentials(), target);
  Status status;
  for (int i = 0; i < 100; ++i) {
    status = call<Rpc::GetSystemInfo>(service);
    if (status.ok()) break;
    std::this_thread::sleep_for(milliseconds(50));
  }
  EXPECT_TRUE(status.ok()) << status.text();
}

}  // namespace
}  // namespace temporal::testing
