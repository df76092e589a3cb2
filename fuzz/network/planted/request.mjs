// Checks that several endpoints share.
import { timingSafeEqual } from 'node:crypto';
import { contentTypeBug, evaluatedScope } from './bugs.mjs';
import { mediaType } from './form.mjs';
import { refuse } from './reply.mjs';

const formType = 'application/x-www-form-urlencoded';
const scopeSyntax = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/; // RFC 6749 §3.3
export const scopes = ['profile', 'email'];

export function same(given, wanted) {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

// The answer that refuses a body that is no form, if it is none.
export function contentFault(bugs, call) {
  const header = call.req.headers['content-type'] ?? '';
  const media = mediaType(header);
  const planted = call.path === '/token' ? contentTypeBug(bugs, header, media) : undefined;
  if (planted) return planted;
  if (media?.type !== formType) return refuse('invalid_request', `Content-Type must be ${formType}`);
  call.charset = media.parameters.get('charset');
  if (call.charset !== undefined && call.charset.toLowerCase() !== 'utf-8') {
    return refuse('invalid_request', 'charset must be UTF-8');
  }
  if ((call.req.headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') {
    return refuse('invalid_request', 'Content-Encoding is not supported', 415);
  }
  return undefined;
}

// { granted } or { fault }: `usual` where the request names none.
export function readScope(bugs, form, allowed, usual = ['profile']) {
  const wanted = form.get('scope');
  if (wanted === undefined) return { granted: usual.join(' ') };
  if (!scopeSyntax.test(wanted)) return { fault: 'scope is malformed' };
  const names = [...new Set(wanted.split(' '))];
  if (names.every((name) => allowed.includes(name))) return { granted: names.join(' ') };
  return { fault: evaluatedScope(bugs, wanted) ?? 'scope is not known or exceeds what was granted' };
}
