// Channel: frames and descriptors over a Unix stream socket. A frame is a length of 4 bytes,
// little-endian, and as many bytes of a message of proto/runner.proto. Descriptors that belong to a
// frame come after it, some with each byte that carries them.
//
// The child's side trusts its parent and waits; the parent's side (FrameReader) never waits and
// believes no length. Not thread-safe.
#pragma once

#include <google/protobuf/message_lite.h>

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "storage/files.h"

namespace almanac {

inline constexpr size_t kLongestFrame = 64 << 20;

// Both wait until all is through. Temporary error when the other side is gone.
Result<void> send_frame(int socket, const google::protobuf::MessageLite& message);
Result<void> send_descriptors(int socket, std::span<const int> descriptors);

// Waits for a whole frame; false at the end of the stream. Data error for what is no such message.
Result<bool> receive_frame(int socket, google::protobuf::MessageLite* message);

// The descriptors after a frame, one by one: only a few are open at a time.
class Descriptors {
 public:
  explicit Descriptors(int socket) : socket_(socket) {}
  // Waits for it.
  Result<FileHandle> next();

 private:
  const int socket_;
  std::deque<FileHandle> here_;
};

// Frames out of bytes as they come.
class FrameReader {
 public:
  // Takes what is there, without waiting. False at the end of the stream.
  Result<bool> read(int socket);
  // The bytes of the next whole frame. Data error: it says to be longer than kLongestFrame.
  Result<std::optional<std::string>> next();

 private:
  std::string bytes_;
};

}  // namespace almanac
