/** Leaving HTTP: WebSocket, and whatever else a service at home speaks. */

/** HTTP/2 in the clear would take a visitor past every check to the backend's own parser (RFC 9113 §3.1 dropped it); TLS inside TLS likewise. */
const NEVER = /^(h2c?|http\/.*|tls\/.*)$/i

/** May a backend be asked for this, the value of an `Upgrade`? If not, the request is answered like any other, without it. */
export const mayUpgrade = (protocol: string): boolean => /^[\w!#$%&'*+.^`|~/-]+$/.test(protocol) && !NEVER.test(protocol)
