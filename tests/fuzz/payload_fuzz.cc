// Payloads with any metadata and bytes are read, or refused with a PayloadError.
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/data/codec.h"
#include "temporal/data/failure.h"
#include "temporal/data/search_attributes.h"

namespace {

using temporal::Payload;

template <class T>
void read(const Payload& payload) {
  try {
    static_cast<void>(temporal::encode(temporal::decode<T>(payload)));
  } catch (const temporal::PayloadError&) {
    return;
  }
}

class Same : public temporal::PayloadCodec {
 public:
  Payload encode(const Payload& payload) const override { return payload; }
  Payload decode(const Payload& payload) const override { return payload; }
};

void read_all(const Payload& payload) {
  read<int>(payload);
  read<std::uint64_t>(payload);
  read<double>(payload);
  read<bool>(payload);
  read<std::string>(payload);
  read<temporal::Bytes>(payload);
  read<std::optional<std::string>>(payload);
  read<std::vector<std::map<std::string, int>>>(payload);
  read<std::tuple<int, std::string>>(payload);
  read<nlohmann::json>(payload);
  read<temporal::api::failure::v1::Failure>(payload);
  static_cast<void>(temporal::data::is_null(payload));
}

}  // namespace

// The first byte chooses an encoding, or that the bytes are a whole message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const char* const encodings[] = {"json/plain",   "json/protobuf", "binary/protobuf",
                                   "binary/plain", "binary/null",   "other"};
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  Payload payload;
  if (data[0] % 8 < 6) {
    (*payload.mutable_metadata())["encoding"] = encodings[data[0] % 8];
    payload.set_data(bytes);
    read_all(payload);
  } else if (payload.ParseFromString(bytes)) {
    read_all(payload);
  }
  temporal::Failure::Proto proto;
  if (proto.ParseFromString(bytes)) {
    const Same codec;
    temporal::encode_payloads(&codec, proto);
    const temporal::Failure failure(std::move(proto));
    static_cast<void>(failure.text() + failure.root().message());
    static_cast<void>(failure.is_canceled() && failure.retryable());
  }
  temporal::api::common::v1::SearchAttributes attributes;
  if (attributes.ParseFromString(bytes)) {
    const temporal::SearchAttributes all(attributes);
    static_cast<void>(all.contains("a"));
  }
  return 0;
}
