// ListWorkflowExecutions and CountWorkflowExecutions.
#include <map>
#include <optional>
#include <tuple>

#include "temporal/data/payload.h"
#include "temporal/embedded/answers.h"
#include "temporal/embedded/describe.h"
#include "temporal/embedded/limits.h"
#include "temporal/embedded/list_query.h"
#include "temporal/embedded/run_fields.h"
#include "temporal/embedded/token.h"

namespace temporal::embedded {

namespace {

// Where a run stands in a list: open ones first, then the last that has closed; among these the
// last that has started.
using Place = std::tuple<std::int64_t, std::int64_t, std::string>;

Place place_of(const Run& run) {
  const TimePoint end = run.running() ? TimePoint::max() : run.closed_at;
  return {-end.time_since_epoch().count(), -run.started_at.time_since_epoch().count(), run.run_id};
}

Place place_of(const Token& token) {
  return {token.number(0), token.number(1), token.text(2)};
}

std::string token_of(const Place& place) {
  const auto& [end, start, run_id] = place;
  return Token("list").add(end).add(start).add(run_id).bytes();
}

}  // namespace

Answer answer(Engine& engine, const CallPtr&,
              const api::workflowservice::v1::ListWorkflowExecutionsRequest& request,
              api::workflowservice::v1::ListWorkflowExecutionsResponse& reply) {
  if (Status bad = check_namespace(engine, request.namespace_()); !bad.ok()) return bad;
  if (request.page_size() < 0) return invalid("Invalid PageSize.");
  const auto query = ListQuery::parse(request.query(), engine.options());
  if (!query.ok()) return query.status();
  const int size =
      request.page_size() == 0 || request.page_size() > kListPage ? kListPage : request.page_size();
  std::optional<Place> after;
  if (!request.next_page_token().empty()) {
    const auto token = Token::read(request.next_page_token(), "list");
    if (!token) return invalid("Invalid NextPageToken.");
    after = place_of(*token);
  }
  std::map<Place, const Run*> found;
  for (const auto& [order, run] : engine.runs()) {
    if (run->namespace_name != request.namespace_() || !query->matches(*run)) continue;
    Place place = place_of(*run);
    if (!after || *after < place) found.emplace(std::move(place), run.get());
  }
  for (const auto& [place, run] : found) {
    auto& info = *reply.add_executions();
    fill_info(*run, info);
    info.clear_first_run_id();
    if (run->running()) info.clear_history_length();
    if (run->search_attributes.empty()) info.clear_search_attributes();
    if (reply.executions_size() < size) continue;
    reply.set_next_page_token(token_of(place));  // the next page may be empty
    break;
  }
  return done();
}

Answer answer(Engine& engine, const CallPtr&,
              const api::workflowservice::v1::CountWorkflowExecutionsRequest& request,
              api::workflowservice::v1::CountWorkflowExecutionsResponse& reply) {
  if (Status bad = check_namespace(engine, request.namespace_()); !bad.ok()) return bad;
  const auto query = ListQuery::parse(request.query(), engine.options());
  if (!query.ok()) return query.status();
  std::map<WorkflowStatus, std::int64_t> groups;
  std::int64_t count = 0;
  for (const auto& [order, run] : engine.runs()) {
    if (run->namespace_name != request.namespace_() || !query->matches(*run)) continue;
    ++count;
    if (query->groups_by_status()) ++groups[run->status];
  }
  reply.set_count(count);
  for (const auto& [status, size] : groups) {
    auto& group = *reply.add_groups();
    group.set_count(size);
    *group.add_group_values() = encode(status_name(status));
    (*group.mutable_group_values(0)->mutable_metadata())["type"] = "Keyword";
  }
  return done();
}

}  // namespace temporal::embedded
