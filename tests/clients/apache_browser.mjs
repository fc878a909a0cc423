// A real browser and Apache's mod_auth_openidc: sign in for a protected page, come back without a password, sign out.
//
//   node apache_browser.mjs ISSUER APP     the person is in HOSHO_TEST_PERSON and HOSHO_TEST_PASSWORD

import assert from 'node:assert/strict'
import { chromium } from 'playwright-core'
import { checks } from './checks.mjs'

const [issuer, app] = process.argv.slice(2)
const { HOSHO_TEST_PERSON: username, HOSHO_TEST_PASSWORD: password } = process.env
const { check, finish } = checks('mod_auth_openidc')

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})
const context = await browser.newContext({ locale: 'ja-JP' })
context.setDefaultTimeout(20_000)
const page = await context.newPage()

async function signIn() {
  await page.goto(`${app}/protected/`)
  await page.waitForSelector('[name=username]')
  assert.ok(page.url().startsWith(`${issuer}/sign-in`), page.url())
  await page.fill('[name=username]', username)
  await page.fill('[name=password]', password)
  await page.click('#login-submit')
  await page.waitForSelector('#seen')
  assert.equal(page.url(), `${app}/protected/`)
}

try {
  await check('a protected page asks for a sign-in and is shown after it', signIn)
  await check('the module has read the claims of the person', async () => {
    const info = JSON.parse(await (await page.goto(`${app}/protected/redirect?info=json`)).text())
    assert.equal(info.userinfo.email, username)
    assert.equal(info.userinfo.name, '山田 花子')
    assert.equal(info.id_token.iss, issuer)
    assert.equal(info.id_token.sub, info.userinfo.sub)
  })
  // Another query each time: the browser may keep the page of an address for a moment.
  await check('a browser that the module has forgotten comes back without a password', async () => {
    await context.clearCookies({ name: /^mod_auth_openidc/ })
    await page.goto(`${app}/protected/?forgotten`)
    await page.waitForSelector('#seen')
  })
  await check('signing out at the module ends the session here and returns to its page', async () => {
    await page.goto(`${app}/protected/redirect?logout=${encodeURIComponent(`${app}/bye.html`)}`)
    await page.waitForSelector('#bye')
    await page.goto(`${app}/protected/?signed-out`)
    await page.waitForSelector('[name=username]')
  })
  await check('signing out elsewhere reaches the module in the back channel', async () => {
    await signIn()
    await page.goto(`${issuer}/sign-out`)
    await page.click('#logout-confirm')
    await page.waitForURL(address => address.pathname === '/sign-in')
    // The module forgets the session when it is told, which happens right after the sign-out.
    for (let tries = 0; ; tries++) {
      await page.goto(`${app}/protected/?told-${tries}`)
      if (await page.locator('[name=username]').count()) break
      assert.ok(tries < 20, 'the page is still shown')
      await page.waitForTimeout(500)
    }
  })
} finally {
  await browser.close()
}
finish()
