// Rooms for trips: what is a payload, how failures and cancellation are met, updates, children,
// local activities, continuing as new, and changing code while runs are open.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "temporal/workflow/workflow.h"

namespace wf = temporal::wf;
using namespace std::chrono_literals;

struct Trip {
  std::string city;
  int nights = 0;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Trip, city, nights)

inline constexpr wf::Activity<std::string(Trip)> book_room{"book_room"};
inline constexpr wf::Activity<void(std::string)> free_room{"free_room"};
inline constexpr wf::Activity<bool(int)> have_rooms{"have_rooms"};

// Books a room and keeps it for a month; gives it back when it is asked to stop.
struct Booking {
  wf::Task<std::string> run(Trip trip) {
    std::string room;
    bool canceled = false;
    try {
      auto retry = wf::RetryPolicy().max_attempts(5).non_retryable("Full");
      auto options = wf::ActivityOptions().timeout(1min).retry(retry);
      auto call = book_room.start(trip, options.on_cancel(wf::OnCancel::Wait));
      wf::Outcome<std::string> booked = co_await call;
      room = booked.value();         // throws what the activity failed with
      co_await wf::sleep(30 * 24h);  // throws when the workflow is asked to stop
    } catch (const wf::FailureError& e) {
      if (!e.failure().is_canceled()) throw;
      canceled = true;  // co_await is not possible here
    }
    if (canceled && !room.empty()) {
      auto options = wf::ActivityOptions().timeout(1min).scope(wf::Scope::detached());
      auto call = free_room.start(room, options);
      wf::Outcome<> freed = co_await call;
      if (!freed.ok()) wf::log(wf::LogLevel::Warn, freed.failure().text());
    }
    if (canceled) co_return wf::Failure::canceled();  // the run ends as canceled
    co_return room;
  }

  static wf::Definition<Booking> definition() { return wf::define("Booking", &Booking::run); }
};

// Books all trips of a tour, each by a workflow of its own.
struct Tour {
  wf::Task<std::vector<std::string>> run(std::vector<Trip> trips) {
    const int count = static_cast<int>(trips.size());
    wf::upsert(wf::SearchAttributes().keyword("CustomKeywordField", trips.front().city));
    wf::upsert_memo("trips", temporal::encode(count));

    if (wf::patched("ask-first")) {  // runs that passed here before the change go on without
      auto asked =
          have_rooms.start_local(count, wf::LocalActivityOptions().timeout(2s).attempts(3));
      wf::Outcome<bool> answer = co_await asked;
      if (!answer.value()) co_return wf::fail("no rooms", "Full");
    }

    std::vector<wf::ChildHandle<std::string>> bookings;
    for (const Trip& trip : trips) {
      const std::string id = wf::info().workflow_id + "/" + trip.city;
      bookings.push_back(wf::child(&Booking::run).start(trip, wf::ChildOptions().id(id)));
    }
    auto all = wf::all(bookings);
    std::vector<wf::Outcome<std::string>> outcomes = co_await all;
    std::vector<std::string> rooms;
    for (const auto& outcome : outcomes) {
      if (outcome.ok()) rooms.push_back(outcome.value());
    }
    co_return rooms;
  }

  static wf::Definition<Tour> definition() { return wf::define("Tour", &Tour::run); }
};

// A list of trips that is changed while it is open, without end.
struct Wishes {
  std::vector<Trip> trips;
  bool closed = false;

  wf::Verdict may_add(Trip trip) const {  // changes nothing; what it rejects leaves no trace
    return trip.nights < 1 ? wf::reject("not even a night") : wf::accept();
  }
  wf::Task<int> add(Trip trip) {  // an update: what it gives goes to the caller
    auto asked = have_rooms.start(trip.nights, wf::ActivityOptions().timeout(1min));
    wf::Outcome<bool> answer = co_await asked;
    if (!answer.value()) co_return wf::fail("no rooms", "Full");  // fails the update alone
    trips.push_back(trip);
    co_return static_cast<int>(trips.size());
  }
  void close() { closed = true; }

  wf::Task<int> run(std::vector<Trip> before) {
    trips.insert(trips.begin(), before.begin(), before.end());
    auto end = wf::until([this] { return closed || wf::info().continue_as_new_suggested; });
    co_await end;
    auto quiet = wf::until(wf::handlers_finished);
    co_await quiet;
    if (!closed) wf::continue_as_new(&Wishes::run, trips);
    co_return static_cast<int>(trips.size());
  }

  static wf::Definition<Wishes> definition() {
    return wf::define("Wishes", &Wishes::run)
        .update("add", &Wishes::add, &Wishes::may_add)
        .signal("close", &Wishes::close);
  }
};
