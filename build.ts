import { rm, stat, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { bundle, processes } from './build/bundle.ts'

/** Writes what an image holds into `dist`, or into another folder with `--directory`: a bundle of each process. */

const { values: options } = parseArgs({
  options: { directory: { type: 'string', default: join(import.meta.dirname, 'dist') } },
})

await rm(options.directory, { recursive: true, force: true })
for (const name of processes) {
  const outfile = join(options.directory, `${name}.js`)
  // oxlint-disable-next-line no-await-in-loop -- one after the other, on a machine with few cores
  await bundle(name, outfile)
  // oxlint-disable-next-line no-await-in-loop -- the size belongs to the bundle just made
  const { size } = await stat(outfile)
  process.stdout.write(`${relative(process.cwd(), outfile)} ${Math.round(size / 1024)} kB\n`)
}
// Node.js parses a file whose kind nothing tells twice, and keeps the memory of both.
await writeFile(join(options.directory, 'package.json'), '{ "type": "module" }\n')
