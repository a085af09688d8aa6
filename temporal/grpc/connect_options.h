// ConnectOptions: where a Temporal service is, and how to prove who asks.
//
//   ConnectOptions("127.0.0.1:7233")                                      a server of one's own
//   ConnectOptions("eu.example.com:7233").tls(roots).client_certificate(certificate, key)
//   ConnectOptions("eu.api.temporal.io:7233").api_key(key)                Temporal Cloud
#pragma once

#include <map>
#include <string>
#include <utility>

namespace temporal::service {

// Certificates and keys are PEM texts, not file names. What gRPC could not send is found when the
// service is made from the options: every call then ends as InvalidArgument and says what to
// change.
class ConnectOptions {
 public:
  struct Values {
    std::string target = "127.0.0.1:7233";
    bool tls = false;
    std::string root_certificates;  // empty: the system's
    bool mutual = false;
    std::string certificate, key;  // of the client, for mutual TLS
    std::string server_name;       // the name in the server's certificate, where it differs
    bool with_api_key = false;
    std::string api_key;
    std::map<std::string, std::string> headers;  // with every call; lower-case names
  };

  ConnectOptions() = default;
  explicit ConnectOptions(std::string target) { values_.target = std::move(target); }

  ConnectOptions& tls(std::string root_certificates = {}) {
    values_.tls = true;
    values_.root_certificates = std::move(root_certificates);
    return *this;
  }
  ConnectOptions& client_certificate(std::string certificate, std::string key) {
    values_.tls = values_.mutual = true;
    values_.certificate = std::move(certificate);
    values_.key = std::move(key);
    return *this;
  }
  ConnectOptions& server_name(std::string name) {
    values_.server_name = std::move(name);
    return *this;
  }
  // As "authorization: Bearer ..."; never without TLS, which it switches on.
  ConnectOptions& api_key(std::string key) {
    values_.tls = values_.with_api_key = true;
    values_.api_key = std::move(key);
    return *this;
  }
  // Not "authorization": that is api_key().
  ConnectOptions& header(const std::string& name, std::string value) {
    values_.headers[name] = std::move(value);
    return *this;
  }
  const Values& values() const { return values_; }

 private:
  Values values_;
};

}  // namespace temporal::service
