#include "core/exchange.hpp"

namespace oauthentic {

std::string_view to_string(TransportError::Kind kind) {
  switch (kind) {
    case TransportError::Kind::resolve:
      return "resolve";
    case TransportError::Kind::connect:
      return "connect";
    case TransportError::Kind::tls:
      return "tls";
    case TransportError::Kind::timeout:
      return "timeout";
    case TransportError::Kind::reset:
      return "reset";
    case TransportError::Kind::malformed:
      return "malformed";
    case TransportError::Kind::too_large:
      return "too_large";
    case TransportError::Kind::refused:
      return "refused";
    case TransportError::Kind::proxy:
      return "proxy";
  }
  return "unknown";
}

}  // namespace oauthentic
