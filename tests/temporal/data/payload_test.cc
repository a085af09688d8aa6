// Payloads: what is written is read back, and what is of another shape is refused and named.
#include "temporal/data/payload.h"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <tuple>
#include <vector>

#include "temporal/api/common/v1/message.pb.h"

namespace {

using temporal::Bytes;
using temporal::decode;
using temporal::encode;
using temporal::encode_all;
using temporal::Payload;
using temporal::PayloadError;
using temporal::Payloads;
using temporal::api::common::v1::WorkflowExecution;
namespace data = temporal::data;

std::string encoding(const Payload& payload) {
  return std::string(data::encoding_of(payload));
}
Payload with(const char* encoding, std::string text) {
  Payload payload;
  if (encoding) (*payload.mutable_metadata())["encoding"] = encoding;
  payload.set_data(std::move(text));
  return payload;
}
template <class F>
std::string error_of(const F& f) {
  try {
    f();
  } catch (const PayloadError& e) {
    return e.what();
  }
  return "";
}

TEST(PayloadEncoding, IsThatOfTheType) {
  EXPECT_EQ(encoding(encode(nullptr)), "binary/null");
  EXPECT_EQ(encoding(encode(std::optional<int>())), "binary/null");
  EXPECT_EQ(encoding(encode(std::optional<Bytes>(Bytes{"x"}))), "binary/plain");
  EXPECT_EQ(encoding(encode(Bytes{""})), "binary/plain");
  EXPECT_EQ(encoding(encode(5)), "json/plain");
  EXPECT_EQ(encode(std::string("a\"b")).data(), "\"a\\\"b\"");
  const Payload message = encode(WorkflowExecution());
  EXPECT_EQ(encoding(message), "json/protobuf");
  EXPECT_EQ(message.metadata().at("messageType"), "temporal.api.common.v1.WorkflowExecution");
  EXPECT_EQ(encode(message).DebugString(), message.DebugString());  // maps have no order
}

TEST(PayloadEncoding, RoundTrips) {
  EXPECT_EQ(decode<int>(encode(-7)), -7);
  EXPECT_EQ(decode<std::int64_t>(encode(std::int64_t{1} << 62)), std::int64_t{1} << 62);
  EXPECT_EQ(decode<std::uint64_t>(encode(~std::uint64_t{0})), ~std::uint64_t{0});
  EXPECT_EQ(decode<double>(encode(0.1)), 0.1);
  EXPECT_EQ(decode<std::string>(encode(std::string("\0\xc3\xa4", 3))),
            std::string("\0\xc3\xa4", 3));
  EXPECT_EQ(decode<Bytes>(encode(Bytes{std::string("\0\xff", 2)})).data, std::string("\0\xff", 2));
  EXPECT_EQ(decode<std::optional<int>>(encode(std::optional<int>(3))), 3);
  EXPECT_EQ(decode<std::optional<int>>(encode(std::optional<int>())), std::nullopt);
  EXPECT_EQ(decode<std::vector<int>>(encode(std::vector{1, 2})), (std::vector{1, 2}));
}

TEST(PayloadEncoding, ProtobufIsReadFromJsonAndFromBinary) {
  WorkflowExecution message;
  message.set_workflow_id("w");
  message.set_run_id("\xc3\xa4");
  EXPECT_EQ(decode<WorkflowExecution>(encode(message)).run_id(), "\xc3\xa4");
  EXPECT_EQ(decode<WorkflowExecution>(data::proto_binary_payload(message)).workflow_id(), "w");
  EXPECT_EQ(decode<WorkflowExecution>(with("json/plain", R"({"workflowId":"w"})")).workflow_id(),
            "w");
}

// A writer that is newer than the reader.
TEST(PayloadEncoding, UnknownFieldsOfProtobufAreIgnored) {
  const auto read = decode<WorkflowExecution>(
      with("json/protobuf", R"({"workflowId":"w","later":{"a":[1]},"runId":"r"})"));
  EXPECT_EQ(read.run_id(), "r");
  std::string bytes = "\x0a\x01w";
  bytes += "\xf8\x07\x05";  // field 127
  EXPECT_EQ(decode<WorkflowExecution>(with("binary/protobuf", bytes)).workflow_id(), "w");
}

TEST(PayloadEncoding, OtherEncodingsAreRefusedByName) {
  EXPECT_EQ(error_of([] { decode<int>(with("binary/plain", "5")); }),
            "payload: expected json/plain, found binary/plain");
  EXPECT_EQ(error_of([] { decode<Bytes>(with("json/plain", "5")); }),
            "payload: expected binary/plain, found json/plain");
  EXPECT_EQ(error_of([] { decode<Bytes>(encode(nullptr)); }),
            "payload: expected binary/plain, found binary/null");
  EXPECT_EQ(error_of([] { decode<WorkflowExecution>(with("binary/encrypted", "")); }),
            "payload: expected json/protobuf or binary/protobuf, found binary/encrypted");
  EXPECT_EQ(error_of([] { decode<int>(with(nullptr, "5")); }),
            "payload: expected json/plain, found no encoding");
}

TEST(PayloadEncoding, BrokenBytesAreRefused) {
  for (const char* text : {"", "{", "nul", "\"\xff\"", "[1,]", "1 2"}) {
    EXPECT_NE(error_of([&] { decode<int>(with("json/plain", text)); }), "") << text;
    EXPECT_NE(error_of([&] { decode<std::string>(with("json/plain", text)); }), "") << text;
  }
  EXPECT_NE(error_of([] { decode<WorkflowExecution>(with("binary/protobuf", "\x0a\x7fw")); }), "");
  EXPECT_NE(error_of([] { decode<WorkflowExecution>(with("json/protobuf", "[]")); }), "");
  EXPECT_NE(error_of([] { decode<int>(with("json/plain", "\"5\"")); }), "");
  EXPECT_NE(error_of([] { decode<std::string>(with("json/plain", "5")); }), "");
  EXPECT_NE(error_of([] { decode<int>(encode(nullptr)); }), "");
}

TEST(PayloadEncoding, TextThatIsNotUtf8CannotBeJson) {
  EXPECT_NE(error_of([] { encode(std::string("\xff")); }), "");
}

// 5000000000 read as an int is not 705032704: the writer's and the reader's types differ.
TEST(PayloadEncoding, WholeNumbersThatDoNotFitAreRefused) {
  const auto read = [](const char* text) { return decode<int>(with("json/plain", text)); };
  EXPECT_EQ(read("2147483647"), 2147483647);
  EXPECT_EQ(read("-2147483648"), -2147483648);
  EXPECT_EQ(read("3.0"), 3);  // as languages write it that have one kind of number
  for (const char* text : {"2147483648", "-2147483649", "18446744073709551615", "1.5", "1e300"}) {
    EXPECT_NE(error_of([&] { read(text); }), "") << text;
  }
  EXPECT_NE(error_of([] { decode<std::uint64_t>(with("json/plain", "-1")); }), "");
  EXPECT_NE(error_of([] { decode<std::int64_t>(with("json/plain", "9223372036854775808")); }), "");
  EXPECT_NE(error_of([] { decode<std::uint64_t>(with("json/plain", "1e20")); }), "");
}

struct Trip {
  std::string city;
  int nights = 0;
  std::uint8_t rooms = 0;
  float price = 0;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Trip, city, nights, rooms, price)
enum class Colour : std::uint8_t { Red, Blue };

// The same inside of what is read: nlohmann/json casts there, without a word.
TEST(PayloadEncoding, NumbersInsideOfStructuresThatDoNotFitAreRefused) {
  const auto read = [](const std::string& nights, const std::string& rooms = "1",
                       const std::string& price = "0.1") {
    return decode<Trip>(with("json/plain", R"({"city":"Rome","nights":)" + nights + R"(,"rooms":)" +
                                               rooms + R"(,"price":)" + price + "}"));
  };
  EXPECT_EQ(read("3").nights, 3);
  EXPECT_EQ(read("-2147483648").nights, -2147483648);
  EXPECT_EQ(read("3.0", "255", "7").rooms, 255);
  EXPECT_FLOAT_EQ(read("3").price, 0.1F);
  EXPECT_EQ(
      error_of([&] { read("5000000000"); }),
      "\"nights\": payload: expected a number that its type holds, found 5000000000, which it "
      "would hold as 705032704");
  for (const char* nights : {"2.7", "true", "2147483648", "-4294967297"}) {
    EXPECT_NE(error_of([&] { read(nights); }), "") << nights;
  }
  EXPECT_NE(error_of([&] { read("1", "256"); }), "");
  EXPECT_NE(error_of([&] { read("1", "-1"); }), "");
  EXPECT_NE(error_of([&] { read("1", "1", "1e300"); }), "");
  EXPECT_NE(error_of([] { decode<std::vector<int>>(with("json/plain", "[1, 5000000000]")); }), "");
  EXPECT_NE(error_of([] {
              decode<std::vector<Trip>>(with("json/plain", R"([{"city":"Rome",
      "nights":5000000000,"rooms":1,"price":1}])"));
            }),
            "");
  EXPECT_NE(error_of([] { decode<Colour>(with("json/plain", "257")); }), "");
  EXPECT_EQ(decode<Colour>(with("json/plain", "1")), Colour::Blue);
  EXPECT_NE(error_of([] { decode<float>(with("json/plain", "1e300")); }), "");
}

// A type may read an older form of itself, and keep it in the newer.
struct Upgraded {
  int version = 2;
};
void to_json(nlohmann::json& json, const Upgraded& value) {
  json = {{"version", value.version}};
}
void from_json(const nlohmann::json& json, Upgraded& value) {
  if (json.at("version") > 2) throw std::out_of_range("version of the future");
  value.version = 2;
}

TEST(PayloadEncoding, WhatATypeMakesOfANumberItselfIsItsBusiness) {
  EXPECT_EQ(decode<Upgraded>(with("json/plain", R"({"version":1})")).version, 2);
}

TEST(PayloadEncoding, WhatATypeThrowsIsAnErrorOfThePayload) {
  EXPECT_NE(error_of([] {
              decode<Upgraded>(with("json/plain", R"({"version":3})"));
            }).find("version of the future"),
            std::string::npos);
}

TEST(PayloadEncoding, AMessageOfAnotherTypeIsRefused) {
  const Payload payload = encode(temporal::api::common::v1::WorkflowType());
  EXPECT_EQ(error_of([&] { decode<WorkflowExecution>(payload); }),
            "payload: expected a temporal.api.common.v1.WorkflowExecution, found a "
            "temporal.api.common.v1.WorkflowType");
}

// TypeScript writes null as JSON.
TEST(PayloadEncoding, NullInJsonIsNoValueEither) {
  EXPECT_EQ(decode<std::optional<int>>(with("json/plain", "null")), std::nullopt);
  EXPECT_EQ(decode<std::optional<std::string>>(with("json/plain", " null\n")), std::nullopt);
  EXPECT_EQ(decode<std::optional<std::string>>(with("json/plain", "\"null\"")), "null");
}

TEST(Arguments, MissingOnesAreEmptyWhereOptionalAndErrorsOtherwise) {
  using Two = std::tuple<int, std::optional<std::string>>;
  EXPECT_EQ(temporal::decode_all<Two>(encode_all(1)), Two(1, std::nullopt));
  EXPECT_EQ(temporal::decode_all<Two>(encode_all(1, std::string("x"))), Two(1, "x"));
  EXPECT_EQ(error_of([] { temporal::decode_all<Two>(Payloads()); }),
            "arguments: expected 2, found 0");
  EXPECT_EQ(error_of([] { temporal::decode_all<std::tuple<int, int>>(encode_all(1)); }),
            "arguments: expected 2, found 1");
}

TEST(Arguments, TooManyAreIgnored) {
  EXPECT_EQ(temporal::decode_all<std::tuple<int>>(encode_all(1, 2, 3)), std::tuple(1));
  EXPECT_EQ(temporal::decode_all<std::tuple<>>(encode_all(1)), std::tuple<>());
}

TEST(Results, NothingIsNull) {
  EXPECT_EQ(temporal::decode_result<std::optional<int>>(Payloads()), std::nullopt);
  EXPECT_EQ(temporal::decode_result<int>(encode_all(4)), 4);
  EXPECT_NE(error_of([] { temporal::decode_result<int>(Payloads()); }), "");
  temporal::decode_result<void>(encode_all(4));
}

// nlohmann/json would write null, and the reader would find nothing.
TEST(JsonPayloads, NumbersThatJsonCannotHoldAreRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinite = std::numeric_limits<double>::infinity();
  EXPECT_NE(error_of([&] { encode(nan); }).find("found nan"), std::string::npos);
  EXPECT_NE(error_of([&] { encode(std::vector{1.0, -infinite}); }).find("found -inf"),
            std::string::npos);
  EXPECT_NE(error_of([&] { encode(nlohmann::json{{"a", {{"b", nan}}}}); }), "");
  EXPECT_EQ(error_of([&] { encode(std::numeric_limits<double>::max()); }), "");
}

TEST(Arguments, ThatAreWrongAreNumbered) {
  const Payloads all = encode_all(1, "two");
  EXPECT_EQ(error_of([&] {
              temporal::decode_all<std::tuple<int, int>>(all);
            }).find("argument 2: payload: expected JSON of the shape of a int, found another"),
            0U);
}

}  // namespace
