// Text that the service takes: protobuf's strings are UTF-8, and a server refuses a request with
// another as a whole.
#pragma once

#include <google/protobuf/message.h>

#include <optional>
#include <string>

namespace temporal {

// The text, with U+FFFD in the place of each byte that is wrong.
std::string utf8(std::string text);

// The first field of the message, "commands.user_metadata.summary", that is no UTF-8.
std::optional<std::string> field_not_utf8(const google::protobuf::Message& message);

}  // namespace temporal
