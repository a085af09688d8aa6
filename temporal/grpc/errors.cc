#include "temporal/grpc/errors.h"

#include <algorithm>
#include <cctype>

namespace temporal::service {
namespace {

bool is_header_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::islower(c) || std::isdigit(c) || c == '-' || c == '_' || c == '.';
  });
}

Status invalid(std::string message) {
  return {Code::InvalidArgument, std::move(message)};
}

bool is_pem(const std::string& text) {
  return text.find("-----BEGIN ") != std::string::npos;
}

Status not_pem(const char* what, const std::string& text) {
  return invalid(std::string("ConnectOptions: ") + what + " is not PEM: it begins with \"" +
                 text.substr(0, text.find('\n')).substr(0, 40) +
                 "\"; pass the content of the file, not its name");
}

// What gRPC and OpenSSL say, and what it means. The first that is found counts.
struct Meaning {
  const char* text;
  const char* means;
  const char* advice;
};
constexpr Meaning kMeanings[] = {
    {"CERTIFICATE_VERIFY_FAILED",
     "its certificate is not one that this client trusts (signed by another authority, or expired)",
     "pass the certificate of the authority that signed it to ConnectOptions::tls(), or renew it"},
    {"Hostname Verification Check failed", "its certificate is for another name",
     "use the name that the certificate has, or ConnectOptions::server_name()"},
    {"is not in peer certificate", "its certificate is for another name",
     "use the name that the certificate has, or ConnectOptions::server_name()"},
    {"WRONG_VERSION_NUMBER", "it does not speak TLS",
     "leave out tls(), client_certificate() and api_key(), or use the port that speaks TLS"},
    {"CERTIFICATE_REQUIRED", "it wants a certificate of this client",
     "set ConnectOptions::client_certificate()"},
    {"UNKNOWN_CA", "it does not trust this client's certificate",
     "use a certificate that its authority has signed"},
    {"CERTIFICATE_EXPIRED", "this client's certificate has expired", "renew it"},
    {"BAD_CERTIFICATE", "it refuses this client's certificate",
     "use a certificate that its authority has signed"},
    {"DNS resolution failed", "there is no host of this name",
     "check the address, which is host:port without a scheme"},
    {"Connection refused", "nothing listens there", "check the address, and that the service runs"},
};
// What a service does that wants TLS, a certificate, or another one.
constexpr const char* kClosed[] = {"Socket closed", "Connection reset", "Broken pipe"};
constexpr Meaning kClosedPlain = {"", "it closes the connection; it may want TLS, or has stopped",
                                  "use ConnectOptions::tls() if it does, and check that it runs"};
constexpr Meaning kClosedTls = {
    "", "it closes the connection; it may want a certificate of this client, or has stopped",
    "set ConnectOptions::client_certificate() if it does, and check that it runs"};
constexpr Meaning kClosedMutual = {
    "", "it closes the connection; it may refuse this client's certificate, or has stopped",
    "check that its authority has signed the certificate, that it has not expired, and that the "
    "service runs"};
// The connection, in other words of gRPC.
constexpr const char* kConnecting[] = {"failed to connect", "connections to all backends",
                                       "handshake",         "channel is in state",
                                       "connect failed",    "timeout occurred",
                                       "endpoint closing",  "GOAWAY"};
constexpr Meaning kUnreachable = {
    "", "it cannot be reached",
    "check the address, that it runs, and that both or neither use TLS"};

bool says(const std::string& message, std::string_view text) {
  const auto same = [](unsigned char a, unsigned char b) {
    return (std::isspace(a) ? '_' : std::tolower(a)) == (std::isspace(b) ? '_' : std::tolower(b));
  };
  return std::search(message.begin(), message.end(), text.begin(), text.end(), same) !=
         message.end();
}

// Null: the service speaks for itself.
const Meaning* meaning_of(const std::string& message, const ConnectOptions::Values& options) {
  for (const Meaning& meaning : kMeanings) {
    if (says(message, meaning.text)) return &meaning;
  }
  for (const char* closed : kClosed) {
    if (!says(message, closed)) continue;
    return !options.tls                  ? &kClosedPlain
           : options.certificate.empty() ? &kClosedTls
                                         : &kClosedMutual;
  }
  const auto said = [&](const char* text) { return says(message, text); };
  return std::ranges::any_of(kConnecting, said) ? &kUnreachable : nullptr;
}

}  // namespace

bool is_header_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
}

std::optional<Status> problem_of(const ConnectOptions::Values& options) {
  if (options.target.empty()) return invalid("ConnectOptions: no target; pass host:port");
  if (options.target.starts_with("http://") || options.target.starts_with("https://")) {
    return invalid("ConnectOptions: the target is " + options.target +
                   "; pass host:port without a scheme, and tls() for https");
  }
  if (!options.root_certificates.empty() && !is_pem(options.root_certificates)) {
    return not_pem("the root certificate", options.root_certificates);
  }
  if (options.mutual && options.certificate.empty() && options.key.empty()) {
    return invalid("ConnectOptions: the client's certificate and key are empty");
  }
  if (options.with_api_key && options.api_key.empty()) {
    return invalid("ConnectOptions: the API key is empty");
  }
  if (options.headers.contains("authorization")) {
    return invalid(
        "ConnectOptions: header authorization: use api_key(), which never sends it without TLS");
  }
  if (options.certificate.empty() != options.key.empty()) {
    return invalid(std::string("ConnectOptions: the client's ") +
                   (options.key.empty() ? "certificate has no key" : "key has no certificate") +
                   "; client_certificate() needs both");
  }
  if (!options.certificate.empty() && !is_pem(options.certificate)) {
    return not_pem("the client's certificate", options.certificate);
  }
  if (!options.key.empty() && options.key.find("PRIVATE KEY-----") == std::string::npos) {
    return invalid(
        "ConnectOptions: the client's key is not a private key in PEM; pass the content "
        "of the file, not its name");
  }
  if (!is_header_value(options.api_key)) {
    return invalid(
        "ConnectOptions: the API key has characters that no key has; is there a line "
        "break at its end?");
  }
  for (const auto& [name, value] : options.headers) {
    if (!is_header_name(name)) {
      return invalid("ConnectOptions: header \"" + name +
                     "\": names have lower-case letters, digits, '-', '_' and '.' only");
    }
    if (!is_header_value(value)) {
      return invalid("ConnectOptions: header " + name + ": its value is not printable ASCII");
    }
  }
  return std::nullopt;
}

Status explain(Status status, const ConnectOptions::Values& options, std::string_view call,
               std::string_view space) {
  const std::string who = "the Temporal service at " + options.target;
  std::string& message = status.message;
  switch (status.code) {
    case Code::Unavailable: {
      const Meaning* meaning = meaning_of(message, options);
      message = meaning
                    ? who + ": " + meaning->means + "; " + meaning->advice + " (" + message + ")"
                    : who + " says: " + message;
      break;
    }
    case Code::Unauthenticated:
    case Code::PermissionDenied:
      message = who + " refuses " + std::string(call) +
                (space.empty() ? "" : " in namespace " + std::string(space)) + ": " + message +
                "; check the API key or the client's certificate, and what it may do there";
      break;
    case Code::DeadlineExceeded:
      message = who + " has not answered " + std::string(call) + " in time (" + message + ")";
      break;
    case Code::NotFound:
      // Not always the namespace of the call: a command may name another.
      if (message.starts_with("Namespace ") && message.ends_with(" is not found.")) {
        const std::string name =
            message.substr(10, message.size() - std::string("Namespace  is not found.").size());
        message += " Check its name, or make it: temporal operator namespace create --namespace " +
                   name + " --address " + options.target;
      }
      break;
    default:
      break;
  }
  return status;
}

}  // namespace temporal::service
