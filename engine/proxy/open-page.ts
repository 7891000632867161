/** The home's own pages of a service that not everybody may open. Looking at them (GET, HEAD) uses nothing up and ends nothing.
 *
 *  `/.porchlight/open`  reads the grant behind the `#`, which no server and no preview ever sees, and posts it to itself; asks for the PIN
 *  `/.porchlight/beside` takes the address that a visitor of a service without pages has in the other family
 *  `/.porchlight/enter` takes the password
 *  `/.porchlight/leave` takes the cookie back
 *
 *  Everywhere else who may not come in is told what would let him in, in his language, with a status that says no. */
import { preferredLanguage } from '../../languages/index.ts'
import { formatEndpoint } from '../../protocol/model/address.ts'
import type { Entry } from '../../protocol/model/comer.ts'
import { OPEN_PATH } from '../../wire/messages.ts'
import { accessWords } from './access-words.ts'
import { type Gate, isForeignForm } from './gate.ts'
import { COOKIE } from './headers.ts'
import { escaped, PAGE_HEADERS, sendForm, sendOpenPage, sendPage, sendWords, wantedKind } from './visitor-page.ts'
import { readWhole, type VisitorAnswer, type VisitorRequest } from './visitor-request.ts'
import type { VisitorMessage } from './visitor-words.ts'

const ENTER_PATH = '/.porchlight/enter'
const LEAVE_PATH = '/.porchlight/leave'
const BESIDE_PATH = '/.porchlight/beside'

export interface AtDoor {
  readonly request: VisitorRequest
  readonly answer: VisitorAnswer
  readonly service: string
  /** The name that the visitor asked for, without port. */
  readonly host: string
  /** The visitor's own. */
  readonly address: string
  /** He came to a listener of ours, and not out of the tunnel. */
  readonly isDirect: boolean
}

export interface Opening extends AtDoor {
  /** Undefined: everybody may come in. */
  readonly gate: Gate | undefined
  /** Of a service that is no website: where its program is to connect to; null: nowhere just now. */
  readonly endpoint?: RawEndpoint | null | undefined
}

/** `beside`: names of the same page, each of which leads here in one family alone. */
export interface RawEndpoint {
  readonly address: string
  readonly port: number
  readonly beside: readonly string[]
}

/** 200 letters of a password, written as `%xx`, and a path to go on to. */
const MAX_BODY_BYTES = 8192
const BODY_TIMEOUT_MS = 10_000
const MAX_PATH_LETTERS = 2000
const RETRY = { 'Retry-After': '60' }

type Refusal = Exclude<Extract<ReturnType<Gate['open']>, { refused: string }>['refused'], 'pin-needed' | 'pin-wrong' | 'locked'>
const REFUSED: Readonly<Record<Refusal, readonly [status: number, message: VisitorMessage]>> = {
  unknown: [403, 'link-unknown'],
  ended: [410, 'link-ended'],
  'used-up': [410, 'link-used-up'],
  busy: [429, 'link-busy'],
}

const ERRORS = { password: 'password-needed', address: 'address-not-listed', home: 'home-only' } as const

const pathOf = (url: string): string => url.split('?', 1)[0] ?? ''
export const isOwnPath = (url: string): boolean =>
  url.startsWith('/.porchlight/') && [OPEN_PATH, ENTER_PATH, LEAVE_PATH, BESIDE_PATH].includes(pathOf(url))

export async function answerOwnPage(opening: Opening): Promise<void> {
  try {
    await answerPage(opening)
  } catch {
    // It could not be written down, and what is not counted lets nobody in.
    sendPage(opening.request, opening.answer, 503, 'link-busy', opening.host)
  }
}

async function answerPage(opening: Opening): Promise<void> {
  const { request, answer, gate, host } = opening
  const path = pathOf(request.url)
  if (!gate) return goTo(answer, '/')
  if (path === BESIDE_PATH) return admitBeside(opening, gate)
  if (request.method === 'GET' || request.method === 'HEAD') {
    if (path === OPEN_PATH) return sendOpenPage(request, answer, host)
    return path === LEAVE_PATH ? sendLeave(opening) : sendPassword(opening, 200, '/')
  }
  if (request.method !== 'POST') return answer.send(405, { ...PAGE_HEADERS, Allow: 'GET, HEAD, POST' })
  if (isForeignForm(request)) return sendPage(request, answer, 403, 'bad-request', host)
  const body = await readWhole(request, answer, MAX_BODY_BYTES, BODY_TIMEOUT_MS)
  if (answer.isClosed) return
  if (body === undefined) return sendPage(request, answer, 400, 'bad-request', host)
  const form = new URLSearchParams(body.toString())
  if (path === OPEN_PATH) open(opening, gate, form)
  else if (path === ENTER_PATH) await signIn(opening, gate, form)
  else sendLeft(opening)
}

/** Tells who may not come in what would let him. */
export function turnAway(door: AtDoor, asks: Extract<Entry, { isIn: false }>['asks']): void {
  const { request, answer, host } = door
  if (asks === 'link') return void sendPage(request, answer, 403, 'link-needed', host)
  // RFC 6750 §3.
  if (asks === 'program') {
    return void sendPage(request, answer, 401, 'link-unknown', host, { 'WWW-Authenticate': 'Bearer error="invalid_token"' })
  }
  const { language, words } = wordsFor(request)
  const { title, text } = words[asks]
  if (wantedKind(request.header('accept')) !== 'html') {
    const told = asks === 'password' ? [text] : [text, door.address]
    return void sendWords(request, answer, 403, { error: ERRORS[asks], language, title, text: told, host })
  }
  if (asks === 'password') return void sendPassword(door, 403, request.method === 'GET' ? ownPath(request.url) : '/')
  const body = `<p>${escaped(text)}</p><p><code>${escaped(door.address)}</code></p>`
  sendForm(answer, 403, { language, title, body, host })
}

function open(opening: Opening, gate: Gate, form: URLSearchParams): void {
  const { request, answer, service, host, address } = opening
  const grant = form.get('grant')?.trim() ?? ''
  const opened = gate.open(service, grant, form.get('pin')?.replace(/\s/g, '') ?? '', address)
  if ('cookie' in opened) return void goTo(answer, '/', cookieText(opened.cookie, opened.maxAgeS))
  if ('untilMs' in opened) return void sendAdmitted(opening, opened)
  const { refused } = opened
  if (refused === 'pin-needed' || refused === 'pin-wrong') return void sendPin(opening, grant, refused === 'pin-wrong')
  if (refused !== 'locked') return void sendPage(request, answer, ...REFUSED[refused], host)
  const { language, words } = wordsFor(request)
  const { title, text } = words.locked
  sendWords(request, answer, 403, { error: 'link-locked', language, title, text: [text], host })
}

async function signIn(opening: Opening, gate: Gate, form: URLSearchParams): Promise<void> {
  const { answer, service, address, isDirect } = opening
  const to = ownPath(form.get('to') ?? '')
  const stay = await gate.signIn(service, form.get('password') ?? '', address, isDirect)
  if (answer.isClosed) return
  if ('cookie' in stay) return void goTo(answer, to, cookieText(stay.cookie, stay.maxAgeS))
  sendPassword(opening, stay.refused === 'busy' ? 429 : 403, to, stay.refused)
}

function sendPin({ request, answer, host }: Opening, grant: string, isWrong: boolean): void {
  const { language, words } = wordsFor(request)
  const { title, text, label, button, wrong } = words.pin
  const field = `<label for="pin">${escaped(label)}</label><input id="pin" name="pin" inputmode="numeric" autocomplete="off" pattern="[0-9]{4,8}" maxlength="8" required autofocus>`
  const form = `<form method="post" action="${OPEN_PATH}"><input type="hidden" name="grant" value="${escaped(grant)}">${field}<button>${escaped(button)}</button></form>`
  const body = `${isWrong ? alert(wrong) : ''}<p>${escaped(text)}</p>${form}`
  sendForm(answer, isWrong ? 403 : 200, { language, title, body, host })
}

function sendPassword({ request, answer, host }: AtDoor, status: number, to: string, refused?: 'wrong' | 'busy'): void {
  const { language, words } = wordsFor(request)
  const { title, text, label, button } = words.password
  const field = `<label for="password">${escaped(label)}</label><input id="password" name="password" type="password" autocomplete="current-password" maxlength="200" required autofocus>`
  const form = `<form method="post" action="${ENTER_PATH}"><input type="hidden" name="to" value="${escaped(to)}">${field}<button>${escaped(button)}</button></form>`
  const body = `${refused ? alert(words.password[refused]) : ''}<p>${escaped(text)}</p>${form}`
  sendForm(answer, status, { language, title, body, host }, status === 429 ? RETRY : {})
}

/** As an image of the page that has just let him in: so it needs no script, and what only looks at links never has a ticket. */
function admitBeside({ request, answer, service, address }: Opening, gate: Gate): void {
  const ticket = request.url.slice(BESIDE_PATH.length + 1)
  const isAdmitted = request.method === 'GET' && gate.admitBeside(service, ticket, address)
  answer.send(isAdmitted ? 204 : 403, PAGE_HEADERS)
}

function sendAdmitted(
  { request, answer, host, address, endpoint }: Opening,
  { untilMs, ticket }: { untilMs: number; ticket: string },
): void {
  const { language, words } = wordsFor(request)
  const { title, text, until, nowhere } = words.admitted
  const hours = Math.max(1, Math.round((untilMs - Date.now()) / 3_600_000))
  const where = endpoint ? `<p>${escaped(text)}</p><p><code>${escaped(formatEndpoint(endpoint))}</code></p>` : `<p>${escaped(nowhere)}</p>`
  const port = /:\d+$/.exec(request.header('host') ?? '')?.[0] ?? ''
  const origins = (endpoint?.beside ?? []).filter((each) => each !== host).map((each) => `https://${each}${port}`)
  const images = origins.map((origin) => `<img src="${escaped(`${origin}${BESIDE_PATH}?${ticket}`)}" alt="" width="1" height="1">`).join('')
  const body = `${where}<p>${escaped(until(hours))} ${escaped(address)}</p>${images}`
  sendForm(answer, 200, { language, title, body, host, images: origins })
}

function sendLeave({ request, answer, host }: Opening): void {
  const { language, words } = wordsFor(request)
  const { title, text, button } = words.leave
  const body = `<p>${escaped(text)}</p><form method="post" action="${LEAVE_PATH}"><button>${escaped(button)}</button></form>`
  sendForm(answer, 200, { language, title, body, host })
}

function sendLeft({ request, answer, host }: Opening): void {
  const { language, words } = wordsFor(request)
  const { title, text } = words.left
  sendForm(answer, 200, { language, title, body: `<p>${escaped(text)}</p>`, host }, { 'Set-Cookie': cookieText('', 0) })
}

const wordsFor = (request: VisitorRequest) => {
  const language = preferredLanguage(request.header('accept-language'))
  return { language, words: accessWords(language) }
}

const alert = (text: string): string => `<p role="alert">${escaped(text)}</p>`

const cookieText = (value: string, maxAgeS: number): string =>
  `${COOKIE}=${value}; Path=/; Max-Age=${maxAgeS}; Secure; HttpOnly; SameSite=Lax`

function goTo(answer: VisitorAnswer, path: string, cookie?: string): void {
  answer.send(303, { ...PAGE_HEADERS, Location: path, ...(cookie !== undefined && { 'Set-Cookie': cookie }) })
}

/** On this very host: to a browser `//x` and `/\x` are other ones, and it drops tabs and line ends. */
function ownPath(url: string): string {
  return /^\/(?!\/)[!-[\]-~]*$/.test(url) && url.length <= MAX_PATH_LETTERS && !isOwnPath(url) ? url : '/'
}
