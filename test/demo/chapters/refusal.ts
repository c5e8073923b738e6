import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { repository } from '../../local/product.ts'
import { difference } from '../observations.ts'
import { examples } from '../places.ts'
import type { Stage } from '../step.ts'

/** Most seconds that an answer of `kubectl apply` may take. */
export const promptSeconds = 2

/** Applies a file that must be refused with exactly this text and without any effect. */
export async function refused(stage: Stage, file: string, wanted: string): Promise<void> {
  const start = performance.now()
  const { code, stdout, stderr } = await stage.run('kubectl', 'apply', '-f', file)
  const seconds = (performance.now() - start) / 1000
  stage.observe('refused with exactly this text', stderr.trimEnd() === wanted, difference(wanted, stderr.trimEnd()))
  stage.observe('exit status 1, and nothing on standard output', code === 1 && stdout === '', `${code} ${stdout}`)
  stage.observe(`told in less than ${promptSeconds} seconds`, seconds < promptSeconds, `${seconds.toFixed(1)} s`)
}

/** Shows the lines in which an Ingress differs from that of the example. */
export async function showDifference(stage: Stage, file: string): Promise<void> {
  const example = new Set(await linesOf(join(examples, 'echoserver-ingress.yaml')))
  const different = (await linesOf(file)).filter((line) => !example.has(line) && !line.startsWith('#'))
  stage.say(`${file} differs from the echoserver example in`)
  stage.show(different.map((line) => line.trim()))
}

async function linesOf(file: string): Promise<readonly string[]> {
  return (await readFile(join(repository, file), 'utf8')).trimEnd().split('\n')
}
