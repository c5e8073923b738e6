import t, { type Test } from 'tap'
import { connectEmulator } from '../aws/emulator.ts'
import { countByAction } from './calls.ts'
import { play } from './play.ts'
import { curlCommand } from './request.ts'
import { typed } from './shell.ts'
import type { Stage, Step } from './step.ts'
import { printSummary } from './summary.ts'

const call = (action: string, write: boolean) => ({
  index: 0,
  service: 'ec2',
  action,
  write,
  parameters: {},
  status: 200,
})
/** The steps here do nothing with it. */
const stage: Stage = {
  emulator: connectEmulator('http://127.0.0.1:1', 'none.crt'),
  awsAtStart: { loadBalancers: [], targetGroups: [], securityGroups: [] },
  controllerLog: '',
  manifests: '',
  say: () => undefined,
  show: () => undefined,
  run: () => Promise.resolve({ code: 0, stdout: '', stderr: '' }),
  applyFilled: () => Promise.resolve({ code: 0, stdout: '', stderr: '' }),
  request: () => Promise.resolve({ code: 0, stdout: '', stderr: '' }),
  kubectl: () => Promise.resolve({ code: 0, stdout: '', stderr: '' }),
  observe: () => undefined,
  waitFor: () => Promise.reject(new Error('nothing to wait for')),
  serveAtNodePort: () => Promise.resolve(),
  untilQuiet: () => Promise.resolve(),
  countCalls: (name) => Promise.resolve(countByAction(name, [], 0)),
}
const held = { step: 'a step', sentence: 'it holds', held: true }
const notHeld = { step: 'a step', sentence: 'it does not hold', held: false, instead: 'what was seen' }

const step = (title: string, run: () => Promise<void>): Step => ({ title, run })

/** What the summary prints, and what it answers. */
function summarize(
  t: Pick<Test, 'capture'>,
  ...given: Parameters<typeof printSummary>
): { readonly answer: boolean; readonly text: string } {
  const printed = t.capture(console, 'log')
  const answer = printSummary(...given)
  return {
    answer,
    text: printed()
      .map(({ args }) => args.join(' '))
      .join('\n'),
  }
}

void t.test('a story in which all held ends well', (t) => {
  const { answer, text } = summarize(t, { observations: [held], counts: [] }, undefined, 3)
  t.equal(answer, true)
  t.match(text, '1 of 1 observations held.')
  t.end()
})

void t.test('one observation that did not hold is told with what was seen, and the story ends badly', (t) => {
  const { answer, text } = summarize(t, { observations: [held, notHeld], counts: [] }, undefined, 3)
  t.equal(answer, false)
  t.match(text, 'Did not hold: it does not hold (a step)\n    what was seen')
  t.match(text, '1 of 2 observations held.')
  t.end()
})

void t.test('a story that ended early ends badly though all held until then', (t) => {
  const { answer, text } = summarize(t, { observations: [held], counts: [] }, { step: 'b', reason: 'no answer' }, 3)
  t.equal(answer, false)
  t.match(text, 'The demo ended early, in "b":\n    no answer')
  t.end()
})

void t.test('a step that throws ends the story there', async (t) => {
  t.capture(console, 'log')
  const played: string[] = []
  const story = [
    step('first', () => Promise.resolve()),
    step('second', () => Promise.reject(new Error('no load balancer'))),
    step('third', () => Promise.resolve()),
  ]
  const enter = (title: string) => void played.push(title)
  t.same(await play(story, { enter, stage }), { step: 'second', reason: 'no load balancer' })
  t.same(played, ['first', 'second'])
})

void t.test('calls are counted by action, writes first', (t) => {
  const calls = [call('DescribeTags', false), call('CreateRule', true), call('DescribeTags', false)]
  const { byAction, ...numbers } = countByAction('x', calls, 5)
  t.same(
    [...byAction],
    [
      ['CreateRule', 1],
      ['DescribeTags', 2],
    ],
  )
  t.same(numbers, { name: 'x', calls: 3, writes: 1, milliseconds: 5 })
  t.end()
})

void t.test('a request over HTTPS is curl with the authority and the address', (t) => {
  t.equal(
    typed(curlCommand({ url: 'https://a.example.com:4433/', authority: 'ca.crt' })),
    'curl -si --cacert ca.crt --resolve a.example.com:4433:127.0.0.1 https://a.example.com:4433/',
  )
  t.equal(
    typed(curlCommand({ url: 'http://127.0.0.1:8080/', host: 'a.example.com' })),
    "curl -si -H 'Host: a.example.com' http://127.0.0.1:8080/",
  )
  t.end()
})

void t.test('a command is shown so that it can be typed', (t) => {
  t.equal(typed(['kubectl', 'apply', '-f', 'a/b.yaml']), 'kubectl apply -f a/b.yaml')
  t.equal(typed(['curl', '-H', 'Host: a']), "curl -H 'Host: a'")
  t.equal(typed(['echo', "it's"]), String.raw`echo 'it'\''s'`)
  t.end()
})
