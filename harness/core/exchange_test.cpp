#include "core/exchange.hpp"

#include <gtest/gtest.h>

#include <set>

namespace oauthentic {
namespace {

TEST(Exchange, EveryKindOfErrorHasItsOwnName) {
  using Kind = TransportError::Kind;
  std::set<std::string_view> names;
  for (const auto kind : {Kind::resolve, Kind::connect, Kind::tls, Kind::timeout, Kind::reset, Kind::malformed,
                          Kind::too_large, Kind::refused}) {
    names.insert(to_string(kind));
  }
  EXPECT_EQ(names.size(), 8u);
  EXPECT_EQ(names.count("unknown"), 0u);
  EXPECT_EQ(to_string(Kind::too_large), "too_large");
}

TEST(Exchange, HoldsEitherAResponseOrAnError) {
  Exchange exchange;
  Response response;
  response.status = 204;
  exchange.answer = response;
  ASSERT_NE(exchange.response(), nullptr);
  EXPECT_EQ(exchange.response()->status, 204);
  EXPECT_EQ(exchange.error(), nullptr);
  exchange.answer = TransportError{TransportError::Kind::reset, "closed"};
  EXPECT_EQ(exchange.response(), nullptr);
  ASSERT_NE(exchange.error(), nullptr);
  EXPECT_EQ(exchange.error()->message, "closed");
}

}  // namespace
}  // namespace oauthentic
