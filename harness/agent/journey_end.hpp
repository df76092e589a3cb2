#pragma once
// What every journey has in common, whoever sends its requests: what is known at its beginning, what was typed,
// and how it ends.
#include <string>
#include <string_view>

#include "agent/agent.hpp"
#include "agent/delivery.hpp"
#include "agent/page_reader.hpp"

namespace oauthentic::agent {

/// What is known before the first page.
PageContext beginning_of(const Journey& journey);

/// The current one-time code, or after a refused one that of the next time step, which servers allow for clocks
/// that differ (RFC 6238 §5.2): a code that another sign-in has used is not taken twice. Empty without a
/// secret.
std::string next_code(const Journey& journey, const UserAgent& user_agent, const PageContext& context);

/// Tells the user agent which secrets are typed into which fields; to be called before they are sent.
void tell_typed(const Decision& decision, const PageContext& context, const UserAgent& user_agent);
/// Remembers that the decision was carried out.
void remember(const Decision& decision, PageContext& context);

void end(Arrival& arrival, Arrival::End how, std::string reason);
void lose(Arrival& arrival, std::string reason);
void deliver(Arrival& arrival, Delivery delivery);
/// The same, where the pages on the way were seen.
void deliver(Arrival& arrival, Delivery delivery, const PageContext& context);
/// Ends the journey at a page that is not answered: an error page, a stop, or one that is not understood.
void end_at_page(Arrival& arrival, const Decision& decision);

/// The URL without query and fragment, at most 300 characters of it: for a person, and without codes.
std::string bare(std::string_view url);

}  // namespace oauthentic::agent
