// Temporal's feature tests: data_converter/.
#include <google/protobuf/util/message_differencer.h>

#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/workflow/workflow.h"
#include "tests/temporal/support/world.h"

namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace temporal;              // NOLINT(google-build-using-namespace)
using api::common::v1::DataBlob;
using temporal::testing::WorldTest;

const std::string kBytes = "\xde\xad\xbe\xef";

template <class T>
struct Echo {
  wf::Task<T> run(T value) {
    co_await wf::sleep(1ms);
    co_return value;
  }
  static wf::Definition<Echo> definition() { return wf::define("Echo", &Echo::run); }
};

class FeaturesDataConverter : public WorldTest {
 protected:
  // What went in and what came out, as the service has them.
  struct Stored {
    Payload argument, result;
  };
  template <class T>
  Stored echo(const T& value, std::shared_ptr<const PayloadCodec> codec = nullptr) {
    use(codec);
    start_worker(options().codec(codec), [](worker::Worker& worker) { worker.add<Echo<T>>(); });
    const auto run = start(&Echo<T>::run, value);
    const auto outcome = run.template result<T>();
    EXPECT_TRUE(outcome.ok() && outcome->ok());
    EXPECT_TRUE(same(outcome->value(), value));
    const auto history = raw(run);
    return {history->events(0).workflow_execution_started_event_attributes().input().payloads(0),
            history->events()
                .rbegin()
                ->workflow_execution_completed_event_attributes()
                .result()
                .payloads(0)};
  }
  void use(const std::shared_ptr<const PayloadCodec>& codec) {
    client_ = std::make_unique<client::Client>(world_->service(), world_->executor(),
                                               world_->client_options().codec(codec));
  }
  std::shared_ptr<const replay::HistoryProto> raw(const client::WorkflowHandle& run) {
    client::Client plain(world_->service(), world_->executor(), world_->client_options());
    return *plain.workflow(run.id(), run.run_id()).history();
  }
  template <class T>
  static bool same(const T& a, const T& b) {
    if constexpr (std::is_base_of_v<google::protobuf::Message, T>) {
      return google::protobuf::util::MessageDifferencer::Equals(a, b);
    } else {
      return a == b;
    }
  }
};

DataBlob blob() {
  DataBlob one;
  one.set_data(kBytes);
  return one;
}

TEST_F(FeaturesDataConverter, Binary) {
  const Stored stored = echo(Bytes{kBytes});
  EXPECT_EQ(data::encoding_of(stored.result), "binary/plain");
  EXPECT_EQ(stored.result.metadata_size(), 1);
  EXPECT_EQ(stored.result.data(), kBytes);
  EXPECT_TRUE(same(stored.argument, stored.result));
}

TEST_F(FeaturesDataConverter, Json) {
  const Stored stored = echo(nlohmann::json{{"spec", true}});
  EXPECT_EQ(data::encoding_of(stored.result), "json/plain");
  EXPECT_EQ(stored.result.data(), R"({"spec":true})");
  EXPECT_TRUE(same(stored.argument, stored.result));
}

TEST_F(FeaturesDataConverter, JsonProtobuf) {
  const Stored stored = echo(blob());
  EXPECT_EQ(data::encoding_of(stored.result), "json/protobuf");
  EXPECT_EQ(stored.result.metadata().at("messageType"), "temporal.api.common.v1.DataBlob");
  EXPECT_EQ(nlohmann::json::parse(stored.result.data()), (nlohmann::json{{"data", "3q2+7w=="}}));
  EXPECT_TRUE(same(stored.argument, stored.result));
}

// Written where a program asks for it; read everywhere.
TEST_F(FeaturesDataConverter, BinaryProtobuf) {
  const Payload payload = data::proto_binary_payload(blob());
  const Stored stored = echo(payload);
  EXPECT_EQ(data::encoding_of(stored.result), "binary/protobuf");
  EXPECT_EQ(stored.result.metadata().at("messageType"), "temporal.api.common.v1.DataBlob");
  DataBlob read;
  EXPECT_TRUE(read.ParseFromString(stored.result.data()));
  EXPECT_TRUE(same(read, blob()));
  EXPECT_TRUE(same(stored.argument, stored.result));
  stop_workers();
  start_worker([](worker::Worker& worker) { worker.add<Echo<DataBlob>>(); });
  const auto run = client_->start("Echo", start_options(), payload);
  ASSERT_TRUE(run.ok());
  EXPECT_TRUE(same(run->result<DataBlob>()->value(), blob()));
}

constexpr wf::Activity<bool(std::optional<int>)> is_null{"is_null"};
struct Nothing {
  wf::Task<> run() {
    auto call = is_null.start(std::nullopt, wf::ActivityOptions().timeout(10s));
    wf::Outcome<bool> outcome = co_await call;
    if (!outcome.value()) throw FailureError(Failure("not null"));
  }
  static wf::Definition<Nothing> definition() { return wf::define("Nothing", &Nothing::run); }
};

TEST_F(FeaturesDataConverter, Empty) {
  start_worker([](worker::Worker& worker) {
    worker.add<Nothing>().add(is_null, [](std::optional<int> value) { return !value; });
  });
  const auto run = start(&Nothing::run);
  EXPECT_TRUE(run.result<void>()->ok());
  const auto history = raw(run);
  for (const auto& event : history->events()) {
    if (!event.has_activity_task_scheduled_event_attributes()) continue;
    const auto& input = event.activity_task_scheduled_event_attributes().input();
    ASSERT_EQ(input.payloads_size(), 1);
    EXPECT_EQ(data::encoding_of(input.payloads(0)), "binary/null");
    EXPECT_EQ(input.payloads(0).data(), "");
  }
}

// Puts the whole payload inside another.
class Wrapping : public PayloadCodec {
 public:
  Payload encode(const Payload& payload) const override {
    Payload outer;
    (*outer.mutable_metadata())["encoding"] = "my-encoding";
    outer.set_data(payload.SerializeAsString());
    return outer;
  }
  Payload decode(const Payload& payload) const override {
    if (data::encoding_of(payload) != "my-encoding") return payload;
    Payload inner;
    if (!inner.ParseFromString(payload.data())) throw PayloadError("not wrapped");
    return inner;
  }
};

TEST_F(FeaturesDataConverter, Codec) {
  const Stored stored = echo(nlohmann::json{{"spec", true}}, std::make_shared<Wrapping>());
  EXPECT_EQ(data::encoding_of(stored.result), "my-encoding");
  const Payload inner = Wrapping().decode(stored.result);
  EXPECT_EQ(data::encoding_of(inner), "json/plain");
  EXPECT_EQ(inner.data(), R"({"spec":true})");
  EXPECT_TRUE(same(stored.argument, stored.result));
}

class WrappingFailures final : public Wrapping {
 public:
  bool encodes_failures() const override { return true; }
};

constexpr wf::Activity<int(int)> fail{"fail"};
struct Fails {
  wf::Task<std::string> run() {
    auto call = fail.start(1, wf::ActivityOptions().timeout(10s).attempts(1));
    wf::Outcome<int> outcome = co_await call;
    co_return outcome.failure().cause()->text();
  }
  static wf::Definition<Fails> definition() { return wf::define("Fails", &Fails::run); }
};

TEST_F(FeaturesDataConverter, FailureEncodesMessageAndStackTrace) {
  const auto codec = std::make_shared<WrappingFailures>();
  use(codec);
  start_worker(options().codec(codec), [](worker::Worker& worker) {
    worker.add<Fails>().add(fail, [](int) -> Outcome<int> {
      return Failure("main error", "Main").caused_by(Failure("sub error", "Sub"));
    });
  });
  const auto run = start(&Fails::run);
  EXPECT_EQ(run.result<std::string>()->value(), "Main: main error: Sub: sub error");
  bool found = false;
  const auto history = raw(run);
  for (const auto& event : history->events()) {
    if (!event.has_activity_task_failed_event_attributes()) continue;
    found = true;
    const Failure::Proto* failure = &event.activity_task_failed_event_attributes().failure();
    for (const char* message : {"main error", "sub error"}) {
      EXPECT_EQ(failure->message(), "Encoded failure");
      EXPECT_EQ(failure->stack_trace(), "");
      const auto said = data::json_of(codec->decode(failure->encoded_attributes()));
      EXPECT_EQ(said.at("message"), message);
      EXPECT_EQ(said.at("stack_trace"), "");
      failure = &failure->cause();
    }
  }
  EXPECT_TRUE(found) << events(run);
}

struct Asked {
  wf::Task<> run() { co_await wf::sleep(1min); }
  int value() const { throw std::runtime_error("the secret is " + std::string(3'000, 'x')); }
  static wf::Definition<Asked> definition() {
    return wf::define("Asked", &Asked::run).query("value", &Asked::value);
  }
};

// The failure of a query is nowhere but in the details of a refusal.
TEST_F(FeaturesDataConverter, FailuresOfQueriesAreReadThroughTheCodec) {
  const auto codec = std::make_shared<WrappingFailures>();
  use(codec);
  start_worker(options().codec(codec), [](worker::Worker& worker) { worker.add<Asked>(); });
  const auto run = start(&Asked::run);
  const auto answer = run.query(&Asked::value);
  ASSERT_TRUE(answer.ok()) << answer.status().text();
  EXPECT_TRUE(answer->failure().message().starts_with("the secret is xxx"))
      << answer->failure().text();
  EXPECT_TRUE(run.terminate().ok());
}

}  // namespace
