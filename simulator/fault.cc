#include "simulator/fault.h"

#include <charconv>
#include <sstream>
#include <string_view>

namespace almanac::simulator {

namespace {

constexpr std::string_view kNames[] = {"crash", "halt",  "full",   "done", "lost",
                                       "late",  "twice", "change", "rot",  "drain"};
static_assert(std::size(kNames) == Fault::kKinds);

constexpr std::string_view kPlaceNames[] = {"read", "write",  "wrote",  "store",   "kept",
                                            "view", "viewed", "data",   "execute", "executed",
                                            "poll", "call",   "called", "beat",    "ask"};
static_assert(std::size(kPlaceNames) == kPlaces);

bool read_number(std::string_view text, int64_t* number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
  return error == std::errc() && end == text.data() + text.size() && *number >= 0;
}

}  // namespace

std::string_view name_of(Place place) {
  return kPlaceNames[static_cast<size_t>(place)];
}

bool can_happen(Fault::Kind kind, Place place) {
  const bool sent = place == Place::Call || place == Place::Heartbeat || place == Place::Ask;
  switch (kind) {
    case Fault::Kind::Full:
      return place == Place::Read || place == Place::Write || place == Place::Store ||
             place == Place::View;
    case Fault::Kind::Done:
      return sent || place == Place::Wrote || place == Place::Kept || place == Place::Viewed;
    case Fault::Kind::Lost:
    case Fault::Kind::Late:
    case Fault::Kind::Twice:
      return sent || place == Place::Poll;
    default:
      return place != Place::Ask;  // of a process, and a person is none
  }
}

std::string text_of(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults) {
    if (!text.empty()) text += ',';
    text += kNames[static_cast<size_t>(fault.kind)];
    text += '@' + std::to_string(fault.at);
    if (fault.seconds != 0) text += ':' + std::to_string(fault.seconds);
  }
  return text;
}

Result<std::vector<Fault>> parse_faults(const std::string& text) {
  std::vector<Fault> faults;
  std::istringstream in(text);
  for (std::string one; std::getline(in, one, ',');) {
    const auto at = one.find('@'), colon = one.find(':');
    Fault fault;
    bool good =
        at != std::string::npos && read_number(one.substr(at + 1, colon - at - 1), &fault.at);
    if (colon != std::string::npos) good &= read_number(one.substr(colon + 1), &fault.seconds);
    bool known = false;
    for (size_t kind = 0; kind < std::size(kNames); ++kind) {
      if (kNames[kind] != one.substr(0, at)) continue;
      fault.kind = static_cast<Fault::Kind>(kind);
      known = true;
    }
    if (!good || !known) {
      return usage_error("\"" + one +
                         "\" is no fault; expected one such as crash@12 or halt@40:60");
    }
    faults.push_back(fault);
  }
  return faults;
}

}  // namespace almanac::simulator
