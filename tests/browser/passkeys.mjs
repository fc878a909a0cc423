// Passkeys, as one person comes to have and to use them: an account by mail and passkey, with no password at all; a
// sign-in that nobody types anything for; a second passkey, named and removed again; the offer after a password. The
// authenticator is the one that Chromium has for tests.

import { codeFromTheLetter, send } from './walk.mjs'

const PASSWORD = 'kikyou no hana 3921 aoi'

export async function passkeys({ page, ports, email, look, tally }) {
  const { hosho, mailbox } = ports
  const device = await authenticator(page)
  const at = async (name, holds = true) => { await look.at(name); tally(holds, `${name}: not the page that was expected, ${page.url()}`) }
  const on = path => new URL(page.url()).pathname === path
  const toTheCode = async address => {
    await page.goto(`${hosho}/sign-up`)
    await page.fill('[name=email]', address)
    await send(page, 'email')
    await page.waitForSelector('[name=code]')
    await page.fill('[name=code]', await codeFromTheLetter(page.context(), mailbox, address))
    await send(page, 'code')
    await page.waitForSelector('[name=new_password]')
  }
  // Nobody touches a device meanwhile: the sign-in page that follows would sign in again at once.
  const signOut = async device => {
    await device.present(false)
    await page.goto(`${hosho}/sign-out`)
    await page.click('#logout-confirm')
    await page.waitForURL(`${hosho}/sign-in**`)
  }

  // An account with a passkey and no password.
  await device.present(true)
  await toTheCode(email)
  const isReady = async button => await page.locator(button).isVisible()
    && await page.locator('[data-passkey-failed]:visible, [data-passkey-missing]:visible').count() === 0
  await at('passkey-sign-up', await isReady('#passkey-make'))
  await page.click('#passkey-make')
  await page.waitForURL(`${hosho}/my`)
  tally(await device.count() === 1, 'signing up made no passkey')
  await page.goto(`${hosho}/my/security`)
  await at('passkey-security', await page.locator('[name=new_password]').count() === 0)

  // The passkey is among what the browser fills in: the page is opened, nothing is typed or pressed.
  await signOut(device)
  // Away from the page that would be filled in as soon as the device is there.
  await page.goto('about:blank')
  await device.present(true)
  await page.goto(`${hosho}/my/profile`)
  await page.waitForURL(`${hosho}/my/profile`)
  tally(on('/my/profile'), 'the sign-in by autofill did not lead on')

  // The same by the button, for a browser that fills nothing in.
  await signOut(device)
  await page.goto(`${hosho}/sign-in`)
  await at('passkey-sign-in', await isReady('#passkey-use'))
  await device.present(true)
  await page.click('#passkey-use')
  await page.waitForURL(`${hosho}/my`)

  // Another one on another device, its name, and its end: the authenticator is told.
  const second = await authenticator(page, 'usb')
  await device.remove()
  await page.goto(`${hosho}/my/security`)
  await page.click('#passkey-add')
  await page.waitForSelector('#passkey-make')
  await at('passkey-add', await isReady('#passkey-make'))
  await page.fill('[name=name]', 'USB')
  await page.click('#passkey-make')
  await page.waitForURL(`${hosho}/my/security?notice=passkey-added`)
  await at('passkey-added', await page.locator('[data-passkeys] .list li').count() === 2)
  await page.locator('[data-passkeys] .list a').last().click()
  await page.waitForSelector('#passkey-rename')
  await page.fill('[name=name]', '机の引き出し')
  await page.click('#passkey-rename')
  await page.waitForURL(/notice=renamed/)
  await at('passkey-renamed', await page.locator('h1').innerText() === '机の引き出し')
  await page.click('#passkey-remove')
  await page.waitForURL(`${hosho}/my/security?notice=passkey-removed`)
  await at('passkey-removed', await page.locator('[data-passkeys] .list li').count() === 1)
  tally(await second.emptied(), 'the authenticator was not told that the passkey is gone')
  await page.locator('[data-passkeys] .list a').first().click()
  await page.waitForSelector('#passkey-rename')
  await at('passkey-last', await page.locator('#passkey-remove').count() === 0)

  // Somebody with a password is offered one, and says "not now" or yes.
  await signOut(second)
  await toTheCode(`with-password-${email}`)
  await page.fill('[name=new_password]', PASSWORD)
  await page.click('#password-submit')
  await page.waitForURL(`${hosho}/my`)
  await signOut(second)
  const byPassword = async () => {
    await page.goto(`${hosho}/sign-in`)
    await page.fill('[name=username]', `with-password-${email}`)
    await page.fill('[name=password]', PASSWORD)
    await page.click('#login-submit')
  }
  await second.remove()
  const third = await authenticator(page)
  await third.present(false)
  await byPassword()
  await page.waitForURL(`${hosho}/my/security/passkey-offer**`)
  await at('passkey-offer', await isReady('#passkey-make'))
  await third.present(true)
  await page.click('#passkey-make')
  await page.waitForURL(`${hosho}/my`)
  tally(await third.count() === 1, 'the offer made no passkey')
  await signOut(third)
  await third.remove()
}

/** A device with a passkey provider, as Chromium plays it. */
async function authenticator(page, transport = 'internal') {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2', transport, hasResidentKey: true, hasUserVerification: true, isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  const count = async () => (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length
  return {
    count,
    /** Whether its owner touches it when it is asked. */
    present: enabled => session.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }),
    remove: () => session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId }),
    /** Whether it is empty within a moment. */
    emptied: async () => {
      for (let tries = 0; tries < 20; tries++) {
        if (await count() === 0) return true
        await page.waitForTimeout(100)
      }
      return false
    },
  }
}
