// ListWorkflowExecutions and CountWorkflowExecutions.
#include <iterator>
#include <map>

#include "temporal/data/payload.h"
#include "temporal/embedded/answers.h"
#include "temporal/embedded/describe.h"
#include "temporal/embedded/limits.h"
#include "temporal/embedded/list_query.h"
#include "temporal/embedded/token.h"

namespace temporal::embedded {

Answer answer(Engine& engine, const CallPtr&,
              const api::workflowservice::v1::ListWorkflowExecutionsRequest& request,
              api::workflowservice::v1::ListWorkflowExecutionsResponse& reply) {
  if (Status bad = check_namespace(engine, request.namespace_()); !bad.ok()) return bad;
  if (request.page_size() < 0) return invalid("Invalid PageSize.");
  const auto query = ListQuery::parse(request.query());
  if (!query.ok()) return query.status();
  const int size =
      request.page_size() == 0 || request.page_size() > kListPage ? kListPage : request.page_size();
  std::uint64_t before = ~0ULL;
  if (!request.next_page_token().empty()) {
    const auto token = Token::read(request.next_page_token(), "list");
    if (!token) return invalid("Invalid NextPageToken.");
    before = static_cast<std::uint64_t>(token->number(0));
  }
  // The newest first.
  const auto& runs = engine.runs();
  for (auto i = std::make_reverse_iterator(runs.lower_bound(before)); i != runs.rend(); ++i) {
    const Run& run = *i->second;
    if (run.namespace_name != request.namespace_() || !query->matches(run)) continue;
    auto& info = *reply.add_executions();
    fill_info(run, info);
    info.clear_first_run_id();
    if (run.running()) info.clear_history_length();
    if (run.search_attributes.empty()) info.clear_search_attributes();
    if (reply.executions_size() < size) continue;
    // Full: the next page may be empty.
    reply.set_next_page_token(Token("list").add(static_cast<std::int64_t>(i->first)).bytes());
    break;
  }
  return done();
}

Answer answer(Engine& engine, const CallPtr&,
              const api::workflowservice::v1::CountWorkflowExecutionsRequest& request,
              api::workflowservice::v1::CountWorkflowExecutionsResponse& reply) {
  if (Status bad = check_namespace(engine, request.namespace_()); !bad.ok()) return bad;
  const auto query = ListQuery::parse(request.query());
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
