// PayloadCodec: what happens to payloads on their way to the service and back: encryption,
// compression. Everything that the service stores of an author's values passes it, except search
// attributes, which the service must read.
#pragma once

#include <google/protobuf/message.h>

#include <vector>

#include "temporal/data/payload.h"

namespace temporal {

// Thread safe. decode(encode(x)) is x; decode leaves alone what encode has not made. Both throw
// PayloadError where they cannot.
class PayloadCodec {
 public:
  virtual ~PayloadCodec() = default;
  virtual Payload encode(const Payload& payload) const = 0;
  virtual Payload decode(const Payload& payload) const = 0;
  // True: messages and stack traces of failures pass it as well; the service sees "Encoded failure"
  // in their place. What another has encoded so is read in any case.
  virtual bool encodes_failures() const { return false; }
};

// All payloads inside the message, in place; nothing without a codec.
void encode_payloads(const PayloadCodec* codec, google::protobuf::Message& message);
void decode_payloads(const PayloadCodec* codec, google::protobuf::Message& message);
// The same; a payload that the codec cannot decode stays as it is, and who asks for its value
// hears of the encoding.
void decode_what_can_be(const PayloadCodec* codec, google::protobuf::Message& message);

}  // namespace temporal
