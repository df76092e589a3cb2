// What the server remembers: bounded, the least recently used goes first.
import { randomBytes } from 'node:crypto';

export const random = () => randomBytes(32).toString('base64url');

// At most `limit` entries, in two generations: when the young one is full, the old one is dropped.
export class Recent {
  #limit;
  #young = new Map();
  #old = new Map();

  constructor(limit) { this.#limit = limit; }

  get(key) {
    const value = this.#young.get(key);
    if (value !== undefined) return value;
    const kept = this.#old.get(key);
    if (kept !== undefined) this.set(key, kept);
    return kept;
  }

  set(key, value) {
    if (this.#young.size >= this.#limit / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  delete(key) {
    this.#young.delete(key);
    this.#old.delete(key);
  }
}

const seconds = (count) => Date.now() + count * 1000;
const alive = (record) => record !== undefined && !record.grant.revoked && record.expires > Date.now();

// A grant is { client, subject, scope, revoked }; all the tokens of one sign-in share it.
export class Store {
  sessions = new Recent(20000);
  codes = new Recent(20000);
  #access = new Recent(20000);
  #machine = new Recent(20000); // client_credentials: their flood must not drop the tokens of users
  #refresh = new Recent(20000); // by the token without its last character

  session(subject) {
    const id = random();
    this.sessions.set(id, { subject, expires: seconds(12 * 3600) });
    return id;
  }

  code(fields) {
    const code = random();
    this.codes.set(code, { ...fields, expires: seconds(600), grant: undefined });
    return code;
  }

  accessToken(grant, scope) {
    const value = random();
    const tokens = grant.subject === undefined ? this.#machine : this.#access;
    tokens.set(value, { kind: 'access', value, grant, scope, issued: Date.now(), expires: seconds(3600) });
    return value;
  }

  refreshToken(grant) {
    const value = random();
    const record = { kind: 'refresh', value, grant, scope: grant.scope, issued: Date.now(), expires: seconds(86400) };
    this.#refresh.set(value.slice(0, -1), { ...record, used: false, revoked: false });
    return value;
  }

  findAccess(value) { return this.#access.get(value) ?? this.#machine.get(value); }

  findRefresh(value) {
    const record = this.#refresh.get(value.slice(0, -1));
    return record?.value === value ? record : undefined;
  }

  findCutRefresh(value) {
    const record = this.#refresh.get(value);
    return alive(record) && !record.used ? record : undefined;
  }

  liveAccess(value) {
    const record = this.findAccess(value);
    return alive(record) ? record : undefined;
  }

  live(value) {
    const record = this.findAccess(value) ?? this.findRefresh(value);
    return alive(record) && !record.used ? record : undefined;
  }

  revoke(record) {
    if (record.kind === 'access') {
      this.#access.delete(record.value);
      this.#machine.delete(record.value);
    } else {
      record.revoked = true;
      record.grant.revoked = true;
    }
  }
}
