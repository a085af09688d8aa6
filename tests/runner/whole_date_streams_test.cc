// A WholeDate that streams tables by entity: what it sees does not depend on how they come.
#include "tests/runner/fixture.h"

namespace almanac {
namespace {

const std::vector<Calculation::Column> kColumns = {{"user", Type::Int64}, {"x", Type::Float64}};

// "1:2+3 2:" are the users with what they have today, twice over.
struct Listing : WholeDate {
  Entities<int64_t> users = entities("user");
  Table today = dataset("today");
  In<double> x = today["x"];
  Table names = dataset("names");
  In<std::string_view> name = names["name"];
  Out<std::string_view> text = column("text");
  void process(const Day& day, Output& out) const override {
    std::string all;
    for (int pass = 0; pass < 2; ++pass) {
      for (const Entity user : day.each(users)) {
        all += std::to_string(user.id<int64_t>()) + ":";
        for (const Row row : user.rows(today)) all += "+" + std::to_string((int)row[x]);
        all += " " + std::string(user.rows(names)[0][name]) + " ";
      }
    }
    out.add()[text] = all + std::string(day.rows(names)[0][name]);
  }
};

std::string list(const std::string& rows, int64_t batch_rows, size_t batch_entities = 5000) {
  Loaded<Listing> loaded;
  Staging staging;
  CellTask task =
      task_of(loaded, {{{day(kDay, table(kColumns, rows), batch_rows)}, "user"},
                       {{day(kDay, table({{"name", Type::String}}, R"([{"name": "n"}])"))}, ""}});
  task.limits.batch_entities = batch_entities;
  const auto outcomes = execute(loaded.instance, task, staging.stage());
  EXPECT_EQ(outcomes.size(), 1u);
  return text_of(outcomes[0]);
}

constexpr const char* kSorted =
    R"([{"user": 1, "x": 2}, {"user": 1, "x": 3}, {"user": 4, "x": 5}, {"user": 6, "x": 7}])";
constexpr const char* kShuffled =
    R"([{"user": 6, "x": 7}, {"user": 1, "x": 2}, {"user": 4, "x": 5}, {"user": 1, "x": 3}])";

TEST(WholeDateStreams, BatchesAndOrderOfTheFileDoNotShow) {
  const std::string once = "1:+2+3 n 4:+5 n 6:+7 n ";
  for (const char* rows : {kSorted, kShuffled}) {
    for (const int64_t batch_rows : {1, 2, 3, 100}) {
      for (const size_t entities : {1u, 2u, 5000u}) {
        EXPECT_EQ(list(rows, batch_rows, entities), once + once + "n");
      }
    }
  }
}

TEST(WholeDateStreams, TableThatCannotBeReadIsAnInputErrorNotOneOfTheCode) {
  const std::string outcome = list(R"([{"user": 1, "x": 2}, {"x": 3}])", 1);
  EXPECT_EQ(outcome.substr(0, 6), "INPUT:");
  EXPECT_NE(outcome.find("1 rows have no user"), std::string::npos) << outcome;
}

struct Whole : WholeDate {
  Entities<int64_t> users = entities("user");
  Table today = dataset("today");
  In<double> x = today["x"];
  Out<int64_t> rows = column("rows");
  void process(const Day& day, Output& out) const override {
    out.add()[rows] = static_cast<int64_t>(day.rows(today).size());
  }
};

TEST(WholeDateStreams, StreamedTableIsNotGivenWhole) {
  Loaded<Whole> loaded;
  Staging staging;
  const auto outcomes =
      execute(loaded.instance, task_of(loaded, {{{day(kDay, table(kColumns, kSorted))}, "user"}}),
              staging.stage());
  EXPECT_EQ(outcomes[0].code, "PERMANENT");
  EXPECT_NE(
      outcomes[0].error.find("'today' is streamed by 'user': read it in a loop over day.each"),
      std::string::npos)
      << outcomes[0].error;
}

}  // namespace
}  // namespace almanac
