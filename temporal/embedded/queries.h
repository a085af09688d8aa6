// Queries: those that ride on a workflow task, and those that go to a worker by themselves.
#pragma once

#include "temporal/embedded/engine.h"

namespace temporal::embedded {

using QueryResults = google::protobuf::Map<std::string, api::query::v1::WorkflowQueryResult>;

// What a completed workflow task says of the queries that it had; before the commit, which sends
// the queries of a run that has closed to a worker.
void answer_queries(Engine& engine, const RunPtr& run, const QueryResults& results);
// All that wait for a workflow task go to a worker by themselves.
void redirect_queries(Engine& engine, const RunPtr& run);

}  // namespace temporal::embedded
