import { copyFile, rename, rm, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { startEchoServer } from '../aws/echo-server.ts'
import { runningProcesses } from './processes.ts'
import type { RunningProcess } from './product.ts'
import { type Stack, startStack } from './stack.ts'
import { localFiles, type RunningStack } from './state.ts'
import { stackSummary } from './summary.ts'

// Holds the stack of `npm run local` in the background. Its standard input is the starting command until the stack is
// up: when that ends before, however it ends, so does this.
let up = false
process.stdin.on('end', () => {
  if (!up) process.kill(process.pid, 'SIGTERM')
})
process.stdin.resume()

const exampleNodePort = 31509

const { values } = parseArgs({
  options: { 'no-webhook': { type: 'boolean', default: false }, 'no-controller': { type: 'boolean', default: false } },
})
const running = { webhook: !values['no-webhook'], controller: !values['no-controller'] }

await rm(localFiles.stack, { recursive: true, force: true })
const stack = await startStack({
  directory: localFiles.stack,
  progress: (line) => console.log(line),
  webhook: false,
  controller: false,
})
try {
  if (running.webhook) {
    tellEnd('webhook', await stack.startWebhook())
    await stack.registerWebhooks()
  }
  if (running.controller) tellEnd('controller', await stack.startController())
  await serveExample(stack)
  await publish(stack)
  up = true
} catch (error) {
  console.error(error)
  await stack.stop()
  process.exitCode = 1
  // An open pipe from the starting command would keep this process.
  process.stdin.destroy()
}

/** There is no kubelet: an echo server stands behind the node port of manifests/examples/echoserver. */
async function serveExample({ fixture, emulator }: Stack): Promise<void> {
  const echo = await startEchoServer()
  for (const { id } of fixture.instances) await emulator.setTarget(id, exampleNodePort, echo)
}

/** The state file comes last: it tells the starting command that the stack is up. */
async function publish(started: Stack): Promise<void> {
  await copyFile(started.controlPlane.adminKubeconfig, localFiles.kubeconfig)
  const exports = Object.entries(started.product.awsEnvironment).map(([name, value]) => `export ${name}=${value}\n`)
  await writeFile(localFiles.awsEnvironment, exports.join(''))
  const state: RunningStack = {
    supervisor: process.pid,
    summary: stackSummary(started, running),
    awsEndpoint: started.emulator.endpoint,
    processes: [...runningProcesses()],
  }
  await writeFile(`${localFiles.state}.new`, JSON.stringify(state, null, 2))
  await rename(`${localFiles.state}.new`, localFiles.state)
}

function tellEnd(name: string, child: RunningProcess): void {
  void child.exited.then(({ code, signal }) => {
    console.log(`${name} ended (${code ?? signal}); its log is ${child.logFile}`)
    return undefined
  })
}
