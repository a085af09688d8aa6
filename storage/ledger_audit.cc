// Whether the ledger's tables agree with each other.
#include "storage/ledger_impl.h"

namespace almanac {

namespace {

Result<void> find(sqlite::Database& db, const char* statement, const char* what,
                  std::vector<std::string>* problems) {
  sqlite::Query query(db, statement);
  return for_each(query, [&](sqlite::Query& row) -> Result<void> {
    const Date date(static_cast<int32_t>(row.integer(1)));
    problems->push_back(std::string(row.text(0)) + " on " + date.str() + ": " + what);
    return {};
  });
}

}  // namespace

Result<std::vector<std::string>> Ledger::audit() {
  return impl_->read([&]() -> Result<std::vector<std::string>> {
    std::vector<std::string> problems;
    TRY_VOID(find(impl_->db(),
                  "SELECT n.name, c.date FROM cells c JOIN names n ON n.id = c.calculation"
                  " LEFT JOIN attempts a ON a.id = c.computation AND a.status = 1"
                  " WHERE a.id IS NULL ORDER BY 1, 2",
                  "its computation is no attempt that succeeded", &problems));
    TRY_VOID(find(impl_->db(),
                  "SELECT n.name, d.date FROM dead_letters d JOIN names n ON n.id = d.calculation"
                  " WHERE NOT EXISTS(SELECT 1 FROM attempts a WHERE a.calculation = d.calculation"
                  " AND a.date = d.date AND a.key = d.key AND a.counted) ORDER BY 1, 2",
                  "its dead letter has no attempt that failed", &problems));
    sqlite::Query query(impl_->db(),
                        "SELECT r.run, json_extract(totals, '$.computed') FROM runs r"
                        " JOIN names n ON n.name = r.run WHERE json_extract(totals, '$.computed') >"
                        " (SELECT count(DISTINCT calculation || ' ' || date) FROM attempts a"
                        " WHERE a.run = n.id AND status = 1) ORDER BY r.id");
    TRY_VOID(for_each(query, [&](sqlite::Query& row) -> Result<void> {
      problems.push_back("run " + std::string(row.text(0)) + " counts " +
                         std::to_string(row.integer(1)) +
                         " computed cells, more than its attempts that succeeded");
      return {};
    }));
    return problems;
  });
}

Result<std::vector<std::string>> Ledger::damage() {
  return impl_->read([&]() -> Result<std::vector<std::string>> {
    std::vector<std::string> problems;
    sqlite::Query query(impl_->db(), "PRAGMA quick_check");
    TRY_VOID(for_each(query, [&](sqlite::Query& row) -> Result<void> {
      if (row.text(0) != "ok") problems.emplace_back(row.text(0));
      return {};
    }));
    return problems;
  });
}

}  // namespace almanac
