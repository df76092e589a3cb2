// oidc-provider in an ordinary deployment's configuration, on loopback: node server.mjs PORT TARGET_FILE
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import { api } from './api.mjs';
import { makeClients } from './clients.mjs';
import { targetFile } from './target.mjs';

const people = new Map([
  ['alice', 'Alice Tester'],
  ['bob', 'Bob Tester'],
]);

function signingKey(kid, alg, type, options) {
  return { ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }), kid, alg, use: 'sig' };
}

function configuration(clients) {
  return {
    clients,
    jwks: {
      keys: [
        signingKey('rs256', 'RS256', 'rsa', { modulusLength: 2048 }),
        signingKey('es256', 'ES256', 'ec', { namedCurve: 'P-256' }),
      ],
    },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    scopes: ['openid', 'offline_access', 'admin'],
    claims: { openid: ['sub'], profile: ['name'] },
    responseTypes: ['code'],
    // OAuth clients do not know OpenID's `prompt=consent`, without which the library would not issue a refresh token.
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    async findAccount(_ctx, id) {
      return { accountId: id, claims: async () => ({ sub: id, name: people.get(id) ?? id }) };
    },
    features: {
      devInteractions: { enabled: true },
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      userinfo: { enabled: true },
    },
  };
}

const [port = '0', target] = process.argv.slice(2);
if (!target || !/^\d{1,5}$/.test(port)) {
  console.error('usage: node server.mjs PORT TARGET_FILE');
  process.exit(2);
}

const server = createServer();
server.listen(Number(port), '127.0.0.1', () => {
  // The issuer holds the port, so the provider is made once the port is known.
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const clients = makeClients();
  const provider = new Provider(issuer, configuration(Object.values(clients.registered)));
  provider.on('server_error', (ctx, error) => console.error('server error', ctx.method, ctx.path, error.stack));
  provider.use(api(provider));
  server.on('request', provider.callback());
  writeFileSync(`${target}.part`, targetFile(issuer, clients), { mode: 0o600 });
  renameSync(`${target}.part`, target);
  console.log(`listening on ${issuer}`);
});
server.on('error', (error) => {
  console.error(`cannot listen on 127.0.0.1:${port}: ${error.message}`);
  process.exit(1);
});
process.on('SIGTERM', () => process.exit(0));
