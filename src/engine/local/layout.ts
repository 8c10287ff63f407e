import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../../base/durable.ts'
import type { JobLimits, JobResult } from '../engine.ts'
import type { PythonSettings } from './python.ts'

/** Where the parts of a job lie. `state` holds only small files that are written whole. */
export interface JobDirectory {
  readonly root: string
  readonly state: string
  readonly work: string
  readonly inputs: string
  readonly outputs: string
  readonly temporary: string
  readonly log: string
  readonly code: string
  /** What is to be done: an `Order`. Written before the directory gets its name. */
  readonly order: string
  /** What only the wrapper may know: `Secrets`. Removed as soon as it was read. */
  readonly secrets: string
  /** Who carries it out: a `ProcessIdentity`. Only one wrapper can create it. */
  readonly wrapper: string
  /** Asks the wrapper to stop; an empty file. */
  readonly cancel: string
  /** How it ended: an `Ending`. */
  readonly ending: string
  /** What was taken over: a `JobResult`. */
  readonly result: string
}

export function jobDirectory(root: string): JobDirectory {
  const state = join(root, 'state')
  return {
    root,
    state,
    work: join(root, 'work'),
    inputs: join(root, 'inputs'),
    outputs: join(root, 'outputs'),
    temporary: join(root, 'tmp'),
    log: join(root, 'job.log'),
    code: join(root, 'code.tar'),
    order: join(state, 'order.json'),
    secrets: join(state, 'secrets.json'),
    wrapper: join(state, 'wrapper.json'),
    cancel: join(state, 'cancel'),
    ending: join(state, 'ending.json'),
    result: join(state, 'result.json'),
  }
}

export interface Order {
  readonly name: string
  /** Unique to this attempt on this machine; every process of the job carries it in its environment. */
  readonly mark: string
  readonly command: string | readonly string[]
  readonly hasCode: boolean
  readonly requirements?: string
  readonly limits: JobLimits
  readonly logBytes: number
  /** For unpacking the code and building the environment. */
  readonly setupTimeoutMs: number
  readonly python: Omit<PythonSettings, 'installer'>
}

export interface Secrets {
  /** The whole environment of the command. */
  readonly environment: Readonly<Record<string, string>>
  /** Settings of the installer (indexes, proxies), which may hold passwords. */
  readonly installer: Readonly<Record<string, string>>
}

/** Exactly how a job ended, before its files were taken over. */
export interface Ending
  extends Pick<JobResult, 'outcome' | 'exitCode' | 'message' | 'code' | 'usage' | 'environment'> {
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly endedAt: number
}

/** Reads one of the state files; undefined when it is not there. They are only ever written by this program, whole. */
export async function readState<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}
