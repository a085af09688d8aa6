// Html: a page that is written element by element. All text is escaped, and what was opened is
// closed, so that whatever an error message holds, the page stays well-formed.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace almanac {

// For text and for attributes in double quotes. Control characters become U+FFFD; the text is
// UTF-8.
std::string escaped(std::string_view text);

class Html {
 public:
  using Attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  // An element that is open as long as this lives.
  class Element {
   public:
    Element(Html* page, std::string_view tag) : page_(page), tag_(tag) {}
    Element(const Element&) = delete;
    Element& operator=(const Element&) = delete;
    ~Element() { page_->close(tag_); }

   private:
    Html* page_;
    std::string tag_;
  };

  explicit Html(std::string_view title, std::string_view style);

  [[nodiscard]] Element in(std::string_view tag, Attributes attributes = {});
  // A whole element with a text.
  void add(std::string_view tag, std::string_view text, Attributes attributes = {});
  void text(std::string_view text);
  // Markup of ours, such as a drawing of chart.h.
  void markup(std::string_view markup) { page_ += markup; }

  // The whole page.
  std::string finish() &&;

 private:
  void open(std::string_view tag, Attributes attributes);
  void close(std::string_view tag);

  std::string page_;
};

}  // namespace almanac
