// Every bug alone, all of them together, all but one, and none: `node --test`.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ids } from './bugs.mjs';

const folder = mkdtempSync(join(tmpdir(), 'planted-'));
const program = fileURLToPath(new URL('server.mjs', import.meta.url));
const running = new Set();
after(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const form = (fields) => new URLSearchParams(fields).toString();
const verifier = 'v'.repeat(43);
const challenge = createHash('sha256').update(verifier).digest('base64url');
const callback = 'http://127.0.0.1:8765/callback';

class Planted {
  static async start(bugs) {
    const self = new Planted();
    const name = join(folder, randomBytes(6).toString('hex'));
    const options = ['--port', '0', '--target-out', `${name}.yaml`, '--bugs', bugs, '--triggered', `${name}.triggered`];
    self.child = spawn(process.execPath, [program, ...options]);
    running.add(self.child);
    self.stdout = '';
    self.stderr = '';
    self.child.stderr.on('data', (data) => { self.stderr += data; });
    await new Promise((resolve, reject) => {
      self.child.stdout.on('data', (data) => { if ((self.stdout += data).includes('\n')) resolve(); });
      self.child.once('exit', (code) => reject(new Error(`exit ${code}: ${self.stderr}`)));
    });
    self.issuer = /^listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(self.stdout)[1];
    self.port = Number(new URL(self.issuer).port);
    self.target = readFileSync(`${name}.yaml`, 'utf8');
    self.secret = /client_id: planted-confidential, client_secret: "([^"]+)"/.exec(self.target)[1];
    self.postSecret = /client_id: planted-post, client_secret: "([^"]+)"/.exec(self.target)[1];
    self.password = /password: "([^"]+)"/.exec(self.target)[1];
    self.triggered = () => readFileSync(`${name}.triggered`, 'utf8').split('\n').filter(Boolean);
    self.agent = new http.Agent({ keepAlive: true });
    return self;
  }

  async stop() {
    this.agent.destroy();
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    assert.equal(await ended, 0);
    running.delete(this.child);
    assert.equal(this.stderr, '');
    assert.match(this.stdout, /^listening on \S+\n$/);
  }

  request(method, path, { headers = {}, body } = {}) {
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: this.port, method, path, headers, agent: this.agent };
      const request = http.request(options, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          let json;
          try { json = JSON.parse(text); } catch { json = undefined; }
          resolve({ status: response.statusCode, headers: response.headers, text, json });
        });
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  // The octets of the answer to octets.
  raw(octets) {
    return new Promise((resolve) => {
      const socket = net.connect(this.port, '127.0.0.1', () => socket.write(octets));
      let answer = '';
      socket.on('data', (data) => { answer += data.toString('latin1'); });
      socket.on('error', () => {});
      socket.on('close', () => resolve(answer));
    });
  }

  post(path, body, headers = {}) {
    const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
    return this.request('POST', path, { headers: { ...type, ...headers }, body });
  }

  basic(id = 'planted-confidential', secret = this.secret) {
    return { Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
  }

  token(body, headers = {}) { return this.post('/token', body, headers); }
  credentials(extra = '', headers = {}) {
    return this.token(`grant_type=client_credentials${extra}`, { ...this.basic(), ...headers });
  }

  authorizePath(changes = {}, client = 'planted-confidential') {
    return `/authorize?${form({
      response_type: 'code', client_id: client, redirect_uri: callback, scope: 'profile', state: 'a b+c',
      code_challenge: challenge, code_challenge_method: 'S256', ...changes,
    })}`;
  }

  async code(client = 'planted-confidential') {
    if (this.cookie === undefined) {
      const page = await this.request('GET', this.authorizePath({}, client));
      assert.equal(page.status, 200);
      const request = /name="request" value="([^"]*)"/.exec(page.text)[1].replaceAll('&amp;', '&');
      const wrong = await this.post('/login', form({ request, username: 'alice', password: 'x' }));
      assert.equal(wrong.status, 200);
      const signed = await this.post('/login', form({ request, username: 'alice', password: this.password }));
      assert.equal(signed.status, 303);
      this.cookie = signed.headers['set-cookie'][0].split(';')[0];
    }
    const answer = await this.request('GET', this.authorizePath({}, client), { headers: { Cookie: this.cookie } });
    assert.equal(answer.status, 302);
    const location = new URL(answer.headers.location);
    assert.equal(location.origin + location.pathname, callback);
    assert.equal(location.searchParams.get('state'), 'a b+c');
    assert.equal(location.searchParams.get('iss'), this.issuer);
    return location.searchParams.get('code');
  }

  redemption(code, changes = {}) {
    const honest = { grant_type: 'authorization_code', code, redirect_uri: callback, code_verifier: verifier };
    return form({ ...honest, ...changes });
  }

  async tokens() {
    const { status, json } = await this.token(this.redemption(await this.code()), this.basic());
    assert.equal(status, 200);
    return json;
  }

  memory() {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8'))[1]) / 1024;
  }
}

async function honestFlow(server) {
  const { json: metadata } = await server.request('GET', '/.well-known/oauth-authorization-server');
  assert.equal(metadata.issuer, server.issuer);
  for (const [client, headers, extra] of [
    ['planted-confidential', server.basic(), {}],
    ['planted-post', {}, { client_id: 'planted-post', client_secret: server.postSecret }],
    ['planted-public', {}, { client_id: 'planted-public' }],
  ]) {
    const code = await server.code(client);
    const wrong = await server.token(server.redemption(code, { ...extra, code_verifier: 'w'.repeat(43) }), headers);
    assert.deepEqual([wrong.status, wrong.json.error], [400, 'invalid_grant']);
    const first = await server.token(server.redemption(code, extra), headers);
    assert.equal(first.status, 200, 'the code survived the refused attempt');
    const bearer = { headers: { Authorization: `Bearer ${first.json.access_token}` } };
    assert.equal((await server.request('GET', '/me', bearer)).json.sub, 'alice');
    const introspected = await server.post('/introspect', form({ token: first.json.access_token }), server.basic());
    assert.deepEqual([introspected.json.active, introspected.json.client_id], [true, client]);
    const refresh = (token) =>
      server.token(form({ grant_type: 'refresh_token', refresh_token: token, ...extra }), headers);
    const second = await refresh(first.json.refresh_token);
    assert.equal(second.status, 200);
    assert.notEqual(second.json.refresh_token, first.json.refresh_token);
    const revocation = form({ token: second.json.access_token, ...extra });
    assert.equal((await server.post('/revoke', revocation, headers)).status, 200);
    const revoked = { headers: { Authorization: `Bearer ${second.json.access_token}` } };
    assert.equal((await server.request('GET', '/me', revoked)).status, 401);
    assert.equal((await refresh(first.json.refresh_token)).json.error, 'invalid_grant', 'rotated');
    assert.equal((await refresh(second.json.refresh_token)).json.error, 'invalid_grant', 'a reuse ends the family');
    assert.equal((await server.request('GET', '/me', bearer)).status, 401);
    const again = await server.code(client);
    const { json: used } = await server.token(server.redemption(again, extra), headers);
    assert.equal((await server.token(server.redemption(again, extra), headers)).json.error, 'invalid_grant', 'used');
    assert.equal((await refresh(used.refresh_token)).json.error, 'invalid_grant', 'a second use revokes');
  }
  assert.equal((await server.credentials()).status, 200);
  assert.equal((await server.credentials('&scope=nothing')).json.error, 'invalid_scope');
  const refused = await server.token('grant_type=client_credentials', server.basic('planted-confidential', 'wrong'));
  assert.deepEqual([refused.status, refused.json.error], [401, 'invalid_client']);
  assert.match(refused.headers['www-authenticate'], /^Basic /);
}

// The simplest trigger of each bug, and whether its symptom is seen.
const internalError = (answer) => answer.status === 500;
const nested = `a${'[b]'.repeat(41)}`;
const symptoms = {
  nul_client_id: async (s) => internalError(await s.token('client_id=a%00')),
  bad_escape_500: async (s) => {
    const answers = [await s.token('a=%zz'), await s.token('a%')];
    return answers.every((answer) => answer.status === 500 && answer.headers['content-type'] === 'text/html');
  },
  charset_500: async (s) => {
    const type = (charset) => ({ 'Content-Type': `application/x-www-form-urlencoded; charset=${charset}` });
    assert.equal((await s.credentials('', type('utf-8'))).status, 200);
    return internalError(await s.token('a=b', type("'utf-8'"))) && internalError(await s.token('a=b', type('klingon')));
  },
  json_html_error: async (s) => {
    const { status, text } = await s.token('{}', { 'Content-Type': 'application/json' });
    return status === 400 && text.startsWith('<!DOCTYPE html>');
  },
  basic_garbage: async (s) => {
    const { Authorization } = s.basic();
    return (await s.credentials('', { Authorization: `${Authorization}, x` })).status === 200;
  },
  basic_broken_500: async (s) => internalError(await s.token('a=b', { Authorization: 'Basic YWJj' })),
  secret_prefix: async (s) => {
    const cut = await s.token('grant_type=client_credentials', s.basic(undefined, s.secret.slice(0, 8)));
    const body = { grant_type: 'client_credentials', client_id: 'planted-post', client_secret: `${s.postSecret}x` };
    return cut.status === 200 && (await s.token(form(body))).status === 200;
  },
  repeated_first: async (s) => {
    const body = s.redemption(await s.code());
    assert.equal((await s.token(`${body}&redirect_uri=x`, s.basic())).json.error, 'invalid_request');
    return (await s.token(`${body}&grant_type=x&code=y`, s.basic())).status === 200;
  },
  array_stack: async (s) => {
    const { status, text } = await s.token('scope[]=profile');
    return status === 400 && text.includes('\n    at ');
  },
  operator_bypass: async (s) => {
    const answer = await s.token('grant_type=client_credentials&client_id=planted-confidential&client_secret[$ne]=x');
    return answer.status === 200;
  },
  empty_verifier: async (s) =>
    (await s.token(s.redemption(await s.code(), { code_verifier: '' }), s.basic())).status === 200,
  refresh_cut: async (s) => {
    const token = (await s.tokens()).refresh_token.slice(0, -1);
    return (await s.token(form({ grant_type: 'refresh_token', refresh_token: token }), s.basic())).status === 200;
  },
  reflected_html: async (s) => {
    const { text } = await s.request('GET', `/authorize?${form({ error_hint: '<b>x</b>' })}`);
    return text.includes('<b>x</b>');
  },
  state_crlf: async (s) => {
    const path = s.authorizePath({ state: 'x\r\nInjected: yes', response_type: 'none' });
    const answer = await s.request('GET', path);
    assert.equal(answer.status, 302);
    return answer.headers.injected === 'yes';
  },
  open_redirect: async (s) => {
    const uri = 'http://127.0.0.1:8765@attacker.test/x';
    const { headers } = await s.request('GET', s.authorizePath({ redirect_uri: uri, response_type: 'none' }));
    return headers.location !== undefined && new URL(headers.location).host === 'attacker.test';
  },
  code_echo: async (s) => (await s.token(s.redemption('canary'), s.basic())).json.error_description.includes('canary'),
  sql_leak: async (s) => (await s.token("client_id=a'b")).text.includes('SQLSTATE[42601]: syntax error at or near'),
  expression: async (s) => {
    const answer = await s.credentials('&scope=%24%7B1234*5678%7D');
    const { headers } = await s.request('GET', s.authorizePath({ scope: '${1234*5678}' }));
    const description = new URL(headers.location).searchParams.get('error_description');
    return answer.json.error_description.includes('7006652') && description.includes('7006652');
  },
  nested_hang: async (s) => {
    const start = Date.now();
    let waited;
    const slow = s.token(`${nested}=x`).then(() => { waited = Date.now() - start; });
    assert.equal((await s.credentials()).status, 200);
    assert.ok(Date.now() - start < 1500, 'other connections are served');
    await slow;
    return waited > 3500;
  },
  empty_post_reset: async (s) => {
    const head = `POST /token HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
    return (await s.raw(head)) === '';
  },
  get_token: async (s) => {
    const query = form({ grant_type: 'client_credentials', client_id: 'planted-post', client_secret: s.postSecret });
    return (await s.request('GET', `/token?${query}`)).status === 200;
  },
  lower_basic_crash: async (s) => {
    const attempt = (scheme, id, body) =>
      s.token(body, { Authorization: `${scheme} ${Buffer.from(`${id}:x`).toString('base64')}` });
    const stages = [
      await attempt('Basic', 'ab', 'a=b'), await attempt('basic', 'ab', 'a=b'), await attempt('Basic', 'a+b', 'a=b'),
      await attempt('basic', 'a+b', 'a=b'),
    ];
    return gradual(stages) && internalError(await attempt('basic', 'a+b', 'scope=x'));
  },
  refresh_tab_scope: async (s) => {
    const body = 'grant_type=refresh_token&refresh_token=x&client_id=planted-public';
    const attempt = (scope, charset) =>
      s.token(body + scope, { 'Content-Type': `application/x-www-form-urlencoded${charset}` });
    const stages = [await attempt('', ''), await attempt('&scope=%09', ''), await attempt('', ';charset=UTF-8')];
    return gradual(stages) && internalError(await attempt('&scope=a%09b', ';charset=UTF-8'));
  },
  deep4: async (s) => {
    const attempt = (scope, accept, resource) => {
      const extra = `${scope ? '&scope=a&scope=b' : ''}${resource ? '&resource=x%23y' : ''}`;
      return s.credentials(extra, accept ? { Accept: 'text/html' } : {});
    };
    const stages = [];
    for (let met = 0; met < 7; ++met) stages.push(await attempt(met & 1, met & 2, met & 4));
    return gradual(stages) && internalError(await attempt(1, 1, 1));
  },
  introspect_space: async (s) => {
    const { access_token: token } = (await s.credentials()).json;
    const active = async (value) => (await s.post('/introspect', form({ token: value }), s.basic())).json.active;
    assert.equal(await active(token), true);
    return (await active(`${token} x`)) && (await active(`${token}\0x`));
  },
  revoke_then_refresh: async (s) => {
    const { refresh_token: token } = await s.tokens();
    assert.equal((await s.post('/revoke', form({ token }), s.basic())).status, 200);
    return internalError(await s.token(form({ grant_type: 'refresh_token', refresh_token: token }), s.basic()));
  },
  memory: async (s) => {
    const hint = (number) => s.request('GET', s.authorizePath({ login_hint: `${'h'.repeat(1000)}${number}` }));
    await hint(1);
    const start = s.memory();
    for (let number = 0; number < 160; ++number) await hint(number);
    return s.memory() - start > 60;
  },
};

// Whether no two answers look the same.
function gradual(answers) {
  const looks = answers.map(({ status, headers, json }) =>
    JSON.stringify([status, headers.vary, headers['content-type'], json?.error_description]));
  return answers.every(({ status }) => status < 500) && new Set(looks).size === looks.length;
}

describe('without bugs', () => {
  let server;
  before(async () => { server = await Planted.start('none'); });
  after(() => server.stop());

  test('the honest flow works', () => honestFlow(server));

  for (const id of ids) {
    test(`${id} is silent`, async () => { assert.equal(await symptoms[id](server), false); });
  }

  test('malformed HTTP is refused in the shape of RFC 6749', async () => {
    for (const octets of [
      'x\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n', 'POST /token HTTP/1.1\r\nContent-Length: x\r\n\r\n',
      'GET /me HTTP/1.1\r\nHost: a\r\nA\0: b\r\n\r\n', `GET /${'a'.repeat(40000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
      'POST /token HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n', 'POST /token HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n',
      'GET /me HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n',
      `POST /token HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 200000\r\n\r\n${'a'.repeat(200000)}`,
    ]) {
      const closing = octets.includes('Connection') ? '\r\n\r\n' : '\r\nConnection: close\r\n\r\n';
      const answer = await server.raw(octets.replace('\r\n\r\n', closing));
      assert.match(answer, /^HTTP\/1\.1 4\d\d /, JSON.stringify(octets.slice(0, 80)));
      assert.match(answer, /Cache-Control: no-store/);
      assert.match(answer, /\{"error":"[a-z_]+","error_description":"[^"\\]+"\}/);
    }
  });

  test('random requests never end in a server error', async () => {
    const words = [
      '%', '%zz', '%00', '%ff', '%c3%28', '+', '&', '=', ';', '[', ']', '[$ne]', '__proto__', "'", '<b>', '${7*7}',
      '\0', '\r\n', '%0d%0a', '\t', '#', '?', 'é', '\ufeff', 'grant_type', 'client_credentials', 'authorization_code',
      'refresh_token', 'code', 'client_id', 'planted-public', 'planted-confidential', 'client_secret', 'scope',
      'profile', 'state', 'token', 'redirect_uri', encodeURIComponent(callback), 'code_challenge', challenge, 'S256',
      'code_challenge_method', 'response_type', 'resource', 'request', 'username', 'login_hint', 'x'.repeat(3000),
      '[b]'.repeat(60), 'constructor', 'toString',
    ];
    const paths = ['/authorize', '/login', '/token', '/introspect', '/revoke', '/me', '/x',
      '/.well-known/oauth-authorization-server'];
    const pick = (list) => list[randomInt(list.length)];
    const some = (most) => Array.from({ length: randomInt(most) }, () => pick(words)).join('');
    const pairs = () => Array.from({ length: randomInt(8) }, () => `${pick(words)}=${some(3)}`).join('&');
    const types = ['application/x-www-form-urlencoded', 'application/json', '', 'text/plain; charset', 'a/b;c="',
      "application/x-www-form-urlencoded;charset='utf-8'", 'application/x-www-form-urlencoded; charset="utf-8"'];
    const visible = (text) => text.replace(/[^\x20-\x7e]/g, '');
    for (let round = 0; round < 4000; ++round) {
      const path = pick(paths);
      const query = randomInt(2) ? `?${visible(pairs()).replaceAll(' ', '')}` : '';
      const headers = { 'Content-Type': pick(types) };
      const [id, secret] = [pick(['planted-confidential', some(3)]), pick([server.secret, some(3)])];
      if (!randomInt(2)) Object.assign(headers, server.basic(id, secret));
      else if (!randomInt(3)) headers.Authorization = `${pick(['Basic', 'basic', 'Bearer', ''])} ${visible(some(3))}`;
      if (server.cookie && randomInt(2)) headers.Cookie = server.cookie;
      const method = pick(['GET', 'POST', 'POST', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']);
      const body = method === 'GET' ? undefined : pairs();
      const answer = await server.request(method, path + query, { headers, body });
      const seen = `${method} ${path}${query} ${answer.status} ${answer.text}`;
      assert.ok(answer.status < 500, seen);
      if (answer.status >= 400) {
        assert.equal(answer.headers['cache-control'], 'no-store', seen);
        if (path !== '/authorize' && path !== '/login') assert.equal(typeof answer.json?.error, 'string', seen);
      }
    }
  });

  test('nothing was noted', () => { assert.deepEqual(server.triggered(), []); });
});

describe('with all bugs', () => {
  let server;
  before(async () => { server = await Planted.start('all'); });
  after(() => server.stop());
  test('the honest flow works and triggers nothing', async () => {
    await honestFlow(server);
    assert.deepEqual(server.triggered(), []);
  });
  for (const id of ids) {
    test(`${id} is triggered`, async () => {
      assert.equal(await symptoms[id](server), true);
      assert.ok(server.triggered().includes(id));
    });
  }
  test('each is noted once, and the honest flow still works', async () => {
    await honestFlow(server);
    assert.deepEqual(server.triggered().sort(), [...ids].sort());
  });
});

for (const id of ids) {
  test(`${id} alone is triggered, and nothing else; all but ${id} are silent about it`, async () => {
    const alone = await Planted.start(id);
    assert.equal(await symptoms[id](alone), true);
    assert.deepEqual(alone.triggered(), [id]);
    await alone.stop();
    const others = await Planted.start(ids.filter((other) => other !== id).join(','));
    assert.equal(await symptoms[id](others), false);
    assert.ok(!others.triggered().includes(id));
    await others.stop();
  });
}

test('a bug that does not exist is refused', async () => {
  await assert.rejects(Planted.start('no_such_bug'), /exit 2: no such bug: no_such_bug/);
});
