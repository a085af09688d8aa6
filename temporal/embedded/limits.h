// The limits of a Temporal server with its defaults.
#pragma once

#include <chrono>
#include <cstdint>

#include "temporal/base/executor.h"

namespace temporal::embedded {

inline constexpr std::int64_t kSuggestContinueAsNewEvents = 4'096;
inline constexpr std::int64_t kSuggestContinueAsNewBytes = 4 << 20;
inline constexpr std::int64_t kMostEvents = 51'200;
inline constexpr std::int64_t kMostHistoryBytes = 50 << 20;
inline constexpr std::size_t kMostBufferedEvents = 100;
inline constexpr std::size_t kMostBufferedBytes = 2 << 20;
inline constexpr std::size_t kMostBlobBytes = 2 << 20;
inline constexpr std::size_t kMostMemoBytes = 2 << 20;
inline constexpr std::size_t kMostSearchAttributeBytes = 2 << 10;    // each
inline constexpr std::size_t kMostSearchAttributesBytes = 40 << 10;  // together
inline constexpr std::size_t kMostKeptFailureBytes = 4 << 10;        // of an activity's attempt
inline constexpr std::size_t kMostPending = 2'000;                   // activities, children, ...
inline constexpr std::size_t kMostIdBytes = 1'000;
inline constexpr int kMostSignals = 10'000;
inline constexpr std::size_t kMostUpdatesInFlight = 10;
inline constexpr std::size_t kMostUpdates = 2'000;
inline constexpr std::size_t kMostBufferedQueries = 1;
inline constexpr int kPageEvents = 256;
inline constexpr int kListPage = 1'000;
// A discarded speculative task may have shown this many events to the worker.
inline constexpr std::int64_t kMostDiscardedEvents = 10;
// After so many attempts of a workflow task, queries and updates are turned away.
inline constexpr int kFailingTaskAttempts = 3;

inline constexpr Duration kRetention = std::chrono::hours(24);
inline constexpr Duration kPollLimit = std::chrono::seconds(60);
inline constexpr Duration kHistoryPollLimit = std::chrono::seconds(20);
// Who has polled a queue is known for so long.
inline constexpr Duration kPollerKept = std::chrono::minutes(5);
// An empty answer leaves this much of the caller's time.
inline constexpr Duration kAnswerBudget = std::chrono::seconds(1);
inline constexpr Duration kDefaultTaskTimeout = std::chrono::seconds(10);
inline constexpr Duration kMostTaskTimeout = std::chrono::seconds(120);
inline constexpr Duration kTaskHeartbeatLimit = std::chrono::minutes(30);
inline constexpr Duration kSpeculativeScheduleToStart = std::chrono::seconds(5);
// A sticky queue that nobody has polled for so long has no worker.
inline constexpr Duration kStickyWorkerGone = std::chrono::seconds(10);
inline constexpr Duration kTaskRetryInitial = std::chrono::seconds(5);
inline constexpr Duration kTaskRetryMost = std::chrono::minutes(10);
inline constexpr int kTaskRetryFreeAttempts = 3;

}  // namespace temporal::embedded
