// The three kinds of calculations, called as the engine calls them.
#include <gtest/gtest.h>

#include <new>

#include "tests/support/fake_call.h"

namespace almanac {
namespace {

const Date kDay = Date::of(2024, 1, 2);

using Lines = std::vector<std::string>;

// Fails, skips or rejects as its lots say.
struct Lots : PerEntity {
  Table lots = dataset("lots");
  In<double> price = lots["price"];
  In<std::string_view> mode = lots["mode"];
  Table names = dataset("names");
  In<std::string_view> name = names["name"];
  Key<int64_t> user = key("user_id");
  Out<double> sum = column("sum");

  void process(const Entity& entity, Output& out) const override {
    for (Row lot : entity.rows(lots)) {
      if (lot[mode] == "reject") {
        entity.reject("bad price");
        continue;
      }
      Record record = out.add();
      record[sum] = lot[price] + static_cast<double>(entity.rows(names).size());
      if (lot[mode] == "fail")
        throw std::runtime_error("user " + detail::text_of(entity.id<int64_t>()));
      if (lot[mode] == "silent") throw std::runtime_error("");
      if (lot[mode] == "strange") throw 5;
      if (lot[mode] == "unset") record[sum] = std::nullopt;
      if (lot[mode] == "permanent") throw PermanentError("cannot be");
      if (lot[mode] == "memory") throw std::bad_alloc();
      if (lot[mode] == "entity") record[user] = 1;
      if (lot[mode] == "text id") (void)entity.id<std::string_view>();
    }
  }
};

// One lot for each mode; the entity of each is 10, 11, ...
CallResult lots_with(const std::vector<std::optional<std::string>>& modes) {
  std::vector<std::optional<int64_t>> ids;
  std::vector<std::optional<double>> prices;
  std::vector<int64_t> offsets = {0};
  for (size_t i = 0; i < modes.size(); ++i) {
    ids.push_back(10 + static_cast<int64_t>(i));
    prices.push_back(static_cast<double>(i));
    offsets.push_back(static_cast<int64_t>(i) + 1);
  }
  FakeBatch batch({kDay});
  batch.entities<int64_t>(ids);
  batch.read().day(kDay, columns(hand_array<double>(prices), hand_array<std::string>(modes)),
                   offsets);
  batch.read().day(kDay, columns(hand_array<std::string>({"a", "b"})));
  return call<Lots>(batch);
}

TEST(PerEntity, EachEntitySeesItsRowsAndTablesOfOthersWhole) {
  const CallResult result = lots_with({"", ""});
  EXPECT_EQ(result.status, abi::Status::Ok);
  EXPECT_EQ(result.log, (Lines{"2024-01-02: 10, 2", "2024-01-02: 11, 3"}));
}

TEST(PerEntity, FailedEntityLeavesNoRecordsAndOthersGoOn) {
  const CallResult result = lots_with({"", "fail", "unset", "silent", "strange", ""});
  EXPECT_EQ(result.status, abi::Status::Ok);
  EXPECT_EQ(
      result.log,
      (Lines{"failed 1: user 11",
             "failed 2: output column 'sum' was not set in record 1 of 12: set it, or declare "
             "it nullable()",
             "failed 3: exception without a message", "failed 4: exception of an unknown type",
             "2024-01-02: 10, 2", "2024-01-02: 15, 7"}));
}

TEST(PerEntity, EntityWithoutARecordIsSkippedAndRejectionsAreCountedOnce) {
  const CallResult result = lots_with({"reject", "", "reject"});
  EXPECT_EQ(result.log, (Lines{"skipped 0", "skipped 2", "2024-01-02: 11, 3",
                               "rejected 2024-01-02: bad price 2"}));
}

TEST(PerEntity, PermanentErrorEndsTheCell) {
  const CallResult result = lots_with({"", "permanent", ""});
  EXPECT_EQ(result.status, abi::Status::Permanent);
  EXPECT_EQ(result.message, "cannot be");
  EXPECT_EQ(result.log, Lines{});
}

TEST(PerEntity, LackOfMemoryIsNoResultOfTheEntity) {
  const CallResult result = lots_with({"memory"});
  EXPECT_EQ(result.status, abi::Status::Failed);
  EXPECT_EQ(result.message, "out of memory");
  EXPECT_EQ(result.log, Lines{});
}

TEST(PerEntity, EntityIsTheEnginesToFillIn) {
  EXPECT_EQ(lots_with({"entity"}).message, "the entity is filled in by the engine: do not set it");
  EXPECT_EQ(lots_with({"text id"}).message,
            "the entity's id is read as string, but it is declared as int64");
}

struct Prepared : PerEntity {
  Table lots = dataset("lots");
  In<double> price = lots["price"];
  Table names = dataset("names");
  In<std::string_view> name = names["name"];
  Key<int64_t> user = key("user_id");
  Out<double> sum = column("sum");
  Parameter<std::string> mood = parameter("mood", "calm");

  std::string all;  // names
  double calls = 0;

  void prepare(const Day& day) override {
    ++calls;
    all.clear();
    for (const Row row : day.rows(names)) all += row[name];
    if (mood.value() == "greedy") (void)day.rows(lots);
    if (mood.value() == "rejects") day.reject("a name");
  }
  void process(const Entity& entity, Output& out) const override {
    Record record = out.add();
    record[sum] = entity.rows(lots)[0][price] + 10 * calls + 100 * static_cast<double>(all.size());
  }
};

TEST(PerEntity, PreparesOnceForAllEntitiesOfABatch) {
  FakeBatch batch({kDay});
  batch.entities<int64_t>({1, 2});
  batch.read().day(kDay, columns(hand_array<double>({1.0, 2.0})), {0, 1, 2});
  batch.read().day(kDay, columns(hand_array<std::string>({"ab", "c"})));
  EXPECT_EQ(call<Prepared>(batch).log, (Lines{"2024-01-02: 1, 311", "2024-01-02: 2, 312"}));
  EXPECT_EQ(call<Prepared>(batch, {{"mood", "greedy"}}).message,
            "dataset 'lots' is keyed by the entity: read it in process");
  EXPECT_EQ(call<Prepared>(batch, {{"mood", "rejects"}}).message,
            "rows are rejected in process, not in prepare");
}

struct Carried : PerEntity {
  Table prices = dataset("prices");
  Table before = previous();
  In<double> close = prices["close"];
  In<double> last = before["last"];
  Key<std::string_view> ticker = key("ticker");
  Key<int64_t> rank = key("rank").constant();
  Out<double> last_out = column("last");

  void process(const Entity& entity, Output& out) const override {
    double value = 0;
    for (Row row : entity.rows(before)) value += row[last];
    for (Row row : entity.rows(prices)) value += row[close];
    Record record = out.add();
    record[rank] = 1;
    record[last_out] = value;
  }
};

TEST(PerEntity, OwnPreviousResultIsTheDayBefore) {
  FakeBatch batch({kDay});
  batch.entities<std::string>({"A", "B"});
  batch.read().day(kDay, columns(hand_array<double>({1.0, 2.0})), {0, 1, 2});
  batch.read().day(kDay - 1, columns(hand_array<double>({40.0})), {0, 0, 1});
  EXPECT_EQ(call<Carried>(batch).log, (Lines{"2024-01-02: A, 1, 1", "2024-01-02: B, 1, 42"}));

  FakeBatch first({kDay});
  first.entities<std::string>({"A"});
  first.read().day(kDay, columns(hand_array<double>({1.0})), {0, 1});
  first.read();
  EXPECT_EQ(call<Carried>(first).log, (Lines{"2024-01-02: A, 1, 1"}));
}

struct Windowed : WholeDate {
  Table prices = dataset("prices").window(3).optional();
  In<double> close = prices["close"];
  Table sectors = dataset("sectors");
  In<std::string_view> sector = sectors["sector"];
  Out<std::string_view> seen = column("seen");

  Windowed() { calendar(); }

  void process(const Day& day, Output& out) const override {
    std::string text;
    for (WindowDay past : day.window(prices)) {
      text += past.date.str().substr(8) + (past.present ? "+" : "-");
      for (Row row : past.rows) text += detail::text_of(row[close]) + " ";
    }
    text += "| yesterday " + detail::text_of(static_cast<int64_t>(day.rows(prices, 1).size()));
    text += " static " + std::string(day.rows(sectors)[0][sector]);
    text += " calendar " + detail::text_of(static_cast<int64_t>(day.calendar().size()));
    out.add()[seen] = text;
  }
};

TEST(WholeDate, WindowIsOldestFirstAndAbsentDaysAreEmpty) {
  FakeBatch batch({kDay});
  batch.calendar({kDay - 2, kDay - 1, kDay, kDay + 1});
  batch.read()
      .day(kDay - 2, columns(hand_array<double>({1.0, 2.0})))
      .absent(kDay - 1)
      .day(kDay, columns(hand_array<double>({3.0})));
  batch.read().day(Date(0), columns(hand_array<std::string>({"tech"})));
  EXPECT_EQ(call<Windowed>(batch).log,
            (Lines{"2024-01-02: 31+1 2 01-02+3 | yesterday 0 static tech calendar 3"}));

  FakeBatch early({kDay});
  early.calendar({kDay});
  early.read().day(kDay, columns(hand_array<double>({3.0})));
  early.read().day(Date(0), columns(hand_array<std::string>({"tech"})));
  EXPECT_EQ(call<Windowed>(early).log,
            (Lines{"2024-01-02: 02+3 | yesterday 0 static tech calendar 1"}));
}

struct Careless : WholeDate {
  Table prices = dataset("prices").window(2);
  Parameter<int64_t> fault = parameter("fault", 0);
  Out<double> x = column("x");
  void process(const Day& day, Output& out) const override {
    if (fault == 0) (void)day.rows(prices, 2);
    if (fault == 1) (void)day.calendar();
    if (fault == 2) out.on(1);
  }
};

TEST(WholeDate, MisuseIsAPermanentErrorThatSaysWhatToDo) {
  const auto message = [](const char* fault) {
    FakeBatch batch({kDay});
    batch.read().absent(kDay - 1).absent(kDay);
    const CallResult result = call<Careless>(batch, {{"fault", fault}});
    EXPECT_EQ(result.status, abi::Status::Permanent);
    return result.message;
  };
  EXPECT_EQ(message("0"),
            "2 days back are outside window(2) of dataset 'prices': declare a larger one");
  EXPECT_EQ(message("1"), "the calendar is read, not declared: call calendar() in the constructor");
  EXPECT_EQ(message("2"), "out.on(1) where there are 1 dates");
}

struct Difference : Series {
  Table prices = calculation("price_extractor").window(2);
  In<double> close = prices["close"];
  Key<std::string_view> ticker = key("ticker");
  Out<double> change = column("change").nullable();
  Parameter<bool> choose = parameter("choose", true);

  Difference() { calendar(); }

  void process(const Span& span, Output& out) const override {
    for (size_t i = 0; i < span.size(); ++i) {
      if (choose) out.on(i);
      const Rows today = span.rows(prices, i), before = span.rows(prices, i, 1);
      if (today.empty()) span[i].reject("no rows");
      for (size_t r = 0; r < today.size(); ++r) {
        Record record = out.add();
        record[ticker] = span.dates()[i].str() + "/" +
                         detail::text_of(static_cast<int64_t>(span[i].calendar().size()));
        if (!before.empty()) record[change] = today[r][close] - before[r][close];
      }
    }
  }
};

TEST(Series, EachDateGetsItsOwnRowsAndNoneSeesWhatComesAfterIt) {
  FakeBatch batch({kDay, kDay + 1, kDay + 2});
  batch.calendar({kDay - 1, kDay, kDay + 1, kDay + 2});
  batch.read()
      .absent(kDay - 1)
      .day(kDay, columns(hand_array<double>({1.0})))
      .day(kDay + 1, columns(hand_array<double>({3.0})))
      .absent(kDay + 2);
  EXPECT_EQ(call<Difference>(batch).log,
            (Lines{"2024-01-02: 2024-01-02/2, null", "2024-01-03: 2024-01-03/3, 2",
                   "rejected 2024-01-04: no rows 1"}));

  const CallResult unchosen = call<Difference>(batch, {{"choose", "false"}});
  EXPECT_EQ(unchosen.status, abi::Status::Permanent);
  EXPECT_EQ(unchosen.message, "a series calls out.on(date) before it adds records");
}

TEST(Series, StaticTableIsTheSameForAllDates) {
  FakeBatch batch({kDay, kDay + 1});
  batch.calendar({kDay, kDay + 1});
  batch.read().day(Date(0), columns(hand_array<double>({1.0})));
  EXPECT_EQ(call<Difference>(batch).log,
            (Lines{"2024-01-02: 2024-01-02/1, null", "2024-01-03: 2024-01-03/2, null"}));
}

}  // namespace
}  // namespace almanac
