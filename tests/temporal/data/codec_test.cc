// The codec meets every payload of a message, wherever it is, once; and nothing that the service
// has to read.
#include "temporal/data/codec.h"

#include <google/protobuf/any.pb.h>
#include <gtest/gtest.h>

#include <set>

#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/api/history/v1/message.pb.h"
#include "temporal/api/update/v1/message.pb.h"
#include "temporal/api/workflowservice/v1/request_response.pb.h"

namespace {

using temporal::Payload;
using temporal::PayloadError;

// Wraps the whole payload, and leaves alone what it has not made.
class Wrapping : public temporal::PayloadCodec {
 public:
  Payload encode(const Payload& payload) const override {
    met.insert(payload.data());
    Payload out;
    (*out.mutable_metadata())["encoding"] = "binary/wrapped";
    out.set_data(payload.SerializeAsString());
    return out;
  }
  Payload decode(const Payload& payload) const override {
    if (temporal::data::encoding_of(payload) != "binary/wrapped") return payload;
    Payload out;
    if (!out.ParseFromString(payload.data())) throw PayloadError("broken");
    return out;
  }
  mutable std::multiset<std::string> met;
};

// Throws what no codec should, where it does not know the key.
class Keyed final : public Wrapping {
 public:
  Payload decode(const Payload& payload) const override {
    if (payload.data().find("lost") != std::string::npos) throw std::out_of_range("no such key");
    return Wrapping::decode(payload);
  }
};

Payload text(const char* value) {
  return temporal::data::bytes_payload(value);
}

temporal::api::workflowservice::v1::PollWorkflowTaskQueueResponse everywhere() {
  temporal::api::workflowservice::v1::PollWorkflowTaskQueueResponse task;
  auto& started = *task.mutable_history()->add_events();
  auto& attributes = *started.mutable_workflow_execution_started_event_attributes();
  *attributes.mutable_input()->add_payloads() = text("input 1");
  *attributes.mutable_input()->add_payloads() = text("input 2");
  (*attributes.mutable_memo()->mutable_fields())["a"] = text("memo");
  (*attributes.mutable_search_attributes()->mutable_indexed_fields())["k"] = text("searched");
  auto* failure = attributes.mutable_continued_failure();
  *failure->mutable_encoded_attributes() = text("attributes");
  for (int depth = 0; depth < 5; ++depth) failure = failure->mutable_cause();
  *failure->mutable_application_failure_info()->mutable_details()->add_payloads() = text("details");
  auto& marker = *task.mutable_history()->add_events()->mutable_marker_recorded_event_attributes();
  *(*marker.mutable_details())["data"].add_payloads() = text("marker");
  *task.mutable_history()->mutable_events(1)->mutable_user_metadata()->mutable_summary() =
      text("summary");
  temporal::api::update::v1::Request request;
  *request.mutable_input()->mutable_args()->add_payloads() = text("update");
  task.add_messages()->mutable_body()->PackFrom(request);
  (*task.mutable_queries())["q"].mutable_query_args()->add_payloads()->CopyFrom(text("query"));
  return task;
}

TEST(Codec, MeetsEveryPayloadOnceAndNoSearchAttribute) {
  const Wrapping codec;
  auto task = everywhere();
  temporal::encode_payloads(&codec, task);
  EXPECT_EQ(codec.met,
            (std::multiset<std::string>{"attributes", "details", "input 1", "input 2", "marker",
                                        "memo", "query", "summary", "update"}));
  const auto& attributes = task.history().events(0).workflow_execution_started_event_attributes();
  EXPECT_EQ(attributes.search_attributes().indexed_fields().at("k").data(), "searched");
  EXPECT_EQ(temporal::data::encoding_of(attributes.memo().fields().at("a")), "binary/wrapped");
  temporal::api::update::v1::Request request;
  ASSERT_TRUE(task.messages(0).body().UnpackTo(&request));
  EXPECT_EQ(temporal::data::encoding_of(request.input().args().payloads(0)), "binary/wrapped");
}

TEST(Codec, DecodingGivesBackTheMessage) {
  const Wrapping codec;
  auto task = everywhere();
  temporal::encode_payloads(&codec, task);
  temporal::decode_payloads(&codec, task);
  EXPECT_EQ(task.ShortDebugString(), everywhere().ShortDebugString());
  temporal::decode_payloads(&codec, task);  // none of it is its own now
  EXPECT_EQ(task.ShortDebugString(), everywhere().ShortDebugString());
}

TEST(Codec, WithoutOneNothingChanges) {
  auto task = everywhere();
  temporal::encode_payloads(nullptr, task);
  EXPECT_EQ(task.ShortDebugString(), everywhere().ShortDebugString());
}

// What cannot be opened stays as it is.
TEST(Codec, AnyOfAnUnknownTypeOrWithBrokenBytesIsLeftAlone) {
  const Wrapping codec;
  temporal::api::protocol::v1::Message message;
  for (const char* url : {"", "nothing", "type.googleapis.com/unknown.Type",
                          "type.googleapis.com/temporal.api.update.v1.Request"}) {
    message.mutable_body()->set_type_url(url);
    message.mutable_body()->set_value("\x0a\x7f?");
    const std::string before = message.SerializeAsString();
    temporal::encode_payloads(&codec, message);
    EXPECT_EQ(message.SerializeAsString(), before) << url;
  }
  EXPECT_TRUE(codec.met.empty());
}

TEST(Codec, WhatItThrowsIsNotSwallowed) {
  const Wrapping codec;
  auto task = everywhere();
  auto& input = *task.mutable_history()
                     ->mutable_events(0)
                     ->mutable_workflow_execution_started_event_attributes()
                     ->mutable_input();
  (*input.mutable_payloads(0)->mutable_metadata())["encoding"] = "binary/wrapped";
  input.mutable_payloads(0)->set_data("\x0a\x7f");
  EXPECT_THROW(temporal::decode_payloads(&codec, task), PayloadError);
}

TEST(Codec, TextsOfFailuresThatAreNoJsonAreLeftAlone) {
  const Wrapping codec;
  temporal::api::failure::v1::Failure failure;
  failure.set_message("Encoded failure");
  *failure.mutable_encoded_attributes() = temporal::data::json_payload("{not json");
  const std::string before = failure.SerializeAsString();
  temporal::decode_payloads(&codec, failure);
  EXPECT_EQ(failure.SerializeAsString(), before);
}

TEST(Codec, WhateverItThrowsIsAnErrorOfThePayload) {
  const Keyed codec;
  temporal::Payloads all = temporal::Payloads();
  *all.add_payloads() = text("lost");
  try {
    decode_payloads(&codec, all);
    ADD_FAILURE() << "nothing was thrown";
  } catch (const PayloadError& e) {
    EXPECT_STREQ(e.what(), "payload: the codec: no such key");
  }
}

TEST(Codec, WhatItCannotDecodeMayStayAsItIs) {
  const Keyed codec;
  temporal::Payloads all;
  *all.add_payloads() = text("lost");
  *all.add_payloads() = codec.encode(text("kept"));
  decode_what_can_be(&codec, all);
  EXPECT_EQ(all.payloads(0).data(), "lost");
  EXPECT_EQ(all.payloads(1).data(), "kept");
}

}  // namespace
