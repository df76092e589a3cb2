// Two protected resources beside the provider: GET /api/profile and GET /api/admin (RFC 6750).
const scopes = { '/api/profile': 'profile', '/api/admin': 'admin' };
const bearer = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

/// RFC 6750 §3: a request without any credentials learns the scheme only; a refused one learns why.
function refuse(ctx, status, error, scope) {
  const attributes = ['realm="api"'];
  if (error) attributes.push(`error="${error}"`);
  if (scope) attributes.push(`scope="${scope}"`);
  ctx.status = status;
  ctx.set('WWW-Authenticate', `Bearer ${attributes.join(', ')}`);
  ctx.body = error ? { error } : { message: 'an access token is needed' };
}

async function answer(ctx, provider, scope) {
  const fields = ctx.req.headersDistinct.authorization ?? [];
  const inQuery = new URLSearchParams(ctx.querystring).has('access_token');
  const isBearer = fields.some((field) => /^Bearer( |$)/i.test(field));
  if (fields.length > 1 || (isBearer && inQuery)) return refuse(ctx, 400, 'invalid_request');
  if (!isBearer) return refuse(ctx, 401);

  const token = bearer.exec(fields[0])?.[1];
  if (!token) return refuse(ctx, 400, 'invalid_request');
  const found = (await provider.AccessToken.find(token)) ?? (await provider.ClientCredentials.find(token));
  if (!found?.isValid) return refuse(ctx, 401, 'invalid_token');
  if (!found.scopes.has(scope)) return refuse(ctx, 403, 'insufficient_scope', scope);
  ctx.body = { subject: found.accountId ?? found.clientId, scope: [...found.scopes].join(' ') };
}

export function api(provider) {
  return async (ctx, next) => {
    const scope = Object.hasOwn(scopes, ctx.path) ? scopes[ctx.path] : undefined;
    if (!scope) return next();
    ctx.set('Cache-Control', 'no-store');
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
      ctx.status = 405;
      ctx.set('Allow', 'GET, HEAD');
      return undefined;
    }
    return answer(ctx, provider, scope);
  };
}
