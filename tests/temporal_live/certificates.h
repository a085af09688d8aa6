// Certificates for tests of TLS, made when they are needed.
#pragma once

#include <memory>
#include <string>

namespace temporal::testing {

struct Certificate {
  std::string pem, key;
};

// Signs what it is asked to, and itself.
class Authority {
 public:
  explicit Authority(const std::string& name);
  ~Authority();
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  const std::string& pem() const { return pem_; }
  // For a server or a client of this name, valid for the days from `first` to `last`, from now.
  Certificate sign(const std::string& name, int first = -1, int last = 1) const;

 private:
  struct Keys;
  std::unique_ptr<Keys> keys_;
  std::string pem_;
};

}  // namespace temporal::testing
