// The main job, as one person does it: sign up from the shop, verify by the letter, come back signed in, register a
// product, see it in the shop, enter the support site without a password, sign out everywhere.

import assert from 'node:assert/strict'

const PASSWORD = 'kikyou no hana 3921 aoi'

/** Press the button that sends the form in which this field is. */
export const send = (page, field) => page.locator(`form:has([name="${field}"]) button:not([type=button])`).first().click()

export async function mainJob({ page, ports, email, label, look, tally }) {
  const { hosho, shop, support, mailbox } = ports
  const at = async (name, holds = true) => { await look.at(name); tally(holds, `${name}: not the page that was expected, ${page.url()}`) }
  const on = address => page.url().startsWith(address)

  await page.goto(shop)
  await at('shop-catalogue')
  await page.click('#sign-in')
  await page.waitForSelector('[name=username]')
  await at('sign-in', on(`${hosho}/sign-in`))

  await page.locator('a[href*="/sign-up"]').first().click()
  await page.waitForSelector('[name=email]')
  await at('sign-up', on(`${hosho}/sign-up`))
  await page.fill('[name=email]', email)
  await send(page, 'email')
  await page.waitForSelector('[name=code]')
  await at('sign-up-code')

  await page.fill('[name=code]', await codeFromTheLetter(page.context(), mailbox, email))
  await send(page, 'code')
  await page.waitForSelector('[name=new_password]')
  await at('sign-up-password')
  await page.fill('[name=new_password]', PASSWORD)
  await send(page, 'new_password')

  await page.waitForSelector('#consent-allow')
  await at('consent')
  await page.click('#consent-allow')
  await page.waitForURL(address => address.href.startsWith(shop))
  await at('shop-signed-in', await page.locator('#sign-out').count() === 1)

  await page.goto(`${hosho}/my/products`)
  await at('my-products-empty', on(`${hosho}/my`))
  await page.goto(`${hosho}/my/products/add`)
  await page.waitForSelector('[name=serial]')
  await at('add-product')
  await registerProduct(page, label, look)
  await at('product', (await page.content()).includes(label.name))

  await page.goto(`${shop}/account`)
  await at('shop-products', await page.locator(`[data-model="${label.model}"]`).count() === 1)

  await page.goto(support)
  await at('support')
  await page.click('#sign-in')
  await page.waitForURL(address => address.href.startsWith(support) && !address.href.includes('/callback'))
  await at('support-products', await page.locator(`[data-model="${label.model}"]`).count() === 1)

  await page.click(`[data-model="${label.model}"]`)
  await at('support-product', (await page.innerText('main')).includes(label.serial))

  for (const place of ['', '/profile', '/security', '/sessions', '/apps']) {
    await page.goto(`${hosho}/my${place}`)
    await at(`my${place.replace('/', '-')}`, on(`${hosho}/my`))
  }

  await page.goto(`${hosho}/api`)
  await at('api')

  await page.goto(shop)
  await page.click('#sign-out')
  if (await page.locator('#logout-confirm').count()) {
    await at('sign-out')
    await page.click('#logout-confirm')
  }
  await page.waitForURL(address => address.href.startsWith(shop))
  await at('shop-signed-out', await page.locator('#sign-in').count() === 1)
  await page.goto(support)
  await at('support-signed-out', await page.locator('#sign-in').count() === 1)
  await page.goto(`${hosho}/my`)
  await page.waitForSelector('[name=username]')
  tally(on(`${hosho}/sign-in`), 'the sign-in at Hosho outlived the sign-out')
}

/** Identify, say when and where it was bought, done. What was typed in small letters and full width is understood. */
async function registerProduct(page, label, look) {
  await page.fill('[name=model]', label.model)
  await page.fill('[name=serial]', asTyped(label.serial))
  await send(page, 'serial')
  await page.waitForSelector('[name=purchased_on]')
  assert.ok((await page.innerText('main')).replaceAll(/[\s-]/g, '').includes(label.serial), 'the serial was not read back')
  await look.at('add-product-when')
  await page.fill('[name=purchased_on]', label.purchasedOn)
  await page.fill('[name=dealer]', 'あおぞら電器')
  await send(page, 'purchased_on')
  await page.waitForURL(/\/my\/products\/[^/]+\/added$/)
  await look.at('add-product-done')
  await page.goto(page.url().replace(/\/added$/, ''))
}

/** ＡＢ-1234 for AB1234, as people type what they read. */
function asTyped(serial) {
  const wide = [...serial.slice(0, 2)].map(letter => String.fromCodePoint(letter.codePointAt(0) + 0xfee0)).join('')
  return `${wide.toLowerCase()}-${serial.slice(2).toLowerCase()}`
}

/** Open the mailbox in a second tab, as one does, and read the code. */
export async function codeFromTheLetter(browser, mailbox, email) {
  const tab = await browser.newPage()
  try {
    for (let tries = 0; tries < 40; tries++) {
      await tab.goto(mailbox)
      const letter = tab.locator(`[data-to="${email}"]`).first()
      if (await letter.count()) {
        await letter.click()
        const text = await tab.locator('#letter-text').innerText()
        const code = /(?<!\d)\d{6,8}(?!\d)/.exec(text)
        assert.ok(code, `no code in the letter:\n${text}`)
        return code[0]
      }
      await tab.waitForTimeout(250)
    }
    throw new Error(`no letter to ${email} arrived`)
  } finally {
    await tab.close()
  }
}
