// The clients that the target file names, one for each way of authentication and one for each binding check.
import { generateKeyPairSync } from 'node:crypto';

export const callback = 'http://127.0.0.1:8765/callback';
export const otherCallback = 'http://127.0.0.1:8765/other?kept=1';

const scope = 'openid profile offline_access admin';
const codeGrants = ['authorization_code', 'refresh_token'];

function client(client_id, token_endpoint_auth_method, overrides = {}) {
  return {
    client_id,
    token_endpoint_auth_method,
    redirect_uris: [callback, otherCallback],
    response_types: ['code'],
    grant_types: [...codeGrants, 'client_credentials'],
    scope,
    ...overrides,
  };
}

const secret = (name) => ({ client_secret: `${name}-secret-0123456789abcdef0123456789ab` });

export function makeClients() {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicJwk = { ...key.publicKey.export({ format: 'jwk' }), kid: 'jwt-client', alg: 'ES256', use: 'sig' };
  const privateKeyPem = key.privateKey.export({ format: 'pem', type: 'pkcs8' });

  const registered = {
    confidential: client('confidential-client', 'client_secret_basic', secret('confidential')),
    other: client('other-client', 'client_secret_basic', secret('other')),
    post: client('post-client', 'client_secret_post', secret('post')),
    public: client('public-client', 'none', { grant_types: codeGrants, application_type: 'native' }),
    jwt: client('jwt-client', 'private_key_jwt', {
      token_endpoint_auth_signing_alg: 'ES256',
      jwks: { keys: [publicJwk] },
    }),
    // RFC 6749 §2.3.1: both halves of Basic credentials are form-encoded first; these octets show whether they are decoded.
    encoded: client('encoded:client/one+%2B', 'client_secret_basic', {
      client_secret: 'a%2Fb+c:d/e f-0123456789abcdef0123456789',
    }),
    single: client('single-client', 'client_secret_basic', { ...secret('single'), redirect_uris: [callback] }),
    // It may use neither the code flow nor client credentials: a check of unauthorized_client.
    limited: client('limited-client', 'client_secret_basic', {
      ...secret('limited'),
      grant_types: [],
      response_types: [],
    }),
    resource_server: client('resource-server', 'client_secret_basic', {
      ...secret('resource-server'),
      redirect_uris: [],
      grant_types: [],
      response_types: [],
    }),
  };
  return { registered, privateKeyPem };
}
