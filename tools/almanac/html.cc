#include "tools/almanac/html.h"

namespace almanac {

namespace {

// Nothing is loaded and nothing is executed, whatever stands in the page.
constexpr const char* kPolicy = "default-src 'none'; style-src 'unsafe-inline'";

bool is_block(std::string_view tag) {
  return tag != "a" && tag != "b" && tag != "code" && tag != "span" && tag != "td" && tag != "th";
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if ((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f) {
      out += "\xef\xbf\xbd";
    } else {
      out += c;
    }
  }
  return out;
}

Html::Html(std::string_view title, std::string_view style) {
  page_ = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  page_ += "<meta http-equiv=\"Content-Security-Policy\" content=\"" + escaped(kPolicy) + "\">\n";
  page_ += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  page_ += "<title>" + escaped(title) + "</title>\n<style>\n";
  page_ += style;
  page_ += "</style>\n</head>\n<body>\n";
}

Html::Element Html::in(std::string_view tag, Attributes attributes) {
  open(tag, attributes);
  if (is_block(tag)) page_ += '\n';
  return {this, tag};
}

void Html::add(std::string_view tag, std::string_view text, Attributes attributes) {
  open(tag, attributes);
  page_ += escaped(text);
  close(tag);
}

void Html::text(std::string_view text) {
  page_ += escaped(text);
}

void Html::open(std::string_view tag, Attributes attributes) {
  page_ += '<';
  page_ += tag;
  for (const auto& [name, value] : attributes) {
    page_ += ' ';
    page_ += name;
    page_ += "=\"" + escaped(value) + '"';
  }
  page_ += '>';
}

void Html::close(std::string_view tag) {
  page_ += "</";
  page_ += tag;
  page_ += '>';
  if (is_block(tag)) page_ += '\n';
}

std::string Html::finish() && {
  page_ += "</body>\n</html>\n";
  return std::move(page_);
}

}  // namespace almanac
