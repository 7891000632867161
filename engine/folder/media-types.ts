/** What a file is, by its name. Only what can run nothing in a browser is shown there; the rest is handed over as a file. */

const SHOWN: Readonly<Record<string, string>> = {
  // Pictures. Not SVG, which may hold scripts.
  avif: 'image/avif',
  bmp: 'image/bmp',
  gif: 'image/gif',
  ico: 'image/x-icon',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  // Sound
  aac: 'audio/aac',
  flac: 'audio/flac',
  m4a: 'audio/mp4',
  mp3: 'audio/mpeg',
  oga: 'audio/ogg',
  ogg: 'audio/ogg',
  opus: 'audio/ogg',
  wav: 'audio/wav',
  // Films
  m4v: 'video/mp4',
  mkv: 'video/matroska',
  mov: 'video/quicktime',
  mp4: 'video/mp4',
  ogv: 'video/ogg',
  webm: 'video/webm',
  // Texts
  csv: 'text/csv; charset=utf-8',
  json: 'application/json',
  log: 'text/plain; charset=utf-8',
  md: 'text/plain; charset=utf-8',
  pdf: 'application/pdf',
  srt: 'text/plain; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  vtt: 'text/vtt; charset=utf-8',
}

/** Handed over, and yet of a type that players and readers go by. */
const HANDED_OVER: Readonly<Record<string, string>> = {
  '7z': 'application/x-7z-compressed',
  epub: 'application/epub+zip',
  gz: 'application/gzip',
  heic: 'image/heic',
  ics: 'text/calendar; charset=utf-8',
  iso: 'application/x-iso9660-image',
  svg: 'image/svg+xml',
  tar: 'application/x-tar',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  vcf: 'text/vcard; charset=utf-8',
  zip: 'application/zip',
}

export interface MediaType {
  readonly type: string
  /** A browser may show it in place: nothing in it can run in the name of this address. */
  readonly isShown: boolean
}

export function mediaTypeOf(name: string): MediaType {
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  if (Object.hasOwn(SHOWN, extension)) return { type: SHOWN[extension] as string, isShown: true }
  const known = Object.hasOwn(HANDED_OVER, extension) ? HANDED_OVER[extension] : undefined
  return { type: known ?? 'application/octet-stream', isShown: false }
}

/** RFC 6266 §4.1, with the name in plain ASCII for who knows nothing else, and as it is (RFC 8187). */
export function disposition(name: string, { isShown }: MediaType): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const exact = encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  return `${isShown ? 'inline' : 'attachment'}; filename="${plain}"; filename*=UTF-8''${exact}`
}
