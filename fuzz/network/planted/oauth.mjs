// The endpoints. Each takes a call { req, path, query, octets, headers } and gives an answer (reply.mjs); `headers` are
// added to it. The planted bugs are where `bugs` is asked; without them everything here keeps to the specifications.
import { createHash } from 'node:crypto';
import { Authorization } from './authorization.mjs';
import { basicBug, crash, identifierBug, parameterBug, refreshScopeBug } from './bugs.mjs';
import { Form, base64, decode, hasBadEscape } from './form.mjs';
import { json, noStore, refuse } from './reply.mjs';
import { contentFault, readScope, same, scopes } from './request.mjs';

const isReply = (value) => value?.status !== undefined || value?.destroy === true;

export class OAuth {
  constructor(settings) {
    const clients = new Map(settings.clients.map((client) => [client.id, client]));
    Object.assign(this, { issuer: settings.issuer, clients, store: settings.store, bugs: settings.bugs });
    const authorization = new Authorization({ ...settings, clients });
    this.routes = new Map([
      ['/.well-known/oauth-authorization-server', { GET: () => this.metadata() }],
      ['/authorize', {
        GET: (call) => authorization.authorize(call, call.query),
        POST: (call) => authorization.posted(call),
      }],
      ['/login', { POST: (call) => authorization.login(call) }],
      ['/token', { POST: (call) => this.token(call) }],
      ['/introspect', { POST: (call) => this.introspect(call) }],
      ['/revoke', { POST: (call) => this.revoke(call) }],
      ['/me', { GET: (call) => this.me(call) }],
    ]);
  }

  handle(call) {
    const route = this.routes.get(call.path);
    if (route === undefined) return refuse('invalid_request', 'no such endpoint', 404);
    const { method, rawHeaders } = call.req;
    const single = new Set();
    for (let at = 0; at < rawHeaders.length; at += 2) {
      const name = rawHeaders[at].toLowerCase();
      if (name !== 'host' && name !== 'authorization' && name !== 'content-type') continue;
      if (single.has(name)) return refuse('invalid_request', 'a header is repeated');
      single.add(name);
    }
    if (call.req.httpVersion === '1.1' && !single.has('host')) return refuse('invalid_request', 'Host is missing');
    const handler = route[method === 'HEAD' && call.path !== '/authorize' ? 'GET' : method];
    if (handler) return handler(call);
    if (method === 'GET' && call.path === '/token' && call.query !== '' && this.bugs.on('get_token')) {
      return this.token(call);
    }
    return refuse('invalid_request', 'method is not allowed', 405, { Allow: Object.keys(route).join(', ') });
  }

  metadata() {
    const authentication = ['client_secret_basic', 'client_secret_post'];
    return json(200, {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      introspection_endpoint: `${this.issuer}/introspect`,
      revocation_endpoint: `${this.issuer}/revoke`,
      scopes_supported: scopes,
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
      token_endpoint_auth_methods_supported: [...authentication, 'none'],
      introspection_endpoint_auth_methods_supported: authentication,
      revocation_endpoint_auth_methods_supported: [...authentication, 'none'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    });
  }

  // What is common to the endpoints that clients call

  // The form of a client's request and the client, { form, client }, or the answer that refuses it.
  clientRequest(call) {
    const inQuery = call.req.method === 'GET';
    const fault = inQuery ? undefined : contentFault(this.bugs, call);
    if (fault) return fault;
    const text = inQuery ? call.query : call.octets;
    const token = call.path === '/token';
    const form = Form.parse(text);
    if (form === undefined) {
      if (token && !inQuery && hasBadEscape(text) && this.bugs.hit('bad_escape_500')) return crash.page();
      return refuse('invalid_request', 'the form is malformed');
    }
    const planted = token ? parameterBug(this.bugs, call, form) : undefined;
    if (planted) return planted;
    const repeated = form.repeated();
    if (repeated.length > 0) {
      const tolerated = token && this.bugs.on('repeated_first') &&
        repeated.every((name) => name === 'grant_type' || name === 'code');
      if (!tolerated) return refuse('invalid_request', 'a parameter is repeated');
      call.whenGranted.push('repeated_first');
    }
    if (inQuery) call.whenGranted.push('get_token');
    const client = this.client(call, form);
    return isReply(client) ? client : { form, client };
  }

  client(call, form) {
    const unknown = () =>
      refuse('invalid_client', 'client authentication failed', 401, { 'WWW-Authenticate': 'Basic realm="as"' });
    const header = call.req.headers.authorization;
    const id = form.get('client_id');
    if (header === undefined) {
      const client = this.clients.get(id);
      if (client === undefined) return unknown();
      if (client.secret === undefined) return form.get('client_secret') ? unknown() : client;
      const operator = ['client_secret[$ne]', 'client_secret[$gt]'].some((name) => form.has(name));
      if (operator && this.bugs.hit('operator_bypass')) return client;
      const passes = client.method === 'client_secret_post' && this.secretPasses(client, form.get('client_secret'));
      return passes ? client : unknown();
    }
    if (form.get('client_secret')) return refuse('invalid_request', 'two ways of client authentication');
    const [, scheme, encoded] = /^(\S+) +(.*)$/s.exec(header) ?? [];
    if (scheme?.toLowerCase() !== 'basic') return unknown();
    const credentials = this.basic(call, scheme, encoded, form);
    if (credentials === undefined) return unknown();
    if (isReply(credentials)) return credentials;
    const client = this.clients.get(credentials.id);
    if (client?.method !== 'client_secret_basic' || !this.secretPasses(client, credentials.secret)) return unknown();
    if (id !== undefined && id !== client.id) return refuse('invalid_request', 'client_id is that of another client');
    if (credentials.garbage) this.bugs.hit('basic_garbage');
    return client;
  }

  // { id, secret, garbage } of Basic credentials, undefined where they are malformed.
  basic(call, scheme, encoded, form) {
    let octets = base64(encoded);
    const garbage = octets === undefined && this.bugs.on('basic_garbage');
    if (garbage) octets = base64(/^[A-Za-z0-9+/]*={0,2}/.exec(encoded)[0]);
    if (octets === undefined) return undefined;
    const colon = octets.indexOf(':');
    if (colon < 0) return this.bugs.hit('basic_broken_500') ? crash.framework(call.path) : undefined;
    const planted = basicBug(this.bugs, call, scheme, octets.slice(0, colon), form);
    if (planted) return planted;
    const [id, secret] = [decode(octets.slice(0, colon)), decode(octets.slice(colon + 1))];
    if (id === undefined || secret === undefined) return undefined;
    return identifierBug(this.bugs, call, id) ?? { id, secret, garbage };
  }

  secretPasses(client, given = '') {
    if (same(given, client.secret)) return true;
    return given.slice(0, 8) === client.secret.slice(0, 8) && this.bugs.hit('secret_prefix');
  }

  // Token endpoint

  token(call) {
    if (call.req.headers['content-length'] === '0' && call.req.method === 'POST' && this.bugs.hit('empty_post_reset')) {
      return { destroy: true };
    }
    call.whenGranted = [];
    const request = this.clientRequest(call);
    if (isReply(request)) return request;
    const { client, form } = request;
    const grants = { authorization_code: 'redeem', refresh_token: 'refresh', client_credentials: 'clientCredentials' };
    const type = form.get('grant_type');
    if (type === undefined) return refuse('invalid_request', 'grant_type is missing');
    if (!Object.hasOwn(grants, type)) return refuse('unsupported_grant_type', 'grant_type is not supported');
    const reply = this[grants[type]](call, client, form);
    if (reply.status === 200) for (const id of call.whenGranted) this.bugs.hit(id);
    return reply;
  }

  issue(grant, scope, renewable) {
    return json(200, {
      access_token: this.store.accessToken(grant, scope),
      token_type: 'Bearer',
      expires_in: 3600,
      scope,
      ...(renewable && { refresh_token: this.store.refreshToken(grant) }),
    });
  }

  redeem(call, client, form) {
    const value = form.get('code');
    if (value === undefined) return refuse('invalid_request', 'code is missing');
    const code = this.store.codes.get(value);
    if (code === undefined && this.bugs.hit('code_echo')) {
      return refuse('invalid_grant', `code ${value} does not exist`);
    }
    if (code?.client !== client) return refuse('invalid_grant', 'code is not valid');
    if (code.grant !== undefined) {
      code.grant.revoked = true; // RFC 6749 §4.1.2: a second use revokes what the first one gave
      return refuse('invalid_grant', 'code is not valid');
    }
    if (code.expires <= Date.now()) return refuse('invalid_grant', 'code is not valid');
    const uri = form.get('redirect_uri');
    if (uri !== code.sentUri && (code.sentUri !== undefined || uri !== code.target)) {
      return refuse('invalid_grant', 'redirect_uri is not that of the authorization request');
    }
    const verifier = form.get('code_verifier');
    if (verifier === undefined) {
      if (!this.bugs.hit('empty_verifier')) return refuse('invalid_grant', 'code_verifier is missing');
    } else {
      const digest = createHash('sha256').update(verifier).digest('base64url');
      if (!/^[A-Za-z0-9._~-]{43,128}$/.test(verifier) || !same(digest, code.challenge)) {
        return refuse('invalid_grant', 'code_verifier does not match');
      }
    }
    code.grant = { client, subject: code.subject, scope: code.scope, revoked: false };
    return this.issue(code.grant, code.scope, true);
  }

  refresh(call, client, form) {
    const planted = refreshScopeBug(this.bugs, call, form);
    if (planted) return planted;
    const value = form.get('refresh_token');
    if (value === undefined) return refuse('invalid_request', 'refresh_token is missing');
    let token = this.store.findRefresh(value);
    const cut = token === undefined && this.bugs.on('refresh_cut');
    if (cut) token = this.store.findCutRefresh(value);
    if (token?.grant.client !== client) return refuse('invalid_grant', 'refresh_token is not valid');
    if (token.revoked && this.bugs.hit('revoke_then_refresh')) return crash.json();
    if (token.used) token.grant.revoked = true; // RFC 9700 §4.14.2: somebody has a copy
    if (token.grant.revoked || token.expires <= Date.now()) {
      return refuse('invalid_grant', 'refresh_token is not valid');
    }
    const granted = token.grant.scope.split(' ');
    const scope = readScope(this.bugs, form, granted, granted);
    if (scope.fault) return refuse('invalid_scope', scope.fault);
    if (cut) this.bugs.hit('refresh_cut');
    token.used = true;
    return this.issue(token.grant, scope.granted, true);
  }

  clientCredentials(call, client, form) {
    if (client.secret === undefined) return refuse('unauthorized_client', 'the client is public');
    const scope = readScope(this.bugs, form, scopes);
    if (scope.fault) return refuse('invalid_scope', scope.fault);
    return this.issue({ client, subject: undefined, scope: scope.granted, revoked: false }, scope.granted, false);
  }

  // RFC 7662
  introspect(call) {
    const request = this.clientRequest(call);
    if (isReply(request)) return request;
    if (request.client.secret === undefined) {
      return refuse('invalid_client', 'the client is public', 401, { 'WWW-Authenticate': 'Basic realm="as"' });
    }
    const value = request.form.get('token');
    if (value === undefined) return refuse('invalid_request', 'token is missing');
    let record = this.store.live(value);
    if (record === undefined && /[ \0]/.test(value) && this.bugs.on('introspect_space')) {
      record = this.store.liveAccess(value.split(/[ \0]/, 1)[0]);
      if (record) this.bugs.hit('introspect_space');
    }
    if (record === undefined) return json(200, { active: false });
    const { grant } = record;
    return json(200, {
      active: true,
      scope: record.scope,
      client_id: grant.client.id,
      sub: grant.subject ?? grant.client.id,
      ...(grant.subject && { username: grant.subject }),
      ...(record.kind === 'access' && { token_type: 'Bearer' }),
      iat: Math.floor(record.issued / 1000),
      exp: Math.floor(record.expires / 1000),
      iss: this.issuer,
    });
  }

  // RFC 7009
  revoke(call) {
    const request = this.clientRequest(call);
    if (isReply(request)) return request;
    const value = request.form.get('token');
    if (value === undefined) return refuse('invalid_request', 'token is missing');
    const record = this.store.findAccess(value) ?? this.store.findRefresh(value);
    if (record !== undefined && record.grant.client !== request.client) {
      return refuse('invalid_grant', 'the token was issued to another client');
    }
    if (record !== undefined) this.store.revoke(record);
    return { status: 200, headers: { ...noStore }, body: '' };
  }

  // RFC 6750
  me(call) {
    const challenge = (status, error, description) => refuse(error, description, status, {
      'WWW-Authenticate': `Bearer realm="as", error="${error}", error_description="${description}"` +
        (status === 403 ? ', scope="profile"' : ''),
    });
    const header = call.req.headers.authorization;
    const [, scheme, value] = /^(\S+)(?: +(.*))?$/s.exec(header ?? '') ?? [];
    if (scheme?.toLowerCase() !== 'bearer') {
      return refuse('invalid_request', 'a Bearer token is missing', 401, { 'WWW-Authenticate': 'Bearer realm="as"' });
    }
    if (!/^[A-Za-z0-9._~+/-]+=*$/.test(value ?? '')) return challenge(400, 'invalid_request', 'the token is malformed');
    const record = this.store.liveAccess(value);
    if (record === undefined) return challenge(401, 'invalid_token', 'the token is not valid');
    if (!record.scope.split(' ').includes('profile')) return challenge(403, 'insufficient_scope', 'profile is needed');
    return json(200, { sub: record.grant.subject ?? record.grant.client.id, client_id: record.grant.client.id });
  }
}
