// The authorization endpoint and its sign-in page.
import { keepHint } from './bugs.mjs';
import { Form } from './form.mjs';
import { escaped, noStore, page } from './reply.mjs';
import { contentFault, readScope, same, scopes } from './request.mjs';

const maxRequest = 8192; // octets of an authorization request: its state goes into a header

export class Authorization {
  constructor({ issuer, clients, redirectUri, user, store, bugs }) {
    Object.assign(this, { issuer, clients, redirectUri, user, store, bugs });
  }

  posted(call) {
    return contentFault(this.bugs, call) ?? this.authorize(call, call.octets);
  }

  authorize(call, text) {
    const form = text.length > maxRequest ? undefined : Form.parse(text);
    if (form === undefined) return this.errorPage('The request is too long or malformed.', new Form());
    return this.decide(call, form, this.signedIn(call.req));
  }

  decide(call, form, session) {
    keepHint(this.bugs, form.get('login_hint'));
    const repeated = form.repeated();
    const client = this.clients.get(form.get('client_id'));
    if (client === undefined || repeated.includes('client_id')) return this.errorPage('The client is not known.', form);
    const target = repeated.includes('redirect_uri') ? undefined : this.redirectTarget(form);
    if (target === undefined) return this.errorPage('The redirect URI is not registered.', form);

    const state = repeated.includes('state') ? undefined : form.get('state');
    const answer = (fields) => this.redirect(call, target, fields, state);
    const error = (code, description) => answer({ error: code, error_description: description });
    if (repeated.length > 0) return error('invalid_request', 'a parameter is repeated');
    if (!form.get('response_type')) return error('invalid_request', 'response_type is missing');
    if (form.get('response_type') !== 'code') return error('unsupported_response_type', 'only code is supported');
    if (!/^[A-Za-z0-9_-]{43}$/.test(form.get('code_challenge') ?? '')) {
      return error('invalid_request', 'code_challenge is missing or malformed');
    }
    if (form.get('code_challenge_method') !== 'S256') {
      return error('invalid_request', 'code_challenge_method must be S256');
    }
    const scope = readScope(this.bugs, form, scopes);
    if (scope.fault) return error('invalid_scope', scope.fault);
    if (session === undefined) return this.signIn(form);
    const code = this.store.code({
      client, target, sentUri: form.get('redirect_uri'), challenge: form.get('code_challenge'),
      scope: scope.granted, subject: session.subject,
    });
    return answer({ code });
  }

  redirectTarget(form) {
    const uri = form.get('redirect_uri');
    if (uri === undefined || uri === this.redirectUri) return this.redirectUri;
    const host = new URL(this.redirectUri);
    const [start] = [`${host.protocol}//${host.host}@`, `${host.protocol}//${host.hostname}@`]
      .filter((prefix) => uri.startsWith(prefix));
    return start && this.bugs.on('open_redirect') && /^[\x21-\x7e]+$/.test(uri.slice(start.length)) ? uri : undefined;
  }

  redirect(call, target, fields, state) {
    if (target !== this.redirectUri) this.bugs.hit('open_redirect');
    const status = call.req.method === 'POST' ? 303 : 302;
    const query = Object.entries({ ...fields, iss: this.issuer })
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
    const location = `${target}${target.includes('?') ? '&' : '?'}${query}`;
    if (state?.includes('\r\n') && this.bugs.hit('state_crlf')) {
      const split = `${location}&state=${state}`;
      const head = { 'Cache-Control': 'no-store', Connection: 'close', ...call.headers, Location: split };
      const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`).join('');
      return { status, raw: `HTTP/1.1 ${status} Redirect\r\n${lines}Content-Length: 0\r\n\r\n` };
    }
    const suffix = state === undefined ? '' : `&state=${encodeURIComponent(state)}`;
    return { status, headers: { ...noStore, 'Referrer-Policy': 'no-referrer', Location: location + suffix }, body: '' };
  }

  errorPage(reason, form) {
    const shown = ['redirect_uri', 'error_hint', 'ui_locales'].filter((name) => form.get(name) !== undefined);
    const lines = shown.map((name) => {
      const value = form.get(name);
      const bare = value.includes('<') && this.bugs.hit('reflected_html');
      return `<p>${name}: ${bare ? value : escaped(value)}</p>`;
    });
    return page(400, 'Request refused', [`<p>${reason}</p>`, ...lines].join('\n'));
  }

  signIn(form, message = '') {
    return page(200, 'Sign in', `${message && `<p>${message}</p>\n`}<form method="post" action="/login">
<input type="hidden" name="request" value="${escaped(form.encoded())}">
<p><label>User name <input type="text" name="username" autocomplete="username"></label></p>
<p><label>Password <input type="password" name="password" autocomplete="current-password"></label></p>
<p><button type="submit">Sign in</button></p>
</form>`);
  }

  login(call) {
    const fault = contentFault(this.bugs, call);
    if (fault) return fault;
    const form = Form.parse(call.octets);
    const wanted = form?.get('request') ?? '';
    const request = wanted.length > 3 * maxRequest ? undefined : Form.parse(Buffer.from(wanted).toString('latin1'));
    if (form === undefined || request === undefined || form.repeated().length > 0) {
      return this.errorPage('The request is too long or malformed.', new Form());
    }
    const { username, password } = this.user;
    const known = same(form.get('username') ?? '', username) && same(form.get('password') ?? '', password);
    if (!known) return this.signIn(request, 'The user name or the password is wrong.');
    const id = this.store.session(username);
    call.headers['Set-Cookie'] = `session=${id}; Path=/; HttpOnly; SameSite=Lax`;
    return this.decide(call, request, this.store.sessions.get(id));
  }

  signedIn(req) {
    const id = /(?:^|;\s*)session=([\w-]{43})(?:;|$)/.exec(req.headers.cookie ?? '')?.[1];
    const session = id && this.store.sessions.get(id);
    return session && session.expires > Date.now() ? session : undefined;
  }
}
