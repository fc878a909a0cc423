// Counting, and clients made for one script.

import { execFileSync } from 'node:child_process'
import { exportJWK, generateKeyPair } from 'jose'

/** What runs, counts and prints one check after the other, and what ends the script. */
export function checks(library) {
  let passed = 0
  let failed = 0
  async function check(sentence, body) {
    try {
      await body()
      passed++
      console.log(`ok      ${library}: ${sentence}`)
    } catch (error) {
      failed++
      const cause = error.cause ? `\n        cause: ${JSON.stringify(error.cause)}` : ''
      console.log(`FAILED  ${library}: ${sentence}\n        ${error.stack}${cause}`)
    }
  }
  function finish() {
    console.log(`${passed} passed, ${failed} failed`)
    process.exit(failed ? 1 : 0)
  }
  return { check, finish }
}

/** Run a command of the program, with a document on its standard input where one is given; its JSON. */
export function hosho(binary, words, document) {
  const input = document === undefined ? undefined : JSON.stringify(document)
  return JSON.parse(execFileSync(binary, [...words, '--json'], { input, encoding: 'utf8' }))
}

/** Register an application. */
export const register = (binary, metadata) => hosho(binary, ['client', 'create'], metadata)

/** A new key of an application: the pair, and the key set to register. */
export async function newKey(algorithm = 'ES256', use = 'sig') {
  const pair = await generateKeyPair(algorithm, { extractable: true })
  const kid = `${algorithm}-${use}`
  const jwk = { ...(await exportJWK(pair.publicKey)), kid, alg: algorithm, use }
  return { ...pair, kid, jwks: { keys: [jwk] } }
}
