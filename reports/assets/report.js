// The page works without this. With it: text search, filters kept in the address, expand all, copying of commands.
(() => {
  'use strict';
  const byId = (id) => document.getElementById(id);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  const bar = document.querySelector('.filters');
  const search = byId('filter-text');
  const level = byId('filter-level');
  const profile = byId('filter-profile');
  const expand = byId('expand-all');
  const outcomes = all('input[name=outcome]');

  const requirements = all('details.requirement').map((element) => ({
    element,
    outcome: element.dataset.outcome,
    asked: element.dataset.asked.split(' ').filter(Boolean).map((entry) => {
      const [id, strictness, verdict] = entry.split(':');
      return { id, strictness, verdict };
    }),
    text: null,
  }));

  // Read at the first search only: a large report has megabytes of evidence, which is not searched.
  const textOf = (requirement) => {
    requirement.text ??= all(':scope > summary, .reading, .comparison, .origin, .rows', requirement.element)
      .map((part) => part.textContent).join(' ').toLowerCase();
    return requirement.text;
  };

  const state = () => ({
    words: search.value.toLowerCase().split(/\s+/).filter(Boolean),
    wanted: new Set(outcomes.filter((box) => box.checked).map((box) => box.value)),
    level: level.value,
    profile: profile.value,
  });

  const matches = (requirement, { words, wanted, level, profile }) => {
    const asked = profile ? requirement.asked.filter((entry) => entry.id === profile) : requirement.asked;
    if (profile && asked.length === 0) return false;
    if (level && !asked.some((entry) => entry.strictness === level)) return false;
    const outcome = profile ? asked[0].verdict : requirement.outcome;
    if (wanted.size > 0 && !wanted.has(outcome)) return false;
    return words.every((word) => textOf(requirement).includes(word));
  };

  const apply = () => {
    const wanted = state();
    let shown = 0;
    for (const requirement of requirements) {
      const match = matches(requirement, wanted);
      requirement.element.hidden = !match;
      if (match) shown += 1;
    }
    for (const section of all('.specification')) {
      section.hidden = !section.querySelector('details.requirement:not([hidden])');
    }
    byId('nothing-found').hidden = shown > 0;
    byId('filter-count').textContent = `${shown} of ${requirements.length}`;
  };

  const remember = () => {
    const parameters = new URLSearchParams();
    const { wanted } = state();
    if (search.value) parameters.set('q', search.value);
    if (wanted.size > 0) parameters.set('outcome', [...wanted].join(','));
    if (level.value) parameters.set('level', level.value);
    if (profile.value) parameters.set('profile', profile.value);
    const query = parameters.toString();
    history.replaceState(null, '', query ? `#?${query}` : '#requirements');
  };

  const recall = () => {
    const parameters = new URLSearchParams(location.hash.slice(2));
    const wanted = new Set((parameters.get('outcome') ?? '').split(','));
    search.value = parameters.get('q') ?? '';
    level.value = parameters.get('level') ?? '';
    profile.value = parameters.get('profile') ?? '';
    for (const select of [level, profile]) if (select.selectedIndex < 0) select.value = '';
    for (const box of outcomes) box.checked = wanted.has(box.value);
  };

  const reset = () => {
    search.value = level.value = profile.value = '';
    for (const box of outcomes) box.checked = false;
    apply();
  };

  // A link may lead into something folded or filtered away.
  const reveal = () => {
    if (location.hash.startsWith('#?')) {
      recall();
      apply();
      byId('requirements').scrollIntoView();
      return;
    }
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* the name is taken as it stands */ }
    const target = id && byId(id);
    if (!target) return;
    if (target.closest('[hidden]')) reset();
    for (let at = target; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true;
    target.scrollIntoView();
  };

  const changed = () => { apply(); remember(); };
  bar.addEventListener('input', changed);
  byId('filter-reset').addEventListener('click', () => { reset(); remember(); });
  expand.addEventListener('click', () => {
    const open = expand.getAttribute('aria-pressed') !== 'true';
    for (const { element } of requirements) if (!element.hidden) element.open = open;
    expand.setAttribute('aria-pressed', String(open));
    expand.textContent = open ? 'Collapse all' : 'Expand all';
  });

  document.addEventListener('keydown', (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === 'Escape' && event.target === search) {
      search.value = '';
      changed();
    }
  });

  // Copying. From a file: address browsers may refuse the clipboard: then the text is selected, ready to be copied.
  const select = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };
  for (const block of all('.repeat')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = 'Copy';
    block.querySelector('h5').append(button);
  }
  document.addEventListener('click', async (event) => {
    const button = event.target.closest?.('button.copy');
    if (!button) return;
    const command = button.closest('.repeat').querySelector('.command');
    try {
      await navigator.clipboard.writeText(command.textContent);
      button.textContent = 'Copied';
    } catch {
      select(command);
      button.textContent = 'Selected: press Ctrl+C';
    }
    setTimeout(() => { button.textContent = 'Copy'; }, 2500);
  });

  // On paper what is wrong stands open.
  let opened = [];
  addEventListener('beforeprint', () => {
    opened = requirements.filter(({ element, outcome }) => !element.open && /fail|warn|inconclusive|harness/.test(outcome))
      .map(({ element }) => element);
    for (const element of opened) element.open = true;
  });
  addEventListener('afterprint', () => { for (const element of opened) element.open = false; });

  bar.hidden = false;
  addEventListener('hashchange', reveal);
  apply();
  reveal();
})();
