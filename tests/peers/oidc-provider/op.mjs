// An OpenID provider that is not ours (npm oidc-provider), so that the adapter is not only tested against its authors'
// own idea of the protocol. It speaks with Idura's claims. Its login is one form: a CPR number and two buttons.
//
// usage: node op.mjs PORT RETURN_URL LOGOUT_URL [CLIENT_ID] [CLIENT_SECRET]
// It prints "ready ISSUER" when it listens, on 127.0.0.1 only, and ends on SIGTERM.

import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [port, returnUrl, logoutUrl, clientId = 'portal', clientSecret = 'a-secret-of-the-tests'] = process.argv.slice(2);
if (!/^\d+$/.test(port ?? '') || !returnUrl || !logoutUrl) {
  console.error('usage: node op.mjs PORT RETURN_URL LOGOUT_URL [CLIENT_ID] [CLIENT_SECRET]');
  process.exit(2);
}
const issuer = `http://localhost:${port}`;
const levels = ['LOW', 'SUBSTANTIAL', 'HIGH'];

// An account's id carries all that was typed: the provider keeps no other memory of it.
const accountId = (cpr, level) => Buffer.from(JSON.stringify({ cpr, level })).toString('base64url');
const claimsOf = (id) => {
  const { cpr, level } = JSON.parse(Buffer.from(id, 'base64url').toString());
  return {
    sub: id,
    uuid: `peer-${id}`,
    name: 'Test Testesen',
    identityscheme: 'dkmitid',
    loA: level,
    ...(cpr === '' ? {} : { cprNumberIdentifier: cpr }),
  };
};

const provider = new Provider(issuer, {
  clients: [{
    client_id: clientId,
    client_secret: clientSecret,
    redirect_uris: [returnUrl],
    post_logout_redirect_uris: [logoutUrl],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'client_secret_basic',
    id_token_signed_response_alg: 'RS256',
  }],
  cookies: { keys: ['for the tests only'] },
  conformIdTokenClaims: false,
  scopes: ['openid', 'ssn'],
  claims: {
    openid: ['sub', 'uuid', 'name', 'identityscheme', 'loA'],
    ssn: ['cprNumberIdentifier'],
    auth_time: null, acr: null, amr: null, iss: null, sid: null,
  },
  acrValues: ['urn:grn:authn:dk:mitid:substantial'],
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { logoutSource: confirmLogout } },
  interactions: { url: (_context, interaction) => `/login/${interaction.uid}` },
  ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 300, Interaction: 900, Session: 900, Grant: 900 },
  // The portal is the one client, and the login is the consent.
  loadExistingGrant: async (context) => {
    const grant = new context.oidc.provider.Grant({ clientId, accountId: context.oidc.session.accountId });
    grant.addOIDCScope('openid ssn');
    await grant.save();
    return grant;
  },
  findAccount: (_context, id) => ({ accountId: id, claims: () => claimsOf(id) }),
});

const page = (title, body) => `<!doctype html><html lang="da"><head><meta charset="utf-8"><title>${title}</title></head>
<body><main><h1>${title}</h1>${body}</main></body></html>`;

const loginForm = (hint) => page('Log ind', `<form method="post">
<label>CPR-nummer <input name="cpr" autocomplete="off" value="${hint}"></label>
<label>Sikringsniveau <select name="level">${levels
    .map((level) => `<option${level === 'SUBSTANTIAL' ? ' selected' : ''}>${level}</option>`).join('')}</select></label>
<button name="action" value="login">Log ind</button>
<button name="action" value="abort" formnovalidate>Afbryd</button>
</form>`);

async function confirmLogout(context, form) {
  // One step less than the library's own page: the form's only question is answered at once.
  context.body = page('Log ud', `${form}<button form="op.logoutForm" name="logout" value="yes">Log ud</button>`);
}

async function readForm(request) {
  let text = '';
  for await (const part of request) {
    text += part;
    if (text.length > 10_000) throw new Error('too large');
  }
  return new URLSearchParams(text);
}

async function login(request, response) {
  const { params } = await provider.interactionDetails(request, response);
  if (request.method !== 'POST') {
    // `login_hint` fills the form in; only a number's own characters of it are used.
    const hint = (params.login_hint ?? '').replace(/[^0-9A-Z-]/gi, '');
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    return response.end(loginForm(hint));
  }
  const form = await readForm(request);
  const level = levels.includes(form.get('level')) ? form.get('level') : 'SUBSTANTIAL';
  const result = form.get('action') === 'login'
    ? { login: {
        accountId: accountId((form.get('cpr') ?? '').replace(/[^0-9A-Z]/gi, ''), level),
        acr: 'urn:grn:authn:dk:mitid:substantial',
        amr: ['code_app'],
        remember: false,
      } }
    : { error: 'access_denied', error_description: 'mitid_user_aborted' };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const rest = provider.callback();
const server = createServer((request, response) => {
  if (!request.url.startsWith('/login/')) return rest(request, response);
  return login(request, response).catch((error) => {
    response.writeHead(400, { 'content-type': 'text/plain' });
    response.end(error.name);
  });
});
server.listen(Number(port), '127.0.0.1', () => console.log(`ready ${issuer}`));
process.on('SIGTERM', () => { server.close(() => process.exit(0)); server.closeAllConnections(); });
