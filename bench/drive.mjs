/**
 * The loops that feed the chunks of a workload to a parser.
 */

export function oneConnection(parser, variants) {
  const connections = variants.map(([chunks]) => chunks)
  let turn = 0
  return () => {
    const chunks = connections[turn]
    turn = turn + 1 === connections.length ? 0 : turn + 1
    for (let i = 0; i < chunks.length; i++) parser.feed(chunks[i])
  }
}

export function eachConnection(parser, variants) {
  let turn = 0
  return () => {
    for (const chunks of variants[turn++ % variants.length]) {
      parser.reset()
      for (let i = 0; i < chunks.length; i++) parser.feed(chunks[i])
    }
  }
}
