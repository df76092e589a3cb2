#pragma once
// One request and what came back, the unit of evidence.
#include <chrono>
#include <string>
#include <variant>

#include "core/message.hpp"

namespace oauthentic {

/// Why no response came back.
struct TransportError {
  enum class Kind {
    resolve,    ///< the host name has no address
    connect,    ///< nothing listens there, or the network refuses
    tls,        ///< the handshake failed or the certificate is not trusted
    timeout,    ///< a deadline passed
    reset,      ///< the peer closed or reset the connection before its answer was whole
    malformed,  ///< what came back is not HTTP
    too_large,  ///< the answer is over the limit
    refused,    ///< we ourselves do not send this (policy, unusable URL)
    proxy,      ///< the proxy on the way refuses, or is no proxy: the peer was never reached
  };
  Kind kind;
  std::string message;
};

std::string_view to_string(TransportError::Kind kind);

struct Exchange {
  std::string id;     ///< unique within a run, such as "pkce/verifier-mismatch#3"
  std::string label;  ///< what it was for: the step's name
  Request request;
  std::variant<Response, TransportError> answer;
  std::chrono::system_clock::time_point started;
  std::chrono::microseconds duration{0};

  const Response* response() const { return std::get_if<Response>(&answer); }
  const TransportError* error() const { return std::get_if<TransportError>(&answer); }
};

}  // namespace oauthentic
