import { rm, stat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/**
 * Bundles each process into one file, so that an image needs no node_modules: `dist/webhook.js` and
 * `dist/controller.js`. Fails when a bundle cannot be made.
 */

const root = dirname(fileURLToPath(import.meta.url))
const output = join(root, 'dist')

await rm(output, { recursive: true, force: true })
for (const name of ['webhook', 'controller']) {
  const outfile = join(output, `${name}.js`)
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
  process.stdout.write(`${relative(root, outfile)} ${Math.round(size / 1024)} kB\n`)
}
