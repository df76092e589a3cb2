// Answers are values: { status, headers, body }, or { raw } for octets of one's own, or { destroy: true }.
export const noStore = { 'Cache-Control': 'no-store', Pragma: 'no-cache' };

const pageHeaders = {
  ...noStore,
  'Content-Type': 'text/html;charset=UTF-8',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  'X-Frame-Options': 'DENY',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escaped = (text) => text.replace(/[&<>"']/g, (character) => entities[character]);

export const json = (status, value, headers) =>
  ({ status, headers: { 'Content-Type': 'application/json', ...noStore, ...headers }, body: JSON.stringify(value) });

// RFC 6749 §5.2
export const refuse = (error, description, status = 400, headers = undefined) =>
  json(status, { error, error_description: description }, headers);

export const page = (status, title, content, headers) => ({
  status,
  headers: { ...pageHeaders, ...headers },
  body: `<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>\n` +
    `<body><h1>${title}</h1>\n${content}\n</body></html>\n`,
});

export const text = (status, type, body) => ({ status, headers: { 'Content-Type': type }, body });
