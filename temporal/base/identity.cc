#include "temporal/base/identity.h"

#include <unistd.h>

namespace temporal {

std::string own_identity() {
  char host[256] = "";
  if (gethostname(host, sizeof host - 1) != 0) host[0] = '\0';
  return std::to_string(getpid()) + "@" + (host[0] == '\0' ? "unknown" : host);
}

}  // namespace temporal
