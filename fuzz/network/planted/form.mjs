// Strict readers of what a client sends: forms, Content-Type, Basic credentials. Text is given as octets ("latin1").
import { isUtf8 } from 'node:buffer';

const maxParameters = 500;
const plain = /^[\x00-\x24\x26-\x2a\x2c-\x7f]*$/; // ASCII without + and %
const badEscape = /%(?![0-9A-Fa-f]{2})/;
const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const type = new RegExp(`^(${token}/${token})`);
const quoted = '"((?:[\\t !#-\\[\\]-~\\x80-\\xff]|\\\\[\\t -~\\x80-\\xff])*)"';
const parameter = new RegExp(`[ \\t]*;[ \\t]*(?:(${token})=(?:(${token})|${quoted}))?`, 'y');

export const hasBadEscape = (text) => badEscape.test(text);

// A form-encoded value, decoded; undefined where an escape or the UTF-8 is malformed.
export function decode(text) {
  if (plain.test(text)) return text;
  if (badEscape.test(text)) return undefined;
  const octets = text.replace(/\+/g, ' ').replace(/%(..)/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  const bytes = Buffer.from(octets, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

export class Form {
  pairs = [];
  #first = new Map();
  #count = new Map();

  // undefined where the text is no form.
  static parse(text) {
    const form = new Form();
    for (const part of text.split('&')) {
      if (part === '') continue;
      const equals = part.indexOf('=');
      const name = decode(equals < 0 ? part : part.slice(0, equals));
      const value = equals < 0 ? '' : decode(part.slice(equals + 1));
      if (name === undefined || value === undefined || form.pairs.length === maxParameters) return undefined;
      form.pairs.push([name, value]);
      if (!form.#first.has(name)) form.#first.set(name, value);
      form.#count.set(name, form.count(name) + 1);
    }
    return form;
  }

  // RFC 6749 §3.1: a parameter without a value counts as omitted.
  get(name) { return this.#first.get(name) || undefined; }
  has(name) { return this.#first.has(name); }
  count(name) { return this.#count.get(name) ?? 0; }
  all(name) { return this.pairs.filter(([other]) => other === name).map(([, value]) => value); }
  names() { return [...this.#first.keys()]; }

  // RFC 8707 and RFC 8693 allow these two several times.
  repeated() {
    if (this.pairs.length === this.#first.size) return [];
    return this.names().filter((name) => this.count(name) > 1 && name !== 'resource' && name !== 'audience');
  }

  encoded() {
    return this.pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
  }
}

// { type, parameters } of a Content-Type header, undefined where it is malformed.
export function mediaType(header) {
  const match = type.exec(header ?? '');
  if (!match) return undefined;
  const parameters = new Map();
  let at = match[0].length;
  while (at < header.length) {
    parameter.lastIndex = at;
    const found = parameter.exec(header);
    if (!found) return undefined;
    at = parameter.lastIndex;
    if (found[1] === undefined) continue;
    const name = found[1].toLowerCase();
    if (parameters.has(name)) return undefined;
    parameters.set(name, found[2] ?? found[3].replace(/\\(.)/g, '$1'));
  }
  return { type: match[1].toLowerCase(), parameters };
}

// Canonical Base64 only: padded, no foreign character, no stray bits.
export function base64(text) {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes.toString('latin1') : undefined;
}
