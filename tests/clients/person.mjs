// A person at a browser, as far as a script needs one: cookies, redirects, forms. No JavaScript runs.

const NAMED = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const plain = text =>
  text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex, decimal, name) =>
    hex ? String.fromCodePoint(parseInt(hex, 16)) : decimal ? String.fromCodePoint(Number(decimal)) : (NAMED[name] ?? all))

function attributes(tag) {
  const found = {}
  for (const [, name, a, b, c] of tag.matchAll(/([\w:-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)) {
    found[name.toLowerCase()] = plain(a ?? b ?? c ?? '')
  }
  return found
}

export class Person {
  constructor(issuer, callbacks) {
    this.issuer = issuer
    this.callbacks = callbacks
    this.cookies = new Map()
  }

  /** Open an address and follow redirects, until a page or one of the client's own addresses. */
  async open(address, { method = 'GET', body } = {}) {
    let url = new URL(address, this.issuer)
    for (let hops = 0; hops < 12; hops++) {
      if (this.callbacks.some(callback => url.href.startsWith(callback))) return { url, html: '' }
      const headers = { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '), accept: 'text/html' }
      if (body) Object.assign(headers, { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(this.issuer).origin, 'sec-fetch-site': 'same-origin' })
      const answer = await fetch(url, { method, headers, body, redirect: 'manual' })
      for (const line of answer.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)
        if (/max-age=0/i.test(line)) this.cookies.delete(name)
        else this.cookies.set(name, value)
      }
      const next = answer.headers.get('location')
      if (!next) return { url, html: await answer.text(), status: answer.status }
      url = new URL(next, url)
      method = 'GET'
      body = undefined
    }
    throw new Error(`too many redirects, last to ${url}`)
  }

  /** Fill in the form that has this button, and press the button. */
  async press(page, button, values = {}) {
    const form = [...page.html.matchAll(/<form\b[\s\S]*?<\/form>/gi)].map(found => found[0]).find(text => text.includes(`id="${button}"`))
    if (!form) throw new Error(`${page.url} (${page.status}) has no form with the button ${button}`)
    const fields = new URLSearchParams()
    for (const [tag] of form.matchAll(/<(?:input|button)\b[^>]*>/gi)) {
      const { name, value = '', type = 'text', id, checked } = attributes(tag)
      if (!name) continue
      if (tag.toLowerCase().startsWith('<button') || type === 'submit') {
        if (id === button) fields.append(name, value)
      } else if (type === 'checkbox' || type === 'radio') {
        if (checked !== undefined) fields.append(name, value || 'on')
      } else {
        fields.append(name, values[name] ?? value)
      }
    }
    const { action = '' } = attributes(/<form\b[^>]*>/i.exec(form)[0])
    return this.open(new URL(action, page.url), { method: 'POST', body: fields })
  }

  /** Walk from an authorization request through sign-in and consent to the client's callback. */
  async authorize(address, username, password) {
    let page = await this.open(address)
    for (let steps = 0; steps < 4 && page.html; steps++) {
      if (page.html.includes('id="login-submit"')) page = await this.press(page, 'login-submit', { username, password })
      else if (page.html.includes('id="consent-allow"')) page = await this.press(page, 'consent-allow')
      else throw new Error(`unexpected page ${page.url} (${page.status})`)
    }
    if (page.html) throw new Error(`no way back to the client from ${page.url}`)
    return page.url
  }
}
