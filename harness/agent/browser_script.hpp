#pragma once
// What runs inside the pages of a browser.
#include <string_view>

namespace oauthentic::agent {

/// The document as a person sees it, as HTML. In a copy of it what is not shown is marked `hidden`, boxes are
/// ticked as they are, scripts are emptied (they have run), and controls and links get the number by which they
/// are found again (data-oauthentic). Fields outside of any form stand in one that is put around them.
inline constexpr std::string_view kLookScript = R"js(
const kMost = 20000;
const fresh = window.__oauthentic === undefined;
const root = document.documentElement;
const failed = location.protocol === 'chrome-error:' || location.protocol === 'about:' && document.URL.startsWith('about:neterror');
const timing = performance.getEntriesByType('navigation')[0];
const told = { url: location.href, fresh, failed, loaded: document.readyState === 'complete',
               status: timing && timing.responseStatus || 0, html: '' };
if (!root) return told;
const originals = [...root.querySelectorAll('*')].slice(0, kMost);
const copy = root.cloneNode(true);
const copies = [...copy.querySelectorAll('*')].slice(0, kMost);
const marked = [];
const shown = e => e.checkVisibility ? e.checkVisibility({ visibilityProperty: true }) : e.getClientRects().length > 0;
const inBody = e => document.body && document.body !== e && document.body.contains(e);
const kControls = ['INPUT', 'SELECT', 'TEXTAREA', 'BUTTON', 'A'];
const asks = e => shown(e) && (e.tagName === 'TEXTAREA' || e.tagName === 'SELECT' ||
    e.tagName === 'INPUT' && !['hidden', 'button', 'submit', 'reset', 'image'].includes(e.type));
const loose = originals.some(e => 'form' in e && e.form === null && e.tagName !== 'OPTION' && inBody(e) &&
                                 (asks(e) || e.tagName === 'BUTTON' && shown(e)));
const wrap = loose && !originals.some(e => e.form && asks(e));
originals.forEach((e, i) => {
  const c = copies[i];
  if (e.tagName === 'SCRIPT') { c.textContent = ''; return; }
  if (!inBody(e) || e.tagName === 'OPTION' || e.tagName === 'OPTGROUP' || e.tagName === 'TEMPLATE') return;
  if (!shown(e)) c.setAttribute('hidden', '');
  if (!kControls.includes(e.tagName)) return;
  c.setAttribute('data-oauthentic', marked.length);
  marked.push(e);
  if (e.type === 'checkbox' || e.type === 'radio') c.toggleAttribute('checked', e.checked);
  if (e.tagName !== 'A') c.toggleAttribute('disabled', e.disabled);
  const sends = e.form && [...e.form.elements].some(x => (x.type === 'submit' || x.type === 'image') && shown(x));
  if (e.tagName === 'BUTTON' && e.type === 'button' && (e.form ? !sends : wrap)) c.setAttribute('type', 'submit');
});
copies.filter(c => c.tagName === 'NOSCRIPT').forEach(c => c.remove());
const body = copy.querySelector('body');
if (body) {
  body.removeAttribute('onload');
  if (wrap) {
    const form = document.createElement('form');
    form.method = 'post';
    form.setAttribute('action', location.href);
    form.append(...body.childNodes);
    body.append(form);
  }
}
window.__oauthentic = marked;
told.html = copy.outerHTML;
return told;
)js";

/// The element of a number, if the document still has it and its origin is the one that is expected ('' for
/// any).
inline constexpr std::string_view kFindScript = R"js(
const [mark, origin] = arguments;
if (origin !== '' && location.origin !== origin) return null;
return (window.__oauthentic || [])[mark] || null;
)js";

/// For elements that no person could click: behind another, or of no size.
inline constexpr std::string_view kClickScript = "arguments[0].click();";

/// Sets what no keys can: lists and hidden fields.
inline constexpr std::string_view kSetScript = R"js(
const [e, value] = arguments;
e.value = value;
e.dispatchEvent(new Event('input', { bubbles: true }));
e.dispatchEvent(new Event('change', { bubbles: true }));
)js";

}  // namespace oauthentic::agent
