// The README's one picture: the sample customer's own products.

export async function takePicture(browser, ports, path) {
  const context = await browser.newContext({ locale: 'ja-JP', viewport: { width: 1280, height: 860 }, timezoneId: 'Asia/Tokyo' })
  const page = await context.newPage()
  await page.goto(ports.mailbox)
  const { username, password } = await page.locator('#sample-customer').evaluate(element => ({ ...element.dataset }))
  await page.goto(`${ports.hosho}/my/products`)
  await page.fill('[name=username]', username)
  await page.fill('[name=password]', password)
  await page.click('#login-submit')
  await page.waitForURL(`${ports.hosho}/my/**`)
  await page.screenshot({ path })
  await context.close()
}
