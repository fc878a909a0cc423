// openid-client under the stricter and the older profiles: FAPI 2.0 Message Signing (PAR, JAR, JARM, DPoP,
// private_key_jwt), hybrid and implicit flows, encrypted ID tokens, registration by the client itself, devices, people
// asked in the back channel, token exchange.
//
//   node openid_client_profiles.mjs WORLD HOSHO     WORLD: what run has made; HOSHO: the binary

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import * as client from 'openid-client'
import { checks, hosho, newKey, register } from './checks.mjs'
import { Person } from './person.mjs'

const [worldFile, binary] = process.argv.slice(2)
const world = JSON.parse(readFileSync(worldFile, 'utf8'))
const REDIRECT = 'http://localhost:9/callback'
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const CIBA = 'urn:openid:params:grant-type:ciba'
const { check, finish } = checks('openid-client')
const person = new Person(world.issuer, [REDIRECT])
const shared = { redirect_uris: [REDIRECT], scope: 'openid profile email offline_access products' }
const open = address => person.authorize(address, world.username, world.password)

const discover = (id, metadata, authentication) =>
  client.discovery(new URL(world.issuer), id, metadata, authentication, { execute: [client.allowInsecureRequests] })

async function refused(promise, code) {
  await assert.rejects(promise, error => {
    assert.equal(error.error ?? error.cause?.error, code, `${error.message}: ${JSON.stringify(error.cause)}`)
    return true
  })
}

/** The parameters of one authorization request, and what its answer must hold. */
async function fresh(more = {}) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const expectedState = client.randomState()
  const expectedNonce = client.randomNonce()
  const parameters = {
    redirect_uri: REDIRECT, scope: 'openid email', state: expectedState, nonce: expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: 'S256', ...more,
  }
  return { parameters, expected: { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true } }
}

// --- FAPI 2.0 Message Signing: everything is pushed, signed and bound -------------------------------------------

const key = await newKey('ES256')
const signing = { key: key.privateKey, kid: key.kid }
// FAPI 2.0: the audience is the issuer as one string.
const assertion = client.PrivateKeyJwt(signing, { [client.modifyAssertion]: (_, claims) => { claims.aud = world.issuer } })
let bank
let DPoP
let tokens

await check('a FAPI client pushes a signed request and reads a signed answer', async () => {
  const registered = register(binary, {
    ...shared, client_name: 'Bank', hosho_profile: 'fapi2-message-signing', token_endpoint_auth_method: 'private_key_jwt',
    jwks: key.jwks, dpop_bound_access_tokens: true, grant_types: ['authorization_code', 'refresh_token'],
    id_token_signed_response_alg: 'ES256', authorization_signed_response_alg: 'ES256',
  })
  const expects = { id_token_signed_response_alg: 'ES256', authorization_signed_response_alg: 'ES256' }
  bank = await discover(registered.client_id, expects, assertion)
  client.useJwtResponseMode(bank)
  DPoP = client.getDPoPHandle(bank, await client.randomDPoPKeyPair('ES256'))
  const { parameters, expected } = await fresh({ scope: 'openid email offline_access' })
  const signed = await client.buildAuthorizationUrlWithJAR(bank, parameters, signing)
  const pushed = await client.buildAuthorizationUrlWithPAR(bank, signed.searchParams, { DPoP })
  assert.deepEqual([...pushed.searchParams.keys()].sort(), ['client_id', 'request_uri'])
  const callback = await open(pushed)
  assert.deepEqual([...callback.searchParams.keys()], ['response'])
  tokens = await client.authorizationCodeGrant(bank, callback, expected, undefined, { DPoP })
  assert.equal(tokens.token_type, 'dpop')
})
await check('a token that is bound to a key opens userinfo with a proof and not without', async () => {
  const claims = await client.fetchUserInfo(bank, tokens.access_token, tokens.claims().sub, { DPoP })
  assert.equal(claims.email, world.username)
  const bare = await fetch(`${world.issuer}/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } })
  assert.equal(bare.status, 401)
})
await check('a FAPI refresh token stays the same and gives tokens for another key', async () => {
  const other = client.getDPoPHandle(bank, await client.randomDPoPKeyPair('ES256'))
  const again = await client.refreshTokenGrant(bank, tokens.refresh_token, undefined, { DPoP: other })
  assert.equal(again.refresh_token ?? tokens.refresh_token, tokens.refresh_token)
  await client.fetchUserInfo(bank, again.access_token, tokens.claims().sub, { DPoP: other })
})
await check('a FAPI client gets nowhere without pushing', async () => {
  const { parameters } = await fresh()
  const page = await person.open(await client.buildAuthorizationUrlWithJAR(bank, parameters, signing))
  assert.equal(page.status, 400)
  assert.match(page.html, /invalid_request/)
})
await check('an introspection answer is signed for a client that registered for it', async () => {
  const caller = register(binary, {
    ...shared, client_name: 'Resource', token_endpoint_auth_method: 'private_key_jwt', jwks: key.jwks, introspection_signed_response_alg: 'ES256',
  })
  const config = await discover(caller.client_id, { introspection_signed_response_alg: 'ES256' }, client.PrivateKeyJwt(signing))
  const { parameters, expected } = await fresh()
  const own = await client.authorizationCodeGrant(config, await open(client.buildAuthorizationUrl(config, parameters)), expected)
  const answer = await client.tokenIntrospection(config, own.access_token)
  assert.deepEqual([answer.active, answer.client_id], [true, caller.client_id])
})

// --- Older clients, sealed answers, clients that come by themselves ---------------------------------------------

const compatible = { ...shared, hosho_profile: 'compatible', hosho_first_party: true }

await check('a hybrid client gets a code and an ID token whose hashes fit', async () => {
  const app = register(binary, { ...compatible, client_name: 'Hybrid', response_types: ['code id_token'] })
  const config = await discover(app.client_id, app.client_secret, client.ClientSecretBasic(app.client_secret))
  client.useCodeIdTokenResponseType(config)
  client.enableDetachedSignatureResponseChecks(config)
  const { parameters, expected } = await fresh()
  const callback = await open(client.buildAuthorizationUrl(config, parameters))
  assert.ok(callback.hash.includes('id_token='), callback.href)
  const given = await client.authorizationCodeGrant(config, callback, expected)
  assert.equal(given.claims().aud, app.client_id)
})
await check('an implicit client gets an ID token in the fragment', async () => {
  const app = register(binary, { ...compatible, client_name: 'Implicit', response_types: ['id_token'] })
  const config = await discover(app.client_id, app.client_secret)
  client.useIdTokenResponseType(config)
  const { parameters: { code_challenge: _, code_challenge_method: __, ...parameters }, expected } = await fresh()
  const callback = await open(client.buildAuthorizationUrl(config, parameters))
  const claims = await client.implicitAuthentication(config, callback, expected.expectedNonce, { expectedState: expected.expectedState })
  assert.equal(claims.email, world.username)
})
await check('an encrypted ID token is opened by the client it was made for', async () => {
  const secret = await newKey('ECDH-ES', 'enc')
  const app = register(binary, {
    ...shared, client_name: 'Sealed', hosho_first_party: true, jwks: secret.jwks,
    id_token_encrypted_response_alg: 'ECDH-ES', id_token_encrypted_response_enc: 'A256GCM',
  })
  const config = await discover(app.client_id, app.client_secret, client.ClientSecretBasic(app.client_secret))
  client.enableDecryptingResponses(config, ['A256GCM'], { key: secret.privateKey, alg: 'ECDH-ES', kid: secret.kid })
  const { parameters, expected } = await fresh()
  const given = await client.authorizationCodeGrant(config, await open(client.buildAuthorizationUrl(config, parameters)), expected)
  assert.equal(given.id_token.split('.').length, 5)
  assert.equal(given.claims().aud, app.client_id)
})
await check('a client that was invited registers itself and signs people in', async () => {
  const { initial_access_token: initialAccessToken } = hosho(binary, ['client', 'invite'])
  const config = await client.dynamicClientRegistration(
    new URL(world.issuer), { client_name: 'Guest', redirect_uris: [REDIRECT], token_endpoint_auth_method: 'client_secret_post' },
    undefined, { initialAccessToken, execute: [client.allowInsecureRequests] },
  )
  const { parameters, expected } = await fresh()
  const given = await client.authorizationCodeGrant(config, await open(client.buildAuthorizationUrl(config, parameters)), expected)
  assert.equal(given.claims().aud, config.clientMetadata().client_id)
  const again = client.dynamicClientRegistration(
    new URL(world.issuer), { redirect_uris: [REDIRECT] }, undefined, { initialAccessToken, execute: [client.allowInsecureRequests] },
  )
  await assert.rejects(again, error => error.status === 401)
})

// --- Without a browser of their own -----------------------------------------------------------------------------

await check('a device signs in by the code that a person confirms', async () => {
  const app = register(binary, { client_name: 'Fridge', token_endpoint_auth_method: 'none', grant_types: [DEVICE, 'refresh_token'], scope: 'openid email offline_access' })
  const config = await discover(app.client_id, undefined, client.None())
  const device = await client.initiateDeviceAuthorization(config, { scope: 'openid email offline_access' })
  const page = await person.press(await person.open(device.verification_uri_complete), 'device-next')
  assert.ok(page.html.includes(device.user_code), 'the page shows the code of the device')
  assert.equal((await person.press(page, 'device-allow')).status, 200)
  const given = await client.pollDeviceAuthorizationGrant(config, { ...device, interval: 1 })
  assert.ok(given.claims().sub && given.refresh_token)
})
await check('a device that was told no learns it', async () => {
  const app = register(binary, { client_name: 'Oven', token_endpoint_auth_method: 'none', grant_types: [DEVICE], scope: 'openid' })
  const config = await discover(app.client_id, undefined, client.None())
  const device = await client.initiateDeviceAuthorization(config, { scope: 'openid' })
  const page = await person.press(await person.open(device.verification_uri_complete), 'device-next')
  await person.press(page, 'device-deny')
  await refused(client.pollDeviceAuthorizationGrant(config, { ...device, interval: 1 }), 'access_denied')
})
await check('a person is asked on my page, and the client that asked gets tokens', async () => {
  const app = register(binary, { client_name: 'Call centre', grant_types: [CIBA], scope: 'openid email', backchannel_token_delivery_mode: 'poll' })
  const config = await discover(app.client_id, app.client_secret, client.ClientSecretBasic(app.client_secret))
  const asked = await client.initiateBackchannelAuthentication(config, { scope: 'openid email', login_hint: world.username, binding_message: 'W4SCT' })
  const list = await person.open(`${world.issuer}/my/approvals`)
  const page = await person.open(new URL(/href="(\/my\/approvals\/[^"]+)"/.exec(list.html)[1], world.issuer))
  assert.ok(page.html.includes('W4SCT'))
  await person.press(page, 'approval-allow')
  const given = await client.pollBackchannelAuthenticationGrant(config, { ...asked, interval: 1 })
  assert.equal(given.claims().aud, app.client_id)
})
await check('a client acts for the people of another where a policy lets it', async () => {
  const web = register(binary, { ...shared, client_name: 'Web', hosho_first_party: true })
  const agent = register(binary, { client_name: 'Agent', grant_types: [EXCHANGE], scope: 'openid email products' })
  const config = await discover(web.client_id, web.client_secret, client.ClientSecretBasic(web.client_secret))
  const acting = await discover(agent.client_id, agent.client_secret, client.ClientSecretBasic(agent.client_secret))
  const { parameters, expected } = await fresh()
  const own = await client.authorizationCodeGrant(config, await open(client.buildAuthorizationUrl(config, parameters)), expected)
  const wish = { subject_token: own.access_token, subject_token_type: 'urn:ietf:params:oauth:token-type:access_token', scope: 'openid email' }
  await refused(client.genericGrantRequest(acting, EXCHANGE, wish), 'invalid_request')
  hosho(binary, ['client', 'exchange', 'allow', web.client_id, agent.client_id, '--scope', 'openid email'])
  const exchanged = await client.genericGrantRequest(acting, EXCHANGE, wish)
  const claims = await client.fetchUserInfo(acting, exchanged.access_token, own.claims().sub)
  assert.equal(claims.email, world.username)
  assert.equal((await client.tokenIntrospection(acting, exchanged.access_token)).act.sub, agent.client_id)
})

finish()
