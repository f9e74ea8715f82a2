/**
 * Parses `uri-host [ ":" port ]`: the grammar of RFC 3986 s. 3.2.2 as regular expressions, rule by rule
 * and under the names it uses.
 */

const HEXDIG = '[0-9A-Fa-f]'
const UNRESERVED_OR_SUB_DELIM = "[A-Za-z0-9\\-._~!$&'()*+,;=]"

const REG_NAME = `(?:${UNRESERVED_OR_SUB_DELIM}|%${HEXDIG}{2})*`

const IPV_FUTURE = `[vV]${HEXDIG}+\\.(?:${UNRESERVED_OR_SUB_DELIM}|:)+`

const DEC_OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])'
const IPV4 = `${DEC_OCTET}(?:\\.${DEC_OCTET}){3}`
const H16 = `${HEXDIG}{1,4}`
const LS32 = `(?:${H16}:${H16}|${IPV4})`

/** The nine alternatives of `IPv6address`, in order. */
const IPV6 = [
  `(?:${H16}:){6}${LS32}`,
  `::(?:${H16}:){5}${LS32}`,
  `(?:${H16})?::(?:${H16}:){4}${LS32}`,
  `(?:(?:${H16}:){0,1}${H16})?::(?:${H16}:){3}${LS32}`,
  `(?:(?:${H16}:){0,2}${H16})?::(?:${H16}:){2}${LS32}`,
  `(?:(?:${H16}:){0,3}${H16})?::${H16}:${LS32}`,
  `(?:(?:${H16}:){0,4}${H16})?::${LS32}`,
  `(?:(?:${H16}:){0,5}${H16})?::${H16}`,
  `(?:(?:${H16}:){0,6}${H16})?::`,
].join('|')

const IP_LITERAL = `\\[(?:${IPV6}|${IPV_FUTURE})\\]`

const AUTHORITY = new RegExp(`^(${IP_LITERAL}|${REG_NAME})(?::([0-9]*))?$`)

/** Parses an authority without userinfo; `null` if `text` is not one. An empty port is `null`. */
export function readAuthority(text: string): { host: string; port: number | null } | null {
  const match = AUTHORITY.exec(text)
  if (match === null) return null
  const [, host = '', digits = ''] = match
  const port = digits === '' ? null : Number(digits)
  if (port !== null && port > 65535) return null
  return { host, port }
}
