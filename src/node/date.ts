/**
 * The value of Date (RFC 9110 s. 6.6.1), made once a second.
 */

let made = ''
/** When another second begins, in milliseconds. */
let expires = 0

export function dateValue(): string {
  const now = Date.now()
  if (now >= expires || now < expires - 1000) {
    expires = (Math.floor(now / 1000) + 1) * 1000
    made = new Date(now).toUTCString()
  }
  return made
}
