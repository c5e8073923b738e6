import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { treeShaking } from './tree-shaking.ts'

/** The two processes, each of which becomes one file. */
export const processes = ['webhook', 'controller'] as const

/**
 * Bundles a process and all that it uses of its packages into one ES module, so that an image needs no node_modules.
 * @throws Error when a bundle cannot be made
 */
export const bundle = async (process: (typeof processes)[number], outfile: string): Promise<void> => {
  await build({
    entryPoints: [join(dirname(import.meta.dirname), process, 'main.ts')],
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
}
