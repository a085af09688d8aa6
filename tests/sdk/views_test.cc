// Typed views over Arrow buffers: slices, bitmaps, nulls, lists, and what their errors say.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>

#include "tests/support/fake_call.h"

namespace almanac {
namespace {

constexpr abi::ReadColumn kColumns[] = {{"qty", static_cast<uint8_t>(Type::Int64)}};
const abi::Read kRead = {abi::Source::Dataset, "lots", false, 1, kColumns, 1};

// All rows of an array as a column.
template <class T>
Column<T> view(const HandArray& hand) {
  return {&hand.array, 0, hand.array.length, &kRead, 0};
}

template <class T>
std::vector<T> all(const Column<T>& column) {
  return {column.begin(), column.end()};
}

template <class Function>
std::string message_of(Function function) {
  try {
    function();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "no exception";
}

TEST(Views, SliceStartsAtTheArraysOffset) {
  const auto numbers = hand_array<int64_t>({1, 2, 3, 4}, 2);
  EXPECT_EQ(all(view<int64_t>(*numbers)), (std::vector<int64_t>{3, 4}));
  const auto values = view<int64_t>(*numbers).values();
  EXPECT_EQ(std::vector<int64_t>(values.begin(), values.end()), (std::vector<int64_t>{3, 4}));

  const auto words = hand_array<std::string>({"a", "bc", "", "def"}, 1);
  EXPECT_EQ(all(view<std::string_view>(*words)), (std::vector<std::string_view>{"bc", "", "def"}));

  const auto dates = hand_array<Date>({Date(1), Date(2), Date(3)}, 1);
  EXPECT_EQ(all(view<Date>(*dates)), (std::vector<Date>{Date(2), Date(3)}));
}

TEST(Views, BitmapsAreReadAcrossBytesAndOffsets) {
  EXPECT_TRUE(rc::check([](const std::vector<bool>& flags, const std::vector<bool>& present) {
    std::vector<std::optional<bool>> values;
    for (size_t i = 0; i < flags.size(); ++i) {
      const bool has = i >= present.size() || present[i];
      values.push_back(has ? std::optional<bool>(flags[i]) : std::nullopt);
    }
    const auto offset = static_cast<int64_t>(values.size() / 3);
    const auto array = hand_array<bool>(values, offset);
    const Column<bool> column = view<bool>(*array);
    RC_ASSERT(column.size() + static_cast<size_t>(offset) == values.size());
    for (size_t i = 0; i < column.size(); ++i) {
      const auto& expected = values[i + static_cast<size_t>(offset)];
      RC_ASSERT(column.has(i) == expected.has_value());
      if (expected) RC_ASSERT(column[i] == *expected);
    }
  }));
}

TEST(Views, NullDoubleIsNaNAndOtherNullsThrowWithTheColumnsName) {
  const auto doubles = hand_array<double>({1.5, std::nullopt});
  EXPECT_EQ(view<double>(*doubles)[0], 1.5);
  EXPECT_TRUE(std::isnan(view<double>(*doubles)[1]));
  EXPECT_FALSE(view<double>(*doubles).has(1));
  EXPECT_EQ(message_of([&] { (void)view<double>(*doubles).values(); }),
            "column 'qty' of dataset 'lots', row 1: values() needs a column without nulls");

  const auto numbers = hand_array<int64_t>({7, std::nullopt});
  EXPECT_EQ(message_of([&] { (void)view<int64_t>(*numbers)[1]; }),
            "column 'qty' of dataset 'lots', row 1: a value is null: ask has() before reading it");
}

TEST(Views, UnknownNullCountReadsTheBitmap) {
  const auto array = hand_array<double>({1.0, std::nullopt});
  array->array.null_count = -1;
  EXPECT_FALSE(view<double>(*array).has(1));
  array->buffers[0] = nullptr;
  EXPECT_TRUE(view<double>(*array).has(1));
}

TEST(Views, ListsGiveTheirItems) {
  using Doubles = std::vector<double>;
  const auto doubles =
      hand_array<Doubles>({Doubles{9}, Doubles{1, 2}, Doubles{}, std::nullopt, Doubles{3}}, 1);
  const auto column = view<List<double>>(*doubles);
  ASSERT_EQ(column.size(), 4u);
  EXPECT_EQ(all<double>(column[0]), (Doubles{1, 2}));
  EXPECT_TRUE(column[1].empty());
  EXPECT_FALSE(column.has(2));
  EXPECT_EQ(column[3].values()[0], 3);
  EXPECT_THROW((void)column[2], std::runtime_error);

  using Words = std::vector<std::string>;
  const auto words = hand_array<Words>({Words{"x", "yz"}});
  EXPECT_EQ(view<List<std::string_view>>(*words)[0][1], "yz");
}

TEST(Views, RowsOfAnEntityAreAPartOfTheDay) {
  const auto quantity = hand_array<int64_t>({99, 1, 2, 3}, 1);
  const ArrowArray* arrays[] = {&quantity->array};
  const abi::DayRows day = {0, true, 3, arrays, nullptr};
  const Rows rows(&day, &kRead, 4, 1, 2);
  const In<int64_t> handle = {4, 0};
  std::vector<int64_t> seen;
  for (Row row : rows) seen.push_back(row[handle]);
  EXPECT_EQ(seen, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(rows[1][handle], 3);
  EXPECT_EQ(all(rows.column(handle)), seen);
}

// Row 0 of an entity without rows would be a row of the next entity.
TEST(Views, WhatIsNotThereIsNotRead) {
  const auto quantity = hand_array<int64_t>({1, 2, 3});
  const ArrowArray* arrays[] = {&quantity->array};
  const abi::DayRows day = {0, true, 3, arrays, nullptr};
  const In<int64_t> handle = {4, 0};
  const Rows none(&day, &kRead, 4, 1, 0), absent(nullptr, &kRead, 4, 0, 0),
      two(&day, &kRead, 4, 0, 2);
  const std::string none_message =
      "row 0 of dataset 'lots' is read, there are 0: ask empty() first";
  EXPECT_EQ(message_of([&] { (void)none[0]; }), none_message);
  EXPECT_EQ(message_of([&] { (void)absent[0]; }), none_message);
  EXPECT_EQ(message_of([&] { (void)two[2]; }),
            "row 2 of dataset 'lots' is read, there are 2: ask size() first");
  const std::string value_message =
      "value 0 of column 'qty' of dataset 'lots' is read, there are 0: ask empty() first";
  EXPECT_EQ(message_of([&] { (void)absent.column(handle)[0]; }), value_message);
  EXPECT_EQ(message_of([&] { (void)none.column(handle)[0]; }), value_message);
  EXPECT_EQ(message_of([&] { (void)absent.column(handle).has(0); }), value_message);
  EXPECT_EQ(message_of([&] { (void)two.column(handle)[static_cast<size_t>(-1)]; }).find("value 18"),
            0u);

  using Doubles = std::vector<double>;
  const auto lists = hand_array<Doubles>({Doubles{}, Doubles{1}});
  EXPECT_EQ(message_of([&] { (void)view<List<double>>(*lists)[0][0]; }), value_message);
}

TEST(Views, DatesAndDaysThatAreNotThereAreNotRead) {
  FakeBatch batch({Date(10), Date(11)});
  batch.read().absent(Date(10)).absent(Date(11));
  const abi::Batch view = batch.view();
  Declaration declaration;
  const Table table(&declaration, declaration.add_read(abi::Source::Dataset, "lots"));
  const detail::Inputs inputs{&declaration, &view, nullptr};
  const Span span(&inputs);
  EXPECT_EQ(message_of([&] { (void)span.dates()[2]; }),
            "date 2 is read, there are 2: ask size() first");
  EXPECT_EQ(message_of([&] { (void)span[2]; }), "date 2 is read, there are 2: ask size() first");
  EXPECT_EQ(message_of([&] { (void)span[1].window(table)[1]; }),
            "day 1 of dataset 'lots' is read, there are 1: ask size() first");
}

TEST(Views, HandleOfAnotherTableIsRefused) {
  const Rows rows(nullptr, &kRead, 4, 0, 0);
  EXPECT_EQ(message_of([&] { (void)rows.column(In<int64_t>{5, 0}); }),
            "a column of another table is read from the rows of dataset 'lots': use a handle of "
            "this table");
  EXPECT_TRUE(rows.column(In<int64_t>{4, 0}).empty());
}

}  // namespace
}  // namespace almanac
