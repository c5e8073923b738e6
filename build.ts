import { rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { treeShaking } from './build/tree-shaking.ts'

/**
 * Bundles each process into one file, so that an image needs no node_modules: `dist/webhook.js` and
 * `dist/controller.js`, or into another folder with `--directory`. Fails when a bundle cannot be made.
 */

const root = dirname(fileURLToPath(import.meta.url))
const { values: options } = parseArgs({ options: { directory: { type: 'string', default: join(root, 'dist') } } })

await rm(options.directory, { recursive: true, force: true })
for (const name of ['webhook', 'controller']) {
  const outfile = join(options.directory, `${name}.js`)
  // oxlint-disable-next-line no-await-in-loop -- one after the other, on a machine with few cores
  await build({
    entryPoints: [join(root, name, 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node26',
    // The AWS clients name their ES modules there; their CommonJS files are twice the size.
    mainFields: ['module', 'main'],
    plugins: [...treeShaking],
    minifySyntax: true,
    sourcemap: 'linked',
    sourcesContent: false,
    // Packages written as CommonJS call require for the modules of Node.js.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    legalComments: 'linked',
    logLevel: 'warning',
  })
  // oxlint-disable-next-line no-await-in-loop -- the size belongs to the bundle just made
  const { size } = await stat(outfile)
  process.stdout.write(`${relative(process.cwd(), outfile)} ${Math.round(size / 1024)} kB\n`)
}
// Node.js parses a file whose kind nothing tells twice, and keeps the memory of both.
await writeFile(join(options.directory, 'package.json'), '{ "type": "module" }\n')
