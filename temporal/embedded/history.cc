// Reading a history: in pages, waiting for more of it, or waiting for its end.
#include <algorithm>
#include <limits>

#include "temporal/embedded/answers.h"
#include "temporal/embedded/history_page.h"
#include "temporal/embedded/limits.h"

namespace temporal::embedded {

namespace {

using service::Rpc;

bool wants_end(const Call& call) {
  return request_of<Rpc::GetWorkflowExecutionHistory>(call).history_event_filter_type() ==
         api::enums::v1::HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT;
}

void write(const Call& call, const Run& run, HistoryPage page) {
  const auto& request = request_of<Rpc::GetWorkflowExecutionHistory>(call);
  auto& reply = reply_of<Rpc::GetWorkflowExecutionHistory>(call);
  reply.mutable_history();
  if (!page.of_task) page.running = run.running();
  const bool goes_on = request.wait_new_event() && page.running;
  if (wants_end(call)) {
    if (!run.running()) {
      run.history.copy(run.history.next_id() - 1, run.history.next_id(), *reply.mutable_history());
    } else if (goes_on) {
      reply.set_next_page_token(page.token());
    }
    return;
  }
  const int size = request.maximum_page_size() > 0
                       ? std::min(request.maximum_page_size(), kPageEvents)
                       : kPageEvents;
  std::string token = page.read(run, size, *reply.mutable_history());
  if (token.empty() && goes_on && !page.of_task) token = page.token();
  reply.set_next_page_token(token);
}

}  // namespace

Answer answer(Engine& engine, const CallPtr& call,
              const api::workflowservice::v1::GetWorkflowExecutionHistoryRequest& request,
              api::workflowservice::v1::GetWorkflowExecutionHistoryResponse&) {
  if (Status bad = check_namespace(engine, request.namespace_()); !bad.ok()) return bad;
  auto execution = request.execution();
  std::optional<HistoryPage> page;
  if (!request.next_page_token().empty()) {
    page = HistoryPage::from(request.next_page_token());
    if (!page) return invalid("Invalid NextPageToken.");
    if (!execution.run_id().empty() && execution.run_id() != page->run_id) {
      return invalid("RunId in the request does not match the NextPageToken.");
    }
    execution.set_run_id(page->run_id);
  }
  const auto found = engine.find(request.namespace_(), execution);
  if (!found.ok()) return found.status();
  const RunPtr run = *found;
  if (page && !page->is_of(*run)) return invalid("Invalid NextPageToken.");
  const bool first = !page;
  if (first)
    page = HistoryPage{run->run_id, 1, run->history.next_id(), run->running(), false, false, ""};
  // What is known has been read: only what comes now is of interest.
  const bool read_up = !first && page->first >= page->next && !page->unsure;
  const bool waits = request.wait_new_event() && run->running() && !page->of_task &&
                     (wants_end(*call) || (read_up && run->history.next_id() <= page->next));
  if (!waits) {
    if (read_up && !page->of_task) page->next = run->history.next_id();
    write(*call, *run, *page);
    return done();
  }
  const std::int64_t beyond =
      wants_end(*call) ? std::numeric_limits<std::int64_t>::max() : page->next;
  const auto resume = [&engine, call, run, page = *page]() mutable {
    page.next = run->history.next_id();
    write(*call, *run, page);
    engine.end(call, {});
  };
  run->history_waiters.push_back({call, beyond, resume});
  engine.hold(
      call,
      [run, gone = std::weak_ptr(call)] {
        std::erase_if(run->history_waiters,
                      [one = gone.lock()](const HistoryWaiter& w) { return w.call == one; });
      },
      kHistoryPollLimit, [call, run, page = *page] { write(*call, *run, page); });
  return std::nullopt;
}

}  // namespace temporal::embedded
