// openid-client, a certified relying-party library, walks through everything an app needs of its provider.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import * as client from 'openid-client'
import { checks } from './checks.mjs'
import { Person } from './person.mjs'

const world = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const REDIRECT = 'http://localhost:9/callback'
const BYE = 'http://localhost:9/bye'
const SCOPE = 'openid profile email offline_access products'
const { check, finish } = checks('openid-client')

const discover = ({ client_id, client_secret }, authentication) =>
  client.discovery(new URL(world.issuer), client_id, client_secret, authentication, { execute: [client.allowInsecureRequests] })

async function signIn(config, person, more = {}) {
  const verifier = client.randomPKCECodeVerifier()
  const expected = { expectedState: client.randomState(), expectedNonce: client.randomNonce() }
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT, scope: SCOPE, state: expected.expectedState, nonce: expected.expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', ...more,
  })
  const callback = await person.authorize(address, world.username, world.password)
  return client.authorizationCodeGrant(config, callback, { pkceCodeVerifier: verifier, idTokenExpected: true, ...expected })
}

async function refused(promise, code) {
  await assert.rejects(promise, error => {
    assert.equal(error.error ?? error.cause?.error, code, `${error.message}: ${JSON.stringify(error.cause)}`)
    return true
  })
}

let config
let tokens
const person = new Person(world.issuer, [REDIRECT, BYE])

await check('discovery names this issuer and what it can do', async () => {
  config = await discover(world.basic, client.ClientSecretBasic(world.basic.client_secret))
  const server = config.serverMetadata()
  assert.equal(server.issuer, world.issuer)
  assert.ok(server.supportsPKCE())
  assert.ok(server.authorization_response_iss_parameter_supported)
})
await check('a person signs in by the code flow with PKCE, state and nonce', async () => {
  tokens = await signIn(config, person, { prompt: 'consent' })
  assert.equal(tokens.token_type, 'bearer')
  assert.equal(tokens.claims().aud, world.basic.client_id)
  assert.ok(tokens.refresh_token)
})
await check('userinfo answers for the same subject, with the claims of the scopes', async () => {
  const claims = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
  assert.equal(claims.email, world.username)
  assert.equal(claims.email_verified, true)
  assert.equal(claims.name, '山田 花子')
  assert.equal(claims.products_total, 0)
})
await check('the second app is entered without a password', async () => {
  const second = await discover(world.public, client.None())
  const before = person.cookies.size
  const more = await signIn(second, new Proxy(person, {
    get: (target, name) => name === 'press'
      ? (page, button, values) => { assert.notEqual(button, 'login-submit'); return target.press(page, button, values) }
      : Reflect.get(target, name),
  }))
  assert.ok(before > 0 && more.id_token)
})
await check('a refresh token gives a new pair, and the new access token works', async () => {
  const fresh = await client.refreshTokenGrant(config, tokens.refresh_token)
  assert.notEqual(fresh.refresh_token, tokens.refresh_token)
  await client.fetchUserInfo(config, fresh.access_token, tokens.claims().sub)
  tokens.newer = fresh
})
await check('introspection knows a live token and not an invented one', async () => {
  const live = await client.tokenIntrospection(config, tokens.newer.access_token)
  assert.equal(live.active, true)
  assert.equal(live.client_id, world.basic.client_id)
  assert.deepEqual({ ...(await client.tokenIntrospection(config, 'invented')) }, { active: false })
})
await check('a revoked access token is refused by userinfo at once', async () => {
  await client.tokenRevocation(config, tokens.newer.access_token)
  await assert.rejects(client.fetchUserInfo(config, tokens.newer.access_token, tokens.claims().sub))
})
await check('a revoked refresh token gives nothing any more', async () => {
  const again = await signIn(config, person)
  await client.tokenRevocation(config, again.refresh_token)
  await refused(client.refreshTokenGrant(config, again.refresh_token), 'invalid_grant')
})
await check('a code is worth nothing to somebody with another verifier', async () => {
  const verifier = client.randomPKCECodeVerifier()
  const state = client.randomState()
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT, scope: 'openid', state, code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
  })
  const callback = await person.authorize(address, world.username, world.password)
  const checks = { pkceCodeVerifier: client.randomPKCECodeVerifier(), expectedState: state }
  await refused(client.authorizationCodeGrant(config, callback, checks), 'invalid_grant')
})
await check('prompt=none is answered without a page while signed in', async () => {
  assert.ok((await signIn(config, person, { prompt: 'none' })).id_token)
})
await check('sign-out started by the app ends the session and comes back to the app', async () => {
  const address = client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: BYE, state: 'done' })
  let page = await person.open(address)
  if (page.html) page = await person.press(page, 'logout-confirm')
  assert.equal(page.url.href, `${BYE}?state=done`)
})
await check('after sign-out prompt=none says login_required', async () => {
  await refused(signIn(config, person, { prompt: 'none' }), 'login_required')
})
await check('a machine gets a token by client credentials', async () => {
  const machine = await discover(world.machine, client.ClientSecretBasic(world.machine.client_secret))
  const own = await client.clientCredentialsGrant(machine, { scope: 'management' })
  assert.ok(own.access_token && !own.refresh_token && !own.id_token)
  assert.equal((await client.tokenIntrospection(machine, own.access_token)).active, true)
})

finish()
