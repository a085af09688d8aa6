// The workflows of the comparison of Temporal's SDKs: activities side by side, and one after the
// other.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "temporal/workflow/workflow.h"

namespace bench {

namespace wf = temporal::wf;
using nlohmann::json;

inline constexpr wf::Activity<json(json)> noop{"Noop"};

struct FanOut {
  int next = 0, count = 0;
  json pad;

  wf::Task<> lane() {
    while (next < count) {
      const int number = ++next;
      auto call = noop.start(
          pad, wf::ActivityOptions().id(std::to_string(number)).timeout(std::chrono::seconds(60)));
      wf::Outcome<json> done = co_await call;
      done.value();
    }
  }
  wf::Task<int> run(json input) {
    const int hold = input["hold_s"].get<int>();
    if (hold > 0) co_await wf::sleep(std::chrono::seconds(hold));
    count = input["k"].get<int>();
    pad = json{{"pad", input["pad"]}};
    const int width = std::min(input["c"].get<int>(), count);
    std::vector<wf::Task<>> lanes;
    for (int i = 0; i < width; ++i) lanes.push_back(lane());
    auto all = wf::all(lanes);
    co_await all;
    co_return count;
  }
  static wf::Definition<FanOut> definition() { return wf::define("FanOut", &FanOut::run); }
};

struct Chain {
  wf::Task<int> run(json input) {
    const int count = input["k"].get<int>();
    json value{{"pad", input["pad"]}};
    for (int number = 1; number <= count; ++number) {
      auto call = noop.start(
          value,
          wf::ActivityOptions().id(std::to_string(number)).timeout(std::chrono::seconds(60)));
      wf::Outcome<json> done = co_await call;
      value = done.value();
    }
    co_return count;
  }
  static wf::Definition<Chain> definition() { return wf::define("Chain", &Chain::run); }
};

}  // namespace bench
