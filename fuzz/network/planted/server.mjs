#!/usr/bin/env node
// An OAuth 2.0 authorization server on loopback with planted bugs (bugs.md), to try out a fuzzer.
// usage: server.mjs --port 0 --target-out FILE [--bugs all|none|id,id,...] [--triggered FILE]
import http from 'node:http';
import { renameSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Bugs } from './bugs.mjs';
import { OAuth } from './oauth.mjs';
import { refuse } from './reply.mjs';
import { Store, random } from './store.mjs';

const usage = 'usage: server.mjs --port 0 --target-out FILE [--bugs all|none|id,id,...] [--triggered FILE]';
const maxBody = 64 * 1024;
const maxIgnored = 16 * 1024 * 1024; // of a body that is refused, so that its sender gets to read the answer

function options() {
  const string = { type: 'string' };
  const given = { port: string, 'target-out': string, bugs: { type: 'string', default: 'all' }, triggered: string };
  try {
    const { values } = parseArgs({ options: given });
    if (!/^\d{1,5}$/.test(values.port ?? '') || values['target-out'] === undefined) throw new Error(usage);
    const bugs = new Bugs(values.bugs, values.triggered);
    if (bugs.unknown().length > 0) throw new Error(`no such bug: ${bugs.unknown().join(', ')}`);
    return { port: Number(values.port), target: values['target-out'], bugs };
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}

const { port, target, bugs } = options();
const redirectUri = 'http://127.0.0.1:8765/callback';
const user = { username: 'alice', password: random() };
const clients = [
  { id: 'planted-confidential', secret: random(), method: 'client_secret_basic' },
  { id: 'planted-post', secret: random(), method: 'client_secret_post' },
  { id: 'planted-public', method: 'none' },
];
let oauth;

function answer(call, reply) {
  const { req, res } = call;
  if (req.socket.destroyed) return;
  if (reply.destroy) req.socket.destroy();
  else if (reply.raw !== undefined) req.socket.end(reply.raw);
  else {
    const headers = { ...reply.headers, ...call.headers };
    if (call.close) headers.Connection = 'close';
    if (req.method !== 'HEAD') headers['Content-Length'] = Buffer.byteLength(reply.body);
    res.writeHead(reply.status, headers);
    res.end(reply.body);
  }
}

function dispatch(call) {
  let reply;
  try {
    reply = oauth.handle(call);
  } catch (error) { // never planted: a fault of this program
    console.error(error);
    reply = refuse('server_error', 'unexpected', 500);
  }
  if (call.delay) setTimeout(answer, call.delay, call, reply);
  else answer(call, reply);
}

function serve(req, res) {
  const [path, ...query] = req.url.replace(/^https?:\/\/[^/?#]*/i, '').split('?');
  const call = { req, res, path: path || '/', query: query.join('?'), octets: '', headers: {}, close: false, delay: 0 };
  let chunks = [];
  let size = 0;
  const tooLarge = () => {
    call.close = true;
    answer(call, refuse('invalid_request', 'the request is too large', 413));
  };
  req.on('error', () => {});
  req.on('data', (chunk) => {
    size += chunk.length;
    if (size <= maxBody) chunks.push(chunk);
    else chunks = [];
    if (size > maxIgnored) {
      req.removeAllListeners('data').removeAllListeners('end');
      tooLarge();
    }
  });
  req.on('end', () => {
    if (size > maxBody) return tooLarge();
    call.octets = chunks.length === 1 ? chunks[0].latin1Slice() : Buffer.concat(chunks).latin1Slice();
    dispatch(call);
  });
}

// Answers to what Node's own parser refuses.
function raw(status, description) {
  const { headers, body } = refuse('invalid_request', description, status);
  const lines = Object.entries({ ...headers, 'Content-Length': body.length, Connection: 'close' });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\n${head}\r\n${body}`;
}

const server = http.createServer({ requireHostHeader: false, keepAliveTimeout: 300000, noDelay: true }, serve);
server.on('clientError', (error, socket) => {
  if (!socket.writable || error.code === 'ECONNRESET') return socket.destroy();
  const status = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }[error.code] ?? 400;
  socket.end(raw(status, 'the request is malformed'), () => socket.destroySoon());
});
server.on('connect', (req, socket) => socket.end(raw(405, 'method is not allowed')));
server.on('checkExpectation', (req, res) =>
  answer({ req, res, headers: {}, close: true }, refuse('invalid_request', 'the expectation cannot be met', 417)));

process.on('SIGTERM', () => process.exit(0));
server.listen(port, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  oauth = new OAuth({ issuer, clients, redirectUri, user, store: new Store(), bugs });
  const [confidential, post, open] = clients;
  const entry = ({ id, secret, method }) =>
    `{ client_id: ${id}, client_secret: "${secret}", authentication: ${method} }`;
  const yaml = `name: planted
issuer: ${issuer}
clients:
  confidential: ${entry(confidential)}
  post: ${entry(post)}
  public: { client_id: ${open.id} }
redirect_uri: ${redirectUri}
scopes: [profile]
user: { username: ${user.username}, password: "${user.password}", agent: forms }
api: [ { url: "${issuer}/me", scope: profile } ]
`;
  writeFileSync(`${target}.new`, yaml, { mode: 0o600 });
  renameSync(`${target}.new`, target);
  console.log(`listening on ${issuer}`);
});
