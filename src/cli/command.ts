import type { Client } from '../client/client.ts'
import type { Credential } from '../client/credentials.ts'
import type { Terminal } from './terminal.ts'

export interface Argument {
  readonly name: string
  readonly summary: string
  readonly optional?: boolean
}

export interface Option {
  readonly summary: string
  /** What stands for the value in the help, for example `PORT`; absent: the option is a switch. */
  readonly value?: string
  readonly short?: string
  readonly choices?: readonly string[]
  /** A whole number. */
  readonly integer?: boolean
  readonly required?: boolean
  /** May be given several times. */
  readonly many?: boolean
}

/** What a command answers: data for programs, and how people see it; or a stream that is passed on. */
export type Outcome =
  | { readonly data: unknown; readonly show: (terminal: Terminal) => string; readonly exit?: number }
  | { readonly stream: AsyncIterable<Uint8Array> }
  | { readonly exit: number }

/** Where a command acts: chosen by options, environment and credentials. */
export interface Place {
  readonly client: Client
  readonly url: string
  readonly project: string
  readonly credential: Credential
}

export interface Invocation<A extends string = string, O = Record<string, never>> {
  readonly arguments: Readonly<Record<A, string>>
  readonly options: O
  /** Reads the credentials; only touched by commands that ask a platform. */
  readonly place: Place
  readonly json: boolean
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

export interface Command {
  /** As it is typed: `runs list`. A noun alone means its first command. */
  readonly name: string
  readonly summary: string
  readonly arguments: readonly Argument[]
  readonly options: Readonly<Record<string, Option>>
  /** A line or two on how it is used. */
  readonly examples: readonly string[]
  /** Runs here and asks no platform. */
  readonly local?: true
  /** Not for people: neither in the help nor completed. */
  readonly hidden?: true
  /** Takes its words as they are and answers text: for completion, whose words may be anything. */
  readonly words?: (words: readonly string[]) => Promise<string>
  readonly run: (invocation: Invocation<string, Record<string, unknown>>) => Promise<Outcome>
}

type ValueOf<O extends Option> = O extends { readonly value: string }
  ? O extends { readonly many: true }
    ? readonly string[]
    :
        | (O extends { readonly integer: true } ? number : string)
        | (O extends { readonly required: true } ? never : undefined)
  : boolean
type ValuesOf<O extends Record<string, Option>> = { readonly [K in keyof O]: ValueOf<O[K]> }

/** Declares a command: name, help and handler in one place, the handler typed by the declaration. */
export function command<
  const A extends readonly Argument[] = readonly [],
  const O extends Record<string, Option> = Record<never, never>,
>(declaration: {
  readonly name: string
  readonly summary: string
  readonly arguments?: A
  readonly options?: O
  readonly examples?: readonly string[]
  readonly run: (invocation: Invocation<A[number]['name'], ValuesOf<O>>) => Promise<Outcome>
}): Command {
  return {
    arguments: [],
    options: {},
    examples: [],
    ...declaration,
    run: declaration.run as unknown as Command['run'],
  }
}

/** A sentence for people, and its facts for programs. */
export function said(data: unknown, sentence: string): Outcome {
  return { data, show: () => `${sentence}\n` }
}
