// What is checked of every page that is passed: a picture, nothing wider than the screen, the right language,
// no script error, nothing that the content security policy had to stop.

import { mkdirSync } from 'node:fs'

export class Look {
  constructor(page, { folder, locale, width }, tally) {
    Object.assign(this, { page, folder, locale, width, tally, number: 0, complaints: [] })
    mkdirSync(folder, { recursive: true })
    page.on('pageerror', error => this.complaints.push(`script error: ${error.message}`))
    page.on('console', message => message.type() === 'error' && this.complaints.push(`console: ${message.text()}`))
  }

  /** Take a picture of the page as it is now, and judge it. */
  async at(name) {
    const { page } = this
    await page.waitForLoadState()
    await page.screenshot({ path: `${this.folder}/${String(++this.number).padStart(2, '0')}-${name}.png`, fullPage: true })
    const seen = await page.evaluate(() => ({
      lang: document.documentElement.lang,
      over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      headings: document.querySelectorAll('h1').length,
      unlabelled: [...document.querySelectorAll('input:not([type=hidden]):not([type=submit]), select, textarea')]
        .filter(field => !field.ariaHidden && field.checkVisibility() && !field.labels?.length && !field.ariaLabel && !field.getAttribute('aria-labelledby')).map(field => field.name),
      broken: [...document.images].filter(image => image.complete && !image.naturalWidth).map(image => image.src),
      title: document.title,
    }))
    const where = `${name} (${this.locale}, ${this.width} px, ${page.url()})`
    const expect = (holds, what) => this.tally(holds, `${where}: ${what}`)
    expect(seen.lang === this.locale, `its language is ${seen.lang}`)
    expect(seen.over <= 0, `wider than the screen by ${seen.over} px`)
    expect(seen.headings === 1, `has ${seen.headings} main headings`)
    expect(seen.unlabelled.length === 0, `fields without a label: ${seen.unlabelled}`)
    expect(seen.broken.length === 0, `pictures that did not load: ${seen.broken}`)
    expect(seen.title !== '', 'has no title')
    expect(this.complaints.length === 0, this.complaints.splice(0).join('; '))
  }
}
