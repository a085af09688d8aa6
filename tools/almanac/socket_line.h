// SocketLine: lines of text over a local socket that does not block, each within a time limit.
#pragma once

#include <sys/un.h>

#include <cstdint>
#include <optional>
#include <string>

namespace almanac {

// A time limit, and a descriptor that ends all waiting once it can be read; -1: none.
struct Patience {
  int64_t until_ms = 0;  // of steady_ms()
  int wake = -1;
};

// False when the patience is over first.
bool wait_for_socket(int socket, short events, const Patience& patience);

// The first line without its end, or all there is before the other side stops sending. Empty
// optional: the patience is over, the line is longer than `most` bytes, or the connection broke.
std::optional<std::string> read_line(int socket, size_t most, const Patience& patience);
bool write_line(int socket, std::string line, const Patience& patience);

// The address of `name` in a folder, whose handle must stay open while the address is used. The
// kernel takes 107 bytes; a longer path goes by the handle.
sockaddr_un address_in(const std::string& folder, int handle, const std::string& name);

}  // namespace almanac
