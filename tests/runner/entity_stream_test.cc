// Which rows an entity is given, however the tables are cut and sorted.
#include <rapidcheck.h>

#include <map>

#include "tests/runner/fixture.h"

namespace almanac {
namespace {

// Counts and lists what each entity sees of every table.
template <class Id>
struct Seen : PerEntity {
  Table today = dataset("today").window(2);
  In<double> value = today["value"];
  Table other = dataset("other").optional();
  In<std::string_view> text = other["text"];
  Table market = dataset("market");
  In<double> level = market["level"];
  Table before = previous();
  In<std::string_view> was = before["seen"];

  Key<Id> id = PerEntity::key("id");
  Out<std::string_view> seen = PerEntity::column("seen");

  void process(const Entity& entity, Output& out) const override {
    std::string line;
    for (const WindowDay& day : entity.window(today)) {
      line += day.present ? "" : "absent";
      for (Row row : day.rows) line += std::to_string(static_cast<int>(row[value])) + " ";
      line += "| ";
    }
    for (Row row : entity.rows(other)) line += std::string(row[text]) + " ";
    line += "| " + std::to_string(entity.rows(market).size());
    for (Row row : entity.rows(before)) line += " was " + std::string(row[was]);
    out.add()[seen] = line;
  }
};

std::vector<Calculation::Column> with_id(Type id, const Calculation::Column& column) {
  return {{"id", id}, column};
}

struct Tables {
  std::string today = "[]", yesterday = "[]", other = "[]", before = "[]";
  bool yesterday_absent = false;
};

std::vector<Input> inputs(Type id, const Tables& tables, int64_t batch_rows) {
  const auto values = with_id(id, {"value", Type::Float64});
  Input today{{}, "id"};
  today.days.push_back(tables.yesterday_absent
                           ? absent(kDay - 1)
                           : day(kDay - 1, table(values, tables.yesterday), batch_rows));
  today.days.push_back(day(kDay, table(values, tables.today), batch_rows));
  return {
      today,
      {{day(kDay, table(with_id(id, {"text", Type::String}), tables.other), batch_rows)}, "id"},
      {{day(kDay, table({{"level", Type::Float64}}, R"([{"level": 1}, {"level": 2}])"))}, "ticker"},
      {{day(kDay - 1, table(with_id(id, {"seen", Type::String}), tables.before), batch_rows)},
       "id"}};
}

template <class Id>
std::string seen(Type id, const Tables& tables, int64_t batch_rows, size_t batch_entities = 5000) {
  Loaded<Seen<Id>> loaded;
  Staging staging;
  CellTask task = task_of(loaded, inputs(id, tables, batch_rows));
  task.limits.batch_entities = batch_entities;
  const auto outcomes = execute(loaded.instance, task, staging.stage());
  return text_of(outcomes[0]);
}

TEST(EntityStream, EntitiesOfAnyTableAreSeen) {
  Tables tables;
  tables.today = R"([{"id": 2, "value": 1}, {"id": 2, "value": 2}])";
  tables.yesterday = R"([{"id": 1, "value": 9}])";
  tables.other = R"([{"id": 5, "text": "x"}])";
  tables.before = R"([{"id": -3, "seen": "y"}])";
  EXPECT_EQ(seen<int64_t>(Type::Int64, tables, 100),
            "-3, | | | 2 was y; 1, 9 | | | 2; 2, | 1 2 | | 2; 5, | | x | 2");
}

TEST(EntityStream, AnAbsentDayIsSeenAsAbsent) {
  Tables tables;
  tables.today = R"([{"id": 2, "value": 1}])";
  tables.yesterday_absent = true;
  EXPECT_EQ(seen<int64_t>(Type::Int64, tables, 100), "2, absent| 1 | | 2");
}

TEST(EntityStream, TextsAreEntitiesInTheOrderOfTheirBytes) {
  Tables tables;
  tables.today = R"([{"id": "B", "value": 1}, {"id": "a", "value": 2}, {"id": "é", "value": 3}])";
  tables.other = R"([{"id": "", "text": "x"}, {"id": "a", "text": "y"}])";
  EXPECT_EQ(seen<std::string_view>(Type::String, tables, 1),
            ", | | x | 2; B, | 1 | | 2; a, | 2 | y | 2; é, | 3 | | 2");
}

TEST(EntityStream, ATableWithoutRowsIsPresent) {
  EXPECT_EQ(seen<int64_t>(Type::Int64, {}, 100), "");
}

TEST(EntityStream, ARowWithoutAnEntityIsAnInputError) {
  Tables tables;
  tables.today = R"([{"id": 2, "value": 1}, {"id": null, "value": 1}])";
  EXPECT_EQ(seen<int64_t>(Type::Int64, tables, 1),
            "INPUT: today of 2024-01-02: 1 rows have no id; expected one in every row of a table "
            "keyed by it");
}

TEST(EntityStream, RowsThatAreNotSortedAreSeenInTheirOrder) {
  Tables tables;
  tables.today = R"([{"id": 3, "value": 1}, {"id": 4, "value": 2}, {"id": 3, "value": 3},
                     {"id": 1, "value": 4}, {"id": 3, "value": 5}])";
  tables.other = R"([{"id": 4, "text": "a"}, {"id": 1, "text": "b"}, {"id": 4, "text": "c"}])";
  const std::string expected = "1, | 4 | b | 2; 3, | 1 3 5 | | 2; 4, | 2 | a c | 2";
  for (int64_t batch_rows : {1, 2, 3, 100}) {
    EXPECT_EQ(seen<int64_t>(Type::Int64, tables, batch_rows), expected) << batch_rows;
  }
}

TEST(EntityStream, AgreesWithGroupingInMemory) {
  EXPECT_TRUE(rc::check([](const std::vector<std::pair<uint8_t, uint8_t>>& today,
                           const std::vector<std::pair<uint8_t, uint8_t>>& yesterday, uint8_t rows,
                           uint8_t entities, bool sorted) {
    std::map<int, std::pair<std::string, std::string>> expected;
    const auto json = [&](auto lots, bool old) {
      for (auto& lot : lots) lot.first %= 20;
      std::map<int, std::vector<int>> by_id;
      for (const auto& [id, value] : lots) by_id[id].push_back(value);
      if (sorted) {
        lots.clear();
        for (const auto& [id, values] : by_id) {
          for (int value : values) lots.emplace_back(id, value);
        }
      }
      std::string text;
      for (const auto& [id, value] : lots) {
        auto& lines = expected[id];
        (old ? lines.first : lines.second) += std::to_string(value) + " ";
        text += (text.empty() ? "" : ", ") + std::string("{\"id\": ") + std::to_string(id) +
                ", \"value\": " + std::to_string(value) + "}";
      }
      return "[" + text + "]";
    };
    Tables tables;
    tables.today = json(today, false);
    tables.yesterday = json(yesterday, true);
    std::string lines;
    for (const auto& [id, line] : expected) {
      lines += (lines.empty() ? "" : "; ") + std::to_string(id) + ", " + line.first + "| " +
               line.second + "| | 2";
    }
    RC_ASSERT(seen<int64_t>(Type::Int64, tables, rows % 7 + 1, entities % 5 + 1) == lines);
  }));
}

}  // namespace
}  // namespace almanac
