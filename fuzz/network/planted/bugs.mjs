// The planted bugs: which are switched on, which were seen, and those that answer in place of the honest code.
import { appendFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { json, refuse, text } from './reply.mjs';

export const ids = [
  'nul_client_id', 'bad_escape_500', 'charset_500', 'json_html_error', 'basic_garbage', 'basic_broken_500',
  'secret_prefix', 'repeated_first', 'array_stack', 'operator_bypass', 'empty_verifier', 'refresh_cut',
  'reflected_html', 'state_crlf', 'open_redirect', 'code_echo', 'sql_leak', 'expression', 'nested_hang',
  'empty_post_reset', 'get_token', 'lower_basic_crash', 'refresh_tab_scope', 'deep4', 'introspect_space',
  'revoke_then_refresh', 'memory',
];

export class Bugs {
  #on;
  #file;
  #seen = new Set();

  constructor(selection, file) {
    this.#on = new Set(selection === 'all' ? ids : selection === 'none' ? [] : selection.split(',').filter(Boolean));
    this.#file = file;
    if (file !== undefined) appendFileSync(file, '');
  }

  unknown() { return [...this.#on].filter((id) => !ids.includes(id)); }
  on(id) { return this.#on.has(id); }

  // Whether the bug is switched on; if so, its first trigger is noted.
  hit(id) {
    if (!this.#on.has(id)) return false;
    if (!this.#seen.has(id)) {
      this.#seen.add(id);
      if (this.#file !== undefined) appendFileSync(this.#file, `${id}\n`);
    }
    return true;
  }
}

export const crash = {
  page: () => text(500, 'text/html', '<html><head><title>Error 500</title></head><body><h2>HTTP ERROR 500</h2>' +
    '<p>Problem accessing the requested resource. Reason: <pre>Server Error</pre></p></body></html>\n'),
  plain: () => text(500, 'text/plain', 'Internal Server Error\n'),
  json: () => json(500, { error: 'server_error', error_description: 'An unexpected error occurred' }),
  framework: (path) => text(500, 'application/json', JSON.stringify(
    { timestamp: new Date().toISOString(), status: 500, error: 'Internal Server Error', path })),
};

const stack = `TypeError: value.trim is not a function
    at normalize (/srv/app/lib/parameters.js:48:23)
    at Array.map (<anonymous>)
    at readParameters (/srv/app/lib/parameters.js:31:35)
    at Layer.handle [as handle_request] (/srv/app/node_modules/router/lib/layer.js:95:5)
    at next (/srv/app/node_modules/router/lib/route.js:149:13)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)
`;

const knownCharsets = ['utf-8', 'utf8', 'us-ascii', 'iso-8859-1', 'iso-8859-15', 'windows-1252', 'utf-16'];

// By the Content-Type header of a token request; `media` is undefined where it is malformed.
export function contentTypeBug(bugs, header, media) {
  if (/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(header) && bugs.hit('json_html_error')) {
    return text(400, 'text/html', '<!DOCTYPE html>\n<html><head><title>Bad Request</title></head>' +
      '<body><h1>Bad Request</h1><p>The request could not be read.</p></body></html>\n');
  }
  const rest = /^application\/x-www-form-urlencoded(.*)$/is.exec(header)?.[1];
  if (rest === undefined || !/;\s*charset/i.test(rest)) return undefined;
  const charset = media?.parameters.get('charset')?.toLowerCase();
  return !knownCharsets.includes(charset) && bugs.hit('charset_500') ? crash.plain() : undefined;
}

const varies = (call, name) => { call.headers.Vary = call.headers.Vary ? `${call.headers.Vary}, ${name}` : name; };

// By the parameters of a token request, before anybody is authenticated.
export function parameterBug(bugs, call, form) {
  const names = form.names();
  if (names.some((name) => name.split('[').length - 1 > 40) && bugs.hit('nested_hang')) call.delay = 4000;
  if (names.some((name) => name.endsWith('[]')) && bugs.hit('array_stack')) return text(400, 'text/plain', stack);
  return identifierBug(bugs, call, form.get('client_id')) ?? repeatedScopeBug(bugs, call, form);
}

export function identifierBug(bugs, call, id) {
  if (id === undefined || call.path !== '/token') return undefined;
  if (id.includes('\0') && bugs.hit('nul_client_id')) return crash.framework(call.path);
  if (id.includes("'") && bugs.hit('sql_leak')) {
    const near = id.slice(id.indexOf("'") + 1).slice(0, 20);
    return refuse('invalid_request', `SQLSTATE[42601]: syntax error at or near "${near}" in SELECT * FROM clients`);
  }
  return undefined;
}

function repeatedScopeBug(bugs, call, form) {
  if (!bugs.on('deep4') || form.get('grant_type') !== 'client_credentials') return undefined;
  const accept = call.req.headers.accept?.trim().toLowerCase();
  const foreign = accept !== undefined && accept !== '*/*' && accept !== 'application/json';
  const twice = form.count('scope') > 1;
  const fragment = form.all('resource').some((value) => value.includes('#'));
  if (foreign) varies(call, 'Accept');
  if (twice && foreign && fragment && bugs.hit('deep4')) return crash.page();
  if (twice && fragment) return refuse('invalid_request', 'scope is ambiguous for this resource');
  if (twice && foreign) return refuse('invalid_request', 'scope is given twice', 406);
  if (twice) return refuse('invalid_request', 'scope is given twice');
  if (fragment && foreign) return refuse('invalid_target', 'resource has no such representation', 406);
  if (fragment) return refuse('invalid_target', 'resource must not have a fragment');
  return undefined;
}

// By the scheme and the still encoded user identifier of Basic credentials.
export function basicBug(bugs, call, scheme, encodedId, form) {
  if (!bugs.on('lower_basic_crash') || call.path !== '/token') return undefined;
  const odd = scheme !== 'Basic';
  if (odd) varies(call, 'Authorization');
  if (!encodedId.includes('+')) return undefined;
  if (odd && form.has('scope') && bugs.hit('lower_basic_crash')) return crash.plain();
  if (odd) return refuse('invalid_client', 'client identifier has two spellings');
  return refuse('invalid_client', 'client identifier has a space', 401, { 'WWW-Authenticate': 'Basic realm="as"' });
}

export function refreshScopeBug(bugs, call, form) {
  if (!bugs.on('refresh_tab_scope')) return undefined;
  const tab = form.get('scope')?.includes('\t') ?? false;
  if (call.charset !== undefined) call.headers['Content-Type'] = 'application/json;charset=UTF-8';
  if (tab && call.charset !== undefined && bugs.hit('refresh_tab_scope')) {
    delete call.headers['Content-Type'];
    return crash.json();
  }
  return tab ? refuse('invalid_scope', 'scope has a horizontal tab') : undefined;
}

// The description of an unknown scope, its expressions evaluated.
export function evaluatedScope(bugs, scope) {
  const expression = /\$\{(\d{1,12})\*(\d{1,12})\}/g;
  if (!scope.match(expression) || !bugs.hit('expression')) return undefined;
  return `unknown scope: ${scope.replace(expression, (_, a, b) => String(BigInt(a) * BigInt(b)))}`;
}

// At most 512 MiB, so that a test machine survives.
const hints = new Map();
export function keepHint(bugs, hint) {
  if (hint === undefined || hint.length <= 1000 || !bugs.hit('memory')) return;
  const key = createHash('sha256').update(hint).digest('base64');
  if (!hints.has(key) && hints.size < 1024) hints.set(key, Buffer.alloc(512 * 1024, 1));
}
