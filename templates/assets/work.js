// A proof of work: the number whose hash begins with enough zero bits. The same file is the page's script and the
// worker's, so that the page stays usable; where there are no workers, it works in short turns. Without this file the form
// is sent as it is, and the server is slower to believe it.
"use strict";

const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
const fraction = (x) => ((x - Math.floor(x)) * 4294967296) | 0;
const K = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const START = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const w = new Int32Array(64);

// One block of SHA-256: 16 words into the eight of `state`.
function block(state, words) {
  for (let i = 0; i < 16; i++) w[i] = words[i];
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15], y = w[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

// The hash of an ASCII text, in words.
function digest(text) {
  const words = new Int32Array((((text.length + 8) >> 6) + 1) * 16);
  for (let i = 0; i < text.length; i++) words[i >> 2] |= text.charCodeAt(i) << (24 - (i & 3) * 8);
  words[text.length >> 2] |= 0x80 << (24 - (text.length & 3) * 8);
  words[words.length - 1] = text.length * 8;
  const state = START.slice();
  for (let i = 0; i < words.length; i += 16) block(state, words.subarray(i, i + 16));
  return state;
}

// A search that goes on from turn to turn: the answer, or -1 if it is not among the next `many` numbers.
function search(challenge, bits) {
  const words = new Int32Array(16);
  words.set(digest(challenge));
  words[10] = 0x80000000 | 0;
  words[15] = 320;
  const state = new Int32Array(8);
  let number = 0;
  return (many) => {
    for (let i = 0; i < many; i++, number++) {
      words[8] = Math.floor(number / 4294967296);
      words[9] = number | 0;
      state.set(START);
      block(state, words);
      if (Math.clz32(state[0]) >= bits) return number;
    }
    return -1;
  };
}

function inTurns(challenge, bits, done) {
  const next = search(challenge, bits);
  const turn = () => {
    const answer = next(2000);
    if (answer >= 0) done(answer);
    else setTimeout(turn, 0);
  };
  setTimeout(turn, 0);
}

function inWorker(script, challenge, bits, done) {
  let worker;
  try {
    worker = new Worker(script);
  } catch (error) {
    inTurns(challenge, bits, done);
    return;
  }
  worker.onmessage = (event) => { worker.terminate(); done(event.data); };
  worker.onerror = () => { worker.terminate(); inTurns(challenge, bits, done); };
  worker.postMessage([challenge, bits]);
}

if (typeof document === "undefined") {
  onmessage = (event) => { inTurns(event.data[0], event.data[1], (answer) => postMessage(answer)); };
} else {
  const script = document.currentScript.src;
  for (const part of document.querySelectorAll("[data-work]")) {
    const form = part.closest("form");
    const answer = part.querySelector("[name=work_answer]");
    const said = part.querySelector("[role=status]");
    let isWaiting = false;
    form.addEventListener("submit", (event) => {
      if (answer.value !== "") return;
      event.preventDefault();
      isWaiting = true;
      said.textContent = part.dataset.wait;
    });
    inWorker(script, part.dataset.work, Number(part.dataset.bits), (found) => {
      answer.value = String(found);
      if (!isWaiting) return;
      said.textContent = part.dataset.done;
      // Without asking again: the listeners have said yes already.
      form.submit();
    });
  }
}
