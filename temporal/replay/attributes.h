// Changes of a run's search attributes and memo.
#pragma once

#include <map>
#include <source_location>
#include <string>

#include "temporal/data/search_attributes.h"
#include "temporal/replay/commands.h"

namespace temporal::replay {

inline constexpr char kChangeVersion[] = "TemporalChangeVersion";

void send_upsert(Commands& commands, const SearchAttributes& update, std::source_location where);
// The same for the attribute that lists a run's patches; histories of before it was set lack it.
void send_patch_upsert(Commands& commands, const SearchAttributes& update,
                       std::source_location where);
void send_memo(Commands& commands, const std::string& key, const Payload& value,
               std::source_location where);

}  // namespace temporal::replay
