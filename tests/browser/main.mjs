// The demo, walked through in a real browser: in both languages, at the width of a phone and of a desk.
//
//   node tests/browser/main.mjs HOSHO OUT     HOSHO: the binary; OUT: tests/.out, pictures go to OUT/screens
//
// With HOSHO_TEST_PICTURE=1 the README's picture, tests/screenshot.png, is taken too.

import { spawn } from 'node:child_process'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { Look } from './look.mjs'
import { mainJob } from './walk.mjs'
import { passkeys } from './passkeys.mjs'
import { takePicture } from './picture.mjs'

const [hosho, out] = process.argv.slice(2)
const ROUNDS = [['ja', 390], ['ja', 1280], ['en', 390], ['en', 1280]]
let passed = 0
let failed = 0
const tally = (holds, complaint) => {
  if (holds) return void passed++
  failed++
  console.log(`FAILED  ${complaint}`)
}

const portIsFree = port => new Promise(resolve => {
  const server = createServer().once('error', () => resolve(false)).once('listening', () => server.close(() => resolve(true)))
  server.listen(port, '127.0.0.1')
})
async function fourFreePorts() {
  for (;;) {
    const first = 20000 + Math.floor(Math.random() * 12000)
    if ((await Promise.all([0, 1, 2, 3].map(more => portIsFree(first + more)))).every(Boolean)) return first
  }
}

const data = mkdtempSync(join(tmpdir(), 'hosho-browser-'))
const first = await fourFreePorts()
const [ports] = [{ hosho: first, shop: first + 1, support: first + 2, mailbox: first + 3 }].map(found =>
  Object.fromEntries(Object.entries(found).map(([name, port]) => [name, `http://localhost:${port}`])))
const environment = { ...process.env, HOSHO_DATA_DIR: join(data, 'data'), HOSHO_KEYS_DIR: join(data, 'keys') }
const log = join(out, 'log', 'browser-demo.log')
const demo = spawn(hosho, ['demo', '--fresh', '--port', String(first)], { env: environment, stdio: ['ignore', openSync(log, 'w'), openSync(log, 'a')] })

let browser
try {
  for (let tries = 0; ; tries++) {
    if (demo.exitCode !== null || tries > 600) throw new Error(`the demo did not start: ${readFileSync(log, 'utf8')}`)
    if ((await fetch(ports.shop).catch(() => ({ ok: false }))).ok) break
    await new Promise(resolve => setTimeout(resolve, 250))
  }
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
  for (const [index, [locale, width]] of ROUNDS.entries()) {
    const phone = width < 500
    const context = await browser.newContext({
      locale: locale === 'ja' ? 'ja-JP' : 'en-GB', viewport: { width, height: phone ? 844 : 900 }, isMobile: phone, hasTouch: phone,
      // Light on the desk and dark on the phone: both are looked at.
      colorScheme: phone ? 'dark' : 'light', timezoneId: 'Asia/Tokyo', reducedMotion: 'reduce',
    })
    context.setDefaultTimeout(30_000)
    const page = await context.newPage()
    const look = new Look(page, { folder: join(out, 'screens', `${locale}-${width}`), locale, width }, tally)
    const walks = {
      'the main job': async () => mainJob({ page, ports, email: `${locale}${width}@example.jp`, label: await freeLabel(context, index), look, tally }),
      passkeys: () => passkeys({ page, ports, email: `passkey-${locale}${width}@example.jp`, look, tally }),
    }
    for (const [name, walk] of Object.entries(walks)) {
      try {
        await walk()
        console.log(`ok      ${name} in ${locale} at ${width} px`)
        passed++
      } catch (error) {
        failed++
        console.log(`FAILED  ${name} in ${locale} at ${width} px, on ${page.url()}\n${error.stack}`)
        await page.screenshot({ path: join(out, 'screens', `failed-${locale}-${width}.png`), fullPage: true }).catch(() => {})
      }
    }
    await context.close()
  }
  if (process.env.HOSHO_TEST_PICTURE) await takePicture(browser, ports, fileURLToPath(new URL('../screenshot.png', import.meta.url)))
} catch (error) {
  failed++
  console.log(`FAILED  ${error.stack}`)
} finally {
  await browser?.close()
  const gone = new Promise(resolve => demo.once('exit', resolve))
  if (demo.exitCode === null) { demo.kill('SIGTERM'); await gone }
  rmSync(data, { recursive: true, force: true })
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)

/** The label of a product that nobody has registered yet: the mailbox page shows some. */
async function freeLabel(context, index) {
  const page = await context.newPage()
  await page.goto(ports.mailbox)
  const { model, serial, name } = await page.locator('[data-serial]').nth(index).evaluate(element => ({ ...element.dataset }))
  await page.close()
  const purchased = new Date(Date.now() - 3 * 86_400_000)
  return { model, serial, name, purchasedOn: purchased.toISOString().slice(0, 10) }
}
