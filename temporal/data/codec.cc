#include "temporal/data/codec.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.h>

#include <functional>

#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/data/text.h"

namespace temporal {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using FailureProto = api::failure::v1::Failure;

// What happens to each payload, and to each failure before and after its payloads.
struct Change {
  std::function<Payload(const Payload&)> payload;
  std::function<void(FailureProto&)> before, after;
};

// The names that Temporal's SDKs share.
void hide_text(FailureProto& failure) {
  if (failure.has_encoded_attributes()) return;
  const nlohmann::json text{{"message", utf8(failure.message())},
                            {"stack_trace", utf8(failure.stack_trace())}};
  *failure.mutable_encoded_attributes() = data::json_payload_of(text);
  failure.set_message("Encoded failure");
  failure.clear_stack_trace();
}

void show_text(FailureProto& failure) {
  if (data::encoding_of(failure.encoded_attributes()) != "json/plain") return;
  const nlohmann::json text = nlohmann::json::parse(failure.encoded_attributes().data(), nullptr,
                                                    /*allow_exceptions=*/false);
  if (!text.is_object()) return;
  const auto message = text.find("message"), trace = text.find("stack_trace");
  if (message != text.end() && message->is_string()) failure.set_message(*message);
  if (trace != text.end() && trace->is_string()) failure.set_stack_trace(*trace);
  failure.clear_encoded_attributes();
}

void change_all(Message& message, const Change& change);

// Updates travel in an Any: opened, changed, closed.
void change_any(google::protobuf::Any& any, const Change& change) {
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  const auto slash = any.type_url().rfind('/');
  const auto* type = pool->FindMessageTypeByName(any.type_url().substr(slash + 1));
  if (!type) return;
  const std::unique_ptr<Message> inner(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
  if (!any.UnpackTo(inner.get())) return;
  change_all(*inner, change);
  any.PackFrom(*inner);
}

void change_all(Message& message, const Change& change) {
  if (auto* payload = dynamic_cast<Payload*>(&message)) {
    *payload = change.payload(*payload);
    return;
  }
  auto* failure = dynamic_cast<FailureProto*>(&message);
  if (failure && change.before) change.before(*failure);
  if (dynamic_cast<api::common::v1::SearchAttributes*>(&message)) return;
  if (auto* any = dynamic_cast<google::protobuf::Any*>(&message)) {
    change_any(*any, change);
    return;
  }
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      change_all(*reflection->MutableMessage(&message, field), change);
      continue;
    }
    const int count = reflection->FieldSize(message, field);
    for (int i = 0; i < count; ++i) {
      change_all(*reflection->MutableRepeatedMessage(&message, field, i), change);
    }
  }
  if (failure && change.after) change.after(*failure);
}

// What a codec throws is a PayloadError, whatever it says.
Payload with(const PayloadCodec& codec, Payload (PayloadCodec::*change)(const Payload&) const,
             const Payload& payload) {
  try {
    return (codec.*change)(payload);
  } catch (const PayloadError&) {
    throw;
  } catch (const std::exception& e) {
    throw PayloadError(std::string("payload: the codec: ") + e.what());
  }
}

}  // namespace

void encode_payloads(const PayloadCodec* codec, Message& message) {
  if (!codec) return;
  Change change{
      [&](const Payload& payload) { return with(*codec, &PayloadCodec::encode, payload); }, {}, {}};
  if (codec->encodes_failures()) change.before = hide_text;
  change_all(message, change);
}

void decode_payloads(const PayloadCodec* codec, Message& message) {
  if (!codec) return;
  const auto decode = [&](const Payload& payload) {
    return with(*codec, &PayloadCodec::decode, payload);
  };
  change_all(message, {decode, {}, show_text});
}

void decode_what_can_be(const PayloadCodec* codec, Message& message) {
  if (!codec) return;
  const auto decode = [&](const Payload& payload) {
    try {
      return with(*codec, &PayloadCodec::decode, payload);
    } catch (const PayloadError&) {
      return payload;
    }
  };
  change_all(message, {decode, {}, show_text});
}

}  // namespace temporal
