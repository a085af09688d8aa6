// What records become: types, nulls, canonical doubles, order, and the errors of unset columns.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "tests/support/fake_call.h"

namespace almanac {
namespace {

const Date kDay = Date::of(2024, 1, 2);

using Lines = std::vector<std::string>;

struct EveryType : WholeDate {
  Key<int64_t> id = key("id");
  Out<bool> flag = column("flag").nullable();
  Out<double> number = column("number").nullable();
  Out<std::string_view> word = column("word").nullable();
  Out<Date> day = column("day").nullable();
  Out<List<double>> numbers = column("numbers").nullable();
  Out<List<std::string_view>> words = column("words").nullable();

  void process(const Day&, Output& out) const override {
    Record full = out.add();
    full[words] = std::vector<std::string>{"a", "", "bc"};
    full[id] = 1;
    full[flag] = true;
    full[number] = 2;
    full[word] = std::string("text");
    full[day] = kDay;
    full[numbers] = std::vector<std::optional<double>>{0.5, std::nullopt, -0.0};
    Record empty = out.add();
    empty[id] = int64_t{2};
    empty[number] = std::optional<double>();
    Record changed = out.add();
    changed[id] = 3;
    changed[numbers] = std::vector<double>{1, 2, 3};
    changed[numbers] = std::vector<double>{};
    changed[word] = "first";
    changed[word] = std::nullopt;
    changed[flag] = std::optional<bool>(false);
    changed[words] = std::vector<std::string_view>{"z"};
  }
};

TEST(Output, EveryTypeComesBackAsItWasSet) {
  FakeBatch batch({kDay});
  const CallResult result = call<EveryType>(batch);
  EXPECT_EQ(result.message, "");
  EXPECT_EQ(result.log,
            (Lines{"2024-01-02: 1, true, 2, text, 2024-01-02, [ 0.5 null 0 ], [ a  bc ]",
                   "2024-01-02: 2, null, null, null, null, null, null",
                   "2024-01-02: 3, false, null, null, null, [ ], [ z ]"}));
}

TEST(Output, ColumnRoundTripsWithNullsAnyLengthAndRollback) {
  EXPECT_TRUE(rc::check([](const std::vector<std::pair<bool, std::string>>& values, bool again) {
    detail::ColumnBuilder builder;
    builder.start(Type::String);
    for (int pass = 0; pass < (again ? 2 : 1); ++pass) {
      builder.truncate(0);
      for (const auto& [has, text] : values) {
        if (has)
          builder.append<std::string_view>(text);
        else
          builder.append_null();
      }
    }
    ArrowArray array = builder.finish();
    RC_ASSERT(array.length == static_cast<int64_t>(values.size()));
    for (size_t i = 0; i < values.size(); ++i) {
      const auto row = static_cast<int64_t>(i);
      RC_ASSERT(detail::valid(array, row) == values[i].first);
      if (values[i].first) {
        RC_ASSERT(detail::read<std::string_view>(array, row) == values[i].second);
      }
    }
    array.release(&array);
    RC_ASSERT(array.release == nullptr);
  }));
}

TEST(Output, DoublesAreCanonical) {
  detail::ColumnBuilder builder;
  builder.start(Type::Float64);
  builder.append<double>(-0.0);
  builder.append<double>(-std::numeric_limits<double>::quiet_NaN());
  ArrowArray array = builder.finish();
  const auto bits = [&](int64_t i) {
    uint64_t value = 0;
    std::memcpy(&value, static_cast<const double*>(array.buffers[1]) + i, sizeof value);
    return value;
  };
  EXPECT_EQ(bits(0), 0u);
  EXPECT_EQ(bits(1), 0x7ff8000000000000u);
  array.release(&array);
}

TEST(Output, MovedChildrenOutliveTheStruct) {
  detail::TableBuilder table;
  Declaration declaration;
  declaration.add_output("x", false);
  table.start(&declaration);
  table.set<double>(table.add(), 0, 4.5);
  ASSERT_EQ(table.close(), nullptr);
  ArrowArray rows = table.finish();
  ArrowArray moved = *rows.children[0];
  rows.children[0]->release = nullptr;
  rows.release(&rows);
  EXPECT_EQ(detail::read<double>(moved, 0), 4.5);
  moved.release(&moved);
}

struct Unset : WholeDate {
  Key<int64_t> id = key("id");
  Out<double> value = column("value");
  void process(const Day&, Output& out) const override {
    Record good = out.add();
    good[id] = 1;
    good[value] = 1;
    Record bad = out.add();
    bad[id] = 2;
    out.add();
  }
};

TEST(Output, UnsetColumnIsNamedWithItsRecord) {
  FakeBatch batch({kDay});
  const CallResult result = call<Unset>(batch);
  EXPECT_EQ(result.status, abi::Status::Failed);
  EXPECT_EQ(result.message,
            "output column 'value' was not set in record 2 of 2024-01-02: set it, or declare it "
            "nullable()");
  EXPECT_EQ(result.log, Lines{});
}

struct Late : WholeDate {
  Key<int64_t> id = key("id");
  void process(const Day&, Output& out) const override {
    Record first = out.add();
    first[id] = 1;
    Record second = out.add();
    second[id] = 2;
    first[id] = 3;
  }
};

TEST(Output, RecordIsClosedByTheNextOne) {
  FakeBatch batch({kDay});
  const CallResult result = call<Late>(batch);
  EXPECT_EQ(result.status, abi::Status::Permanent);
  EXPECT_EQ(result.message, "a record is written after the next one was added: finish it before");
}

struct TooLarge : WholeDate {
  Key<int64_t> id = key("id");
  void process(const Day&, Output& out) const override {
    out.add()[id] = std::numeric_limits<uint64_t>::max();
  }
};

TEST(Output, UnsignedNumbersDoNotWrap) {
  FakeBatch batch({kDay});
  EXPECT_EQ(call<TooLarge>(batch).message, "18446744073709551615 does not fit an int64 column");
}

TEST(Output, OnlyFittingValuesCompile) {
  static_assert(FitsColumn<int, int64_t> && FitsColumn<size_t, int64_t>);
  static_assert(!FitsColumn<double, int64_t> && !FitsColumn<bool, int64_t>);
  static_assert(FitsColumn<int, double> && FitsColumn<float, double> && !FitsColumn<bool, double>);
  static_assert(FitsColumn<bool, bool> && !FitsColumn<int, bool> && !FitsColumn<char*, bool>);
  static_assert(FitsColumn<const char*, std::string_view> && FitsColumn<char[4], std::string_view>);
  static_assert(FitsColumn<std::vector<double>, List<double>> &&
                FitsColumn<List<double>, List<double>> &&
                !FitsColumn<std::vector<std::string>, List<double>> &&
                FitsColumn<std::vector<std::string>, List<std::string_view>>);
}

}  // namespace
}  // namespace almanac
