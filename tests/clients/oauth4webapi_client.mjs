// oauth4webapi, the lower layer by itself: a public client that pushes its requests and proves its key (PAR, DPoP with
// the server's nonce, JARM), a device, and an application that is told of a sign-out in the back channel.
//
//   node oauth4webapi_client.mjs WORLD HOSHO     WORLD: what run has made; HOSHO: the binary

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as oauth from 'oauth4webapi'
import { checks, register } from './checks.mjs'
import { Person } from './person.mjs'

const [worldFile, binary] = process.argv.slice(2)
const world = JSON.parse(readFileSync(worldFile, 'utf8'))
const REDIRECT = 'http://localhost:9/callback'
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'
const insecure = { [oauth.allowInsecureRequests]: true }
const { check, finish } = checks('oauth4webapi')
const person = new Person(world.issuer, [REDIRECT])
const issuer = new URL(world.issuer)
const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))

/** Push a request, let the person answer it, and exchange the code. */
async function signIn(client, authentication, { DPoP, signed } = {}) {
  const verifier = oauth.generateRandomCodeVerifier()
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()]
  const parameters = {
    redirect_uri: REDIRECT, response_type: 'code', scope: 'openid email', state, nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
    ...(signed ? { response_mode: 'jwt' } : {}),
  }
  const pushed = await retried(async () => {
    const answer = await oauth.pushedAuthorizationRequest(server, client, authentication, parameters, { DPoP, ...insecure })
    return oauth.processPushedAuthorizationResponse(server, client, answer)
  })
  const address = new URL(server.authorization_endpoint)
  address.search = new URLSearchParams({ client_id: client.client_id, request_uri: pushed.request_uri })
  const callback = await person.authorize(address, world.username, world.password)
  const answer = signed
    ? await oauth.validateJwtAuthResponse(server, client, callback, state, insecure)
    : oauth.validateAuthResponse(server, client, callback, state)
  return retried(async () => {
    const response = await oauth.authorizationCodeGrantRequest(server, client, authentication, answer, REDIRECT, verifier, { DPoP, ...insecure })
    return oauth.processAuthorizationCodeResponse(server, client, response, { expectedNonce: nonce, requireIdToken: true })
  })
}

/** Once more where the server first wants its nonce in the proof. */
async function retried(body) {
  try {
    return await body()
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error
    return body()
  }
}

await check('a public client pushes its request, proves its key with the nonce of the server, and its token is bound', async () => {
  const { client_id } = register(binary, {
    client_name: 'Phone app', application_type: 'native', token_endpoint_auth_method: 'none', redirect_uris: [REDIRECT],
    dpop_bound_access_tokens: true, scope: 'openid email', hosho_first_party: true,
  })
  const client = { client_id }
  const DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256'))
  const tokens = await signIn(client, oauth.None(), { DPoP })
  assert.equal(tokens.token_type, 'dpop')
  const ask = () => oauth.userInfoRequest(server, client, tokens.access_token, { DPoP, ...insecure })
  const answer = await retried(async () => {
    const response = await ask()
    return oauth.processUserInfoResponse(server, client, oauth.skipSubjectCheck, response)
  })
  assert.equal(answer.email, world.username)
  const stranger = oauth.DPoP(client, await oauth.generateKeyPair('ES256'))
  const refused = await oauth.userInfoRequest(server, client, tokens.access_token, { DPoP: stranger, ...insecure }).catch(error => error)
  assert.equal((refused.response ?? refused).status, 401)
})
await check('the answer to a client with private_key_jwt comes signed', async () => {
  const pair = await oauth.generateKeyPair('PS256', { extractable: true })
  const jwk = { ...(await crypto.subtle.exportKey('jwk', pair.publicKey)), kid: 'k', use: 'sig', alg: 'PS256' }
  delete jwk.key_ops
  const { client_id } = register(binary, {
    client_name: 'Partner', token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [jwk] }, redirect_uris: [REDIRECT],
    scope: 'openid email', hosho_first_party: true, authorization_signed_response_alg: 'PS256',
  })
  const client = { client_id, authorization_signed_response_alg: 'PS256' }
  const tokens = await signIn(client, oauth.PrivateKeyJwt({ key: pair.privateKey, kid: 'k' }), { signed: true })
  assert.equal(oauth.getValidatedIdTokenClaims(tokens).aud, client_id)
})
await check('a device waits for the person', async () => {
  const { client_id } = register(binary, { client_name: 'Air conditioner', token_endpoint_auth_method: 'none', grant_types: [DEVICE], scope: 'openid' })
  const client = { client_id }
  const begun = await oauth.deviceAuthorizationRequest(server, client, oauth.None(), { scope: 'openid' }, insecure)
  const device = await oauth.processDeviceAuthorizationResponse(server, client, begun)
  const poll = async () => {
    const response = await oauth.deviceCodeGrantRequest(server, client, oauth.None(), device.device_code, insecure)
    return oauth.processDeviceCodeResponse(server, client, response)
  }
  await assert.rejects(poll(), error => error.error === 'authorization_pending')
  const page = await person.press(await person.open(device.verification_uri_complete), 'device-next')
  await person.press(page, 'device-allow')
  await new Promise(resolve => setTimeout(resolve, device.interval * 1000))
  assert.ok(oauth.getValidatedIdTokenClaims(await poll()).sub)
})
await check('an application is told in the back channel that the person has signed out', async () => {
  let told
  const arrived = new Promise(resolve => { told = resolve })
  const listener = createServer((request, response) => {
    let body = ''
    request.on('data', piece => { body += piece }).on('end', () => { response.end(); told(new URLSearchParams(body)) })
  }).listen(world.logout_port, '127.0.0.1')
  try {
    const { client_id, client_secret } = register(binary, {
      client_name: 'Told', redirect_uris: [REDIRECT], scope: 'openid', hosho_first_party: true,
      backchannel_logout_uri: `http://localhost:${world.logout_port}/out`, backchannel_logout_session_required: true,
    })
    const tokens = await signIn({ client_id }, oauth.ClientSecretBasic(client_secret))
    const claims = oauth.getValidatedIdTokenClaims(tokens)
    await person.press(await person.open(new URL('/sign-out', issuer)), 'logout-confirm')
    const late = new Promise((_, reject) => setTimeout(() => reject(new Error('nobody was told')), 10_000))
    const form = await Promise.race([arrived, late])
    const keys = createRemoteJWKSet(new URL(server.jwks_uri))
    const { payload } = await jwtVerify(form.get('logout_token'), keys, { issuer: world.issuer, audience: client_id, typ: 'logout+jwt' })
    assert.deepEqual([payload.sid, payload.sub], [claims.sid, claims.sub])
    assert.deepEqual(payload.events, { 'http://schemas.openid.net/event/backchannel-logout': {} })
  } finally {
    listener.close()
  }
})

finish()
