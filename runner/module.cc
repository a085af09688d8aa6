#include "runner/module.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "core/base/hex.h"
#include "runner/description.h"

namespace almanac {
namespace {

constexpr size_t kMessageBytes = 4096;
constexpr size_t kReadBytes = 256u << 10;

std::string loader_name(int fd) {
  return "/proc/self/fd/" + std::to_string(fd);
}

Result<std::string> sha256_of(int fd, const std::string& path) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  CHECK(context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1,
        "OpenSSL has SHA-256");
  std::vector<char> buffer(kReadBytes);
  for (off_t at = 0;;) {
    const ssize_t size = pread(fd, buffer.data(), buffer.size(), at);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return temporary_error(path + ": cannot be read: " + std::strerror(errno));
    if (size == 0) break;
    EVP_DigestUpdate(context.get(), buffer.data(), static_cast<size_t>(size));
    at += size;
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_DigestFinal_ex(context.get(), digest.data(), &size);
  return hex_digits({digest.data(), size});
}

// The loader finds an object by the name it was opened with before it looks at the file. So the
// number of a file that it still knows must not be given to another file: it then stays open.
void unload(int fd, void* handle) {
  if (handle != nullptr) dlclose(handle);
  if (void* still = dlopen(loader_name(fd).c_str(), RTLD_LAZY | RTLD_NOLOAD); still != nullptr) {
    dlclose(still);
    return;
  }
  close(fd);
}

std::string loader_error() {
  const char* message = dlerror();
  return message != nullptr ? message : "the loader gives no reason";
}

}  // namespace

Result<Module> Module::load(const std::string& path, const std::string& sha256) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return usage_error(path + ": cannot be opened: " + std::strerror(errno));
  Module loaded(path, fd, nullptr);
  if (!sha256.empty()) {
    TRY(const std::string found, sha256_of(fd, path));
    if (found != sha256) {
      return data_error(path + ": expected content " + sha256 + ", found " + found +
                        ": run `almanac build`");
    }
  }
  loaded.handle_ = dlopen(loader_name(fd).c_str(), RTLD_NOW | RTLD_LOCAL);
  if (loaded.handle_ == nullptr) {
    return usage_error(path + ": cannot be loaded: " + loader_error());
  }
  const auto entry = reinterpret_cast<abi::Entry>(dlsym(loaded.handle_, abi::kEntryName));
  if (entry == nullptr) {
    return usage_error(path +
                       ": has no calculation: end its source with ALMANAC_CALCULATION(Class, "
                       "\"category\", \"id\"), or keep it outside calculations/");
  }
  loaded.module_ = entry();
  if (loaded.module_->version != abi::kVersion) {
    return usage_error(path + ": was built for version " + std::to_string(loaded.module_->version) +
                       " of the module interface, this engine has version " +
                       std::to_string(abi::kVersion) + ": run `almanac build`");
  }
  return loaded;
}

Module::Module(Module&& other) noexcept
    : path_(std::move(other.path_)),
      fd_(std::exchange(other.fd_, -1)),
      handle_(std::exchange(other.handle_, nullptr)),
      module_(std::exchange(other.module_, nullptr)) {}

Module::~Module() {
  if (fd_ >= 0) unload(fd_, handle_);
}

Result<Calculation> Module::describe() const {
  std::array<char, kMessageBytes> message{};
  const abi::Description* description = module_->describe(message.data(), message.size());
  if (description == nullptr) return usage_error(path_ + ": " + message.data());
  return read_description(*description, path_);
}

probes::Take Module::probes() const {
  return reinterpret_cast<probes::Take>(dlsym(handle_, probes::kTakeName));
}

Result<Instance> Module::create(const std::vector<Calculation::Parameter>& parameters) const {
  std::vector<abi::ParameterValue> values;
  for (const Calculation::Parameter& parameter : parameters) {
    values.push_back({parameter.name.c_str(), parameter.text.c_str()});
  }
  std::array<char, kMessageBytes> message{};
  void* instance = module_->create(values.data(), values.size(), message.data(), message.size());
  if (instance == nullptr) return usage_error(path_ + ": " + message.data());
  return Instance(module_, instance);
}

Instance::Instance(Instance&& other) noexcept
    : module_(other.module_), instance_(std::exchange(other.instance_, nullptr)) {}

Instance::~Instance() {
  if (instance_ != nullptr) module_->destroy(instance_);
}

Instance::Outcome Instance::process(const abi::Batch& batch, const abi::Sink& sink) {
  std::array<char, kMessageBytes> message{};
  const abi::Status status =
      module_->process(instance_, &batch, &sink, message.data(), message.size());
  if (status == abi::Status::Ok) return {status, {}};
  return {status, message[0] != '\0' ? message.data() : "the calculation failed without a message"};
}

}  // namespace almanac
