// A review: counts the words of pages, in parallel, and waits for a day to be approved.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "temporal/workflow/workflow.h"

namespace wf = temporal::wf;
using namespace std::chrono_literals;

// What workflow and worker agree on: a name and a signature.
inline constexpr wf::Activity<int(std::string)> count_words{"count_words"};

struct Review {
  bool approved = false;  // state: the fields
  int words = 0;

  void approve(bool yes) { approved = yes; }  // a signal
  int progress() const { return words; }      // a query
  bool is_approved() const { return approved; }

  wf::Task<std::string> run(std::vector<std::string> pages) {
    std::vector<wf::Handle<int>> calls;  // each call emits its command at once
    for (const auto& page : pages) {
      calls.push_back(count_words.start(page, wf::ActivityOptions().timeout(5min).attempts(5)));
    }
    auto all = wf::all(calls);
    std::vector<wf::Outcome<int>> counts = co_await all;
    for (const auto& count : counts) {
      words += count.value();  // throws what the activity failed with
    }

    auto gate = wf::until(*this, &Review::is_approved, 24h);
    const bool in_time = co_await gate;
    if (!in_time) co_return wf::fail("not approved", "NotApproved");
    co_return "approved " + std::to_string(words) + " words";
  }

  static wf::Definition<Review> definition() {
    return wf::define("Review", &Review::run)
        .signal("approve", &Review::approve)
        .query("progress", &Review::progress);
  }
};
