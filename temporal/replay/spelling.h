// How other SDKs and tools have written histories as JSON, besides the way of Protobuf.
#pragma once

#include <string>
#include <string_view>

namespace google::protobuf {
class Descriptor;
}

namespace temporal::replay {

// The same JSON of a message as Protobuf's own parser takes it:
//   names of enum values without their prefix, "ActivityTaskScheduled" and "Normal", which is how
//   histories were saved for years, get their full ones;
//   bytes whose last base64 digit has bits to spare, as in texts that were edited by hand, lose
//   these bits.
// What is not JSON, or none of the message, stays as it is, for the parser to complain about.
std::string common_spelling(std::string_view json, const google::protobuf::Descriptor& message);

}  // namespace temporal::replay
