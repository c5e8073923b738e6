import type { AwsState, Emulator } from '../aws/emulator.ts'
import type { CommandResult } from '../local/run.ts'
import type { CountedCalls } from './calls.ts'
import type { HttpRequest } from './request.ts'

/** One step of the story: a title, and what is done and observed. A step that throws ends the story. */
export interface Step {
  readonly title: string
  run(stage: Stage): Promise<void>
}

/** The webhook and the controller, to be stopped and started. */
export interface Processes {
  /** A VPC of the account in which one Availability Zone only is usable. */
  readonly narrowVpcId: string
  stopWebhook(): Promise<void>
  startWebhook(flags?: readonly string[]): Promise<void>
  /** Stops both and starts them again. */
  restart(): Promise<void>
}

/** What a step acts on, and how it speaks. */
export interface Stage {
  readonly emulator: Emulator
  /** The account before the first step. */
  readonly awsAtStart: AwsState
  /** Path of the controller's log. */
  readonly controllerLog: string
  /** Folder with the kustomization of all that is installed. */
  readonly manifests: string
  /** Absent for a stack that stays: its processes are not the demo's to stop. */
  readonly processes?: Processes
  say(text: string): void
  /** Shows lines that were not printed by a command. */
  show(lines: readonly string[]): void
  /** Shows a command as one would type it in the repository's folder, runs it, and shows what it printed. */
  run(...command: readonly string[]): Promise<CommandResult>
  /** Shows a request as a curl command, makes it, and shows the answer. */
  request(wanted: HttpRequest): Promise<CommandResult>
  /** As `run`, for `kubectl apply` of a file in which words are replaced first. */
  applyFilled(file: string, words: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<CommandResult>
  /** Runs kubectl without showing it. */
  kubectl(...args: readonly string[]): Promise<CommandResult>
  /** Tells what must hold; `instead` tells what was seen when it does not. */
  observe(sentence: string, held: boolean, instead?: string): void
  /** Asks again until there is an answer; throws when there is none in time. */
  waitFor<T>(what: string, ask: () => Promise<T | undefined>, timeoutMilliseconds?: number): Promise<T>
  /** Puts an echo server behind a node port of every node, as kubelet and kube-proxy would. */
  serveAtNodePort(nodePort: number): Promise<void>
  /** Until no AWS call was made for a second. */
  untilQuiet(): Promise<void>
  /** Counts the AWS calls of `work` and of what comes of it, for the summary. The time is that of `work`. */
  countCalls(name: string, work: () => Promise<void>): Promise<CountedCalls>
}
