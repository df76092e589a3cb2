// The target file, so that Oauthentic knows the provider's clients, user and API.
import { callback, otherCallback } from './clients.mjs';

function yaml(value, indent = '') {
  return Object.entries(value)
    .map(([key, item]) => {
      if (Array.isArray(item)) return `${indent}${key}: ${JSON.stringify(item)}\n`;
      if (typeof item === 'object') return `${indent}${key}:\n${yaml(item, `${indent}  `)}`;
      if (item.includes('\n')) return `${indent}${key}: |\n${item.trimEnd().replace(/^/gm, `${indent}  `)}\n`;
      return `${indent}${key}: ${JSON.stringify(item)}\n`; // a JSON string is a YAML scalar
    })
    .join('');
}

export function targetFile(issuer, { registered, privateKeyPem }) {
  const clients = Object.fromEntries(
    Object.entries(registered).map(([name, { client_id, client_secret, token_endpoint_auth_method: authentication }]) => {
      if (authentication === 'none') return [name, { client_id }];
      if (authentication === 'private_key_jwt') return [name, { client_id, authentication, private_key: privateKeyPem, key_id: client_id }];
      return [name, { client_id, client_secret, authentication }];
    }),
  );
  const target = {
    name: 'oidc-provider',
    issuer,
    redirect_uri: callback,
    redirect_uris: [otherCallback],
    scopes: ['openid', 'profile', 'offline_access'],
    clients,
    user: { username: 'alice', password: 'correct horse', agent: 'forms' },
    other_user: { username: 'bob', password: 'battery staple', agent: 'forms' },
  };
  const api = [
    { url: `${issuer}/api/profile`, scope: 'profile' },
    { url: `${issuer}/api/admin`, scope: 'admin' },
  ];
  return `${yaml(target)}api:\n${api.map((one) => `  - ${JSON.stringify(one)}\n`).join('')}`;
}
