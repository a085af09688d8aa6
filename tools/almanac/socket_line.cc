#include "tools/almanac/socket_line.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "tools/almanac/session.h"

namespace almanac {

bool wait_for_socket(int socket, short events, const Patience& patience) {
  for (;;) {
    const int64_t left = std::max<int64_t>(0, patience.until_ms - steady_ms());
    pollfd waiting[] = {{socket, events, 0}, {patience.wake, POLLIN, 0}};
    const int ready = poll(
        waiting, 2, static_cast<int>(std::min<int64_t>(left, std::numeric_limits<int>::max())));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0 || waiting[1].revents != 0) return false;
    return true;
  }
}

std::optional<std::string> read_line(int socket, size_t most, const Patience& patience) {
  std::string line;
  char part[4096];
  while (line.size() <= most) {
    const ssize_t got = recv(socket, part, sizeof part, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) {
      if (!wait_for_socket(socket, POLLIN, patience)) return std::nullopt;
      continue;
    }
    if (got < 0) return std::nullopt;
    if (got == 0) return line;
    const char* end = static_cast<const char*>(std::memchr(part, '\n', static_cast<size_t>(got)));
    line.append(part, end ? static_cast<size_t>(end - part) : static_cast<size_t>(got));
    // A side that sends without pause must not outlast the patience either.
    if (end) return line.size() <= most ? std::optional(line) : std::nullopt;
    if (steady_ms() >= patience.until_ms) return std::nullopt;
  }
  return std::nullopt;
}

bool write_line(int socket, std::string line, const Patience& patience) {
  line += '\n';
  for (size_t sent = 0; sent < line.size();) {
    const ssize_t put = send(socket, line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
    if (put >= 0) {
      sent += static_cast<size_t>(put);
    } else if (errno == EAGAIN) {
      if (!wait_for_socket(socket, POLLOUT, patience)) return false;
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

sockaddr_un address_in(const std::string& folder, int handle, const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::string path = folder + "/" + name;
  if (path.size() >= sizeof address.sun_path) {
    path = "/proc/self/fd/" + std::to_string(handle) + "/" + name;
  }
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

}  // namespace almanac
