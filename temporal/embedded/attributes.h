// How memo and search attributes change.
#pragma once

#include <map>
#include <string>

#include "temporal/api/common/v1/message.pb.h"

namespace temporal::embedded {

// What is set is changed: a value that says nothing takes the field away.
template <class Fields>
void merge(std::map<std::string, api::common::v1::Payload>& into, const Fields& fields) {
  for (const auto& [name, payload] : fields) {
    if (payload.data().empty() || payload.data() == "[]") {
      into.erase(name);
    } else {
      into[name] = payload;
    }
  }
}

}  // namespace temporal::embedded
