#pragma once
// One journey of a real browser: looks at its pages until one is understood, and does there what the page
// reader or a step says.
#include "agent/agent.hpp"
#include "agent/browser.hpp"
#include "agent/callback_listeners.hpp"

namespace oauthentic::agent {

Arrival ride(const Journey& journey, UserAgent& user_agent, const BrowserOptions& options,
             const Browser& browser, CallbackListeners& callbacks);

}  // namespace oauthentic::agent
