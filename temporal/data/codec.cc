#include "temporal/data/codec.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.h>

#include <functional>

namespace temporal {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Change = std::function<Payload(const Payload&)>;

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
    *payload = change(*payload);
    return;
  }
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
}

}  // namespace

void encode_payloads(const PayloadCodec* codec, Message& message) {
  if (codec) change_all(message, [&](const Payload& payload) { return codec->encode(payload); });
}

void decode_payloads(const PayloadCodec* codec, Message& message) {
  if (codec) change_all(message, [&](const Payload& payload) { return codec->decode(payload); });
}

}  // namespace temporal
