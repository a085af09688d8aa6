// What two services say to the same conversation, as text that can be compared: what must differ
// (times, tokens, ids that are random) is masked.
#pragma once

#include <google/protobuf/message.h>

#include <string>

#include "temporal/api/history/v1/message.pb.h"

namespace conversations {

// One line; without what is random or depends on the clock.
std::string masked(const google::protobuf::Message& message);
// One line for each event.
std::string masked(const temporal::api::history::v1::History& history);
// Uuids become id1, id2, ... in the order of their appearance; `suffix` goes away.
std::string with_plain_ids(std::string text, const std::string& suffix);

}  // namespace conversations
