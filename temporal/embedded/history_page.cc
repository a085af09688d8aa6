#include "temporal/embedded/history_page.h"

#include "temporal/embedded/token.h"

namespace temporal::embedded {

std::string HistoryPage::token() const {
  return Token("history")
      .add(run_id)
      .add(first)
      .add(next)
      .add(running ? 1 : 0)
      .add(of_task ? 1 : 0)
      .add(unsure ? 1 : 0)
      .add(suffix)
      .bytes();
}

std::optional<HistoryPage> HistoryPage::from(const std::string& bytes) {
  const auto token = Token::read(bytes, "history");
  if (!token) return std::nullopt;
  return HistoryPage{token->text(0),        token->number(1),      token->number(2),
                     token->number(3) != 0, token->number(4) != 0, token->number(5) != 0,
                     token->text(6)};
}

bool HistoryPage::is_of(const Run& run) const {
  return first >= 1 && first <= next && next <= run.history.next_id();
}

std::string HistoryPage::read(const Run& run, int batches, api::history::v1::History& out) {
  const auto [end, full] = run.history.page_end(first, next, batches);
  run.history.copy(first, end, out);
  first = end;
  unsure = full;
  if (first < next || unsure) return token();
  if (!suffix.empty()) {
    api::history::v1::History rest;
    rest.ParseFromString(suffix);
    out.MergeFrom(rest);
    suffix.clear();
  }
  return {};
}

}  // namespace temporal::embedded
