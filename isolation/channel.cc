#include "isolation/channel.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace almanac {

namespace {

constexpr size_t kDescriptors = 64;  // with a byte; 253 are possible (unix(7), SCM_MAX_FD)
constexpr size_t kLengthBytes = 4;
constexpr size_t kReadBytes = 64 << 10;
constexpr int kWaitMs = 5, kWaits = 60'000 / kWaitMs;

Error trouble(const char* doing) {
  return temporary_error(std::string("cannot ") + doing +
                         " the other side of a child process: " + std::strerror(errno));
}

uint32_t length_of(const char* bytes) {
  uint32_t length = 0;
  for (size_t i = kLengthBytes; i > 0; --i) {
    length = length << 8 | static_cast<unsigned char>(bytes[i - 1]);
  }
  return length;
}

Result<void> send_all(int socket, const std::string& bytes) {
  for (size_t sent = 0; sent < bytes.size();) {
    const ssize_t now = send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (now < 0 && errno == EINTR) continue;
    if (now < 0) return trouble("write to");
    sent += static_cast<size_t>(now);
  }
  return {};
}

// False at the end of the stream.
Result<bool> receive_all(int socket, char* bytes, size_t size) {
  for (size_t got = 0; got < size;) {
    const ssize_t now = recv(socket, bytes + got, size - got, 0);
    if (now < 0 && errno == EINTR) continue;
    if (now < 0) return trouble("read from");
    if (now == 0) return false;
    got += static_cast<size_t>(now);
  }
  return true;
}

Error too_long(size_t length) {
  return data_error("a frame of " + std::to_string(length) + " bytes; expected at most " +
                    std::to_string(kLongestFrame));
}

}  // namespace

Result<void> send_frame(int socket, const google::protobuf::MessageLite& message) {
  const size_t length = message.ByteSizeLong();
  if (length > kLongestFrame) return too_long(length);
  std::string bytes(kLengthBytes, '\0');
  for (size_t i = 0; i < kLengthBytes; ++i) bytes[i] = static_cast<char>(length >> 8 * i);
  message.AppendToString(&bytes);
  return send_all(socket, bytes);
}

Result<void> send_descriptors(int socket, std::span<const int> descriptors) {
  while (!descriptors.empty()) {
    const auto some = descriptors.first(std::min(descriptors.size(), kDescriptors));
    descriptors = descriptors.subspan(some.size());
    char byte = 0;
    iovec data{&byte, sizeof byte};
    alignas(cmsghdr) char control[CMSG_SPACE(kDescriptors * sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(some.size_bytes());
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(some.size_bytes());
    std::memcpy(CMSG_DATA(header), some.data(), some.size_bytes());
    for (int waits = 0; sendmsg(socket, &message, MSG_NOSIGNAL) < 0;) {
      // More are on their way than this user may have open, to any child: they are taken soon.
      const bool wait = errno == ETOOMANYREFS && waits < kWaits;
      if (errno != EINTR && !wait) return trouble("send files to");
      if (wait) {
        ++waits;
        poll(nullptr, 0, kWaitMs);
      }
    }
  }
  return {};
}

Result<bool> receive_frame(int socket, google::protobuf::MessageLite* message) {
  char head[kLengthBytes];
  TRY(const bool more, receive_all(socket, head, sizeof head));
  if (!more) return false;
  const size_t length = length_of(head);
  if (length > kLongestFrame) return too_long(length);
  std::string bytes(length, '\0');
  TRY(const bool whole, receive_all(socket, bytes.data(), length));
  if (!whole) return false;
  if (!message->ParseFromString(bytes)) return data_error("a frame is not the expected message");
  return true;
}

Result<FileHandle> Descriptors::next() {
  while (here_.empty()) {
    char byte = 0;
    iovec data{&byte, sizeof byte};
    alignas(cmsghdr) char control[CMSG_SPACE(kDescriptors * sizeof(int))];
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const ssize_t got = recvmsg(socket_, &message, MSG_CMSG_CLOEXEC);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return trouble("take files from");
    if (got == 0) return temporary_error("the other side of a child process is gone");
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
         header = CMSG_NXTHDR(&message, header)) {
      if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
      const size_t size = header->cmsg_len - CMSG_LEN(0);
      std::vector<int> some(size / sizeof(int));
      std::memcpy(some.data(), CMSG_DATA(header), size);
      for (const int file : some) here_.emplace_back(file);
    }
    if ((message.msg_flags & MSG_CTRUNC) != 0) {
      return data_error("a child process may not open the files that it is sent; raise its limit");
    }
  }
  FileHandle file = std::move(here_.front());
  here_.pop_front();
  return file;
}

Result<bool> FrameReader::read(int socket) {
  for (;;) {
    const size_t before = bytes_.size();
    bytes_.resize(before + kReadBytes);
    const ssize_t got = recv(socket, bytes_.data() + before, kReadBytes, MSG_DONTWAIT);
    bytes_.resize(before + (got > 0 ? static_cast<size_t>(got) : 0));
    if (got > 0 && static_cast<size_t>(got) < kReadBytes) return true;
    if (got == 0) return false;
    if (got > 0) {
      if (bytes_.size() > kLongestFrame + kLengthBytes) return true;  // next() judges
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN) return true;
    if (errno == ECONNRESET) return false;
    return trouble("read from");
  }
}

Result<std::optional<std::string>> FrameReader::next() {
  if (bytes_.size() < kLengthBytes) return std::optional<std::string>();
  const size_t length = length_of(bytes_.data());
  if (length > kLongestFrame) return too_long(length);
  if (bytes_.size() < kLengthBytes + length) return std::optional<std::string>();
  std::optional<std::string> frame = bytes_.substr(kLengthBytes, length);
  bytes_.erase(0, kLengthBytes + length);
  return frame;
}

}  // namespace almanac
