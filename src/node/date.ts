/**
 * The value of Date (RFC 9110 s. 6.6.1), made once a second.
 */

let made = ''
let second = -1

export function dateValue(): string {
  const now = Date.now()
  if (Math.floor(now / 1000) !== second) {
    second = Math.floor(now / 1000)
    made = new Date(now).toUTCString()
  }
  return made
}
