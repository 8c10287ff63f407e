import { posix } from 'node:path'
import { SlipwayError } from '../../base/error.ts'
import type { ModelFile, Signature, Stage } from '../../contract/models.ts'
import { checkKey, type KeyValue, shown } from '../tracking/index.ts'

export type { ModelFile, Signature, Stage, Tensor } from '../../contract/models.ts'

/** A registered model; times in milliseconds since 1970. */
export interface Model {
  readonly id: string
  readonly projectId: string
  readonly name: string
  readonly description: string
  readonly tags: readonly KeyValue[]
  readonly aliases: readonly { alias: string; version: number }[]
  /** How many versions there are. */
  readonly versions: number
  /** The newest version of each stage. */
  readonly latest: readonly Version[]
  readonly created: number
  readonly updated: number
  readonly createdBy: string
}

export interface Version {
  readonly id: string
  readonly projectId: string
  readonly modelId: string
  readonly model: string
  readonly version: number
  readonly stage: Stage
  readonly aliases: readonly string[]
  readonly description: string
  readonly tags: readonly KeyValue[]
  /** Where the client said that it came from; never opened. */
  readonly source: string
  readonly runId: string | null
  readonly runLink: string | null
  readonly loggedModelId: string | null
  readonly datasetVersionId: string | null
  readonly signature: Signature | null
  readonly files: readonly ModelFile[]
  readonly created: number
  readonly updated: number
  readonly createdBy: string
}

export const promptTag = 'mlflow.prompt.is_prompt'
const promptTextTag = 'mlflow.prompt.text'
const limits = { key: 250, value: 100_000, alias: 255 } as const

export function checkModelName(name: string): void {
  if (name.trim() === '') throw invalid("Missing value for required parameter 'name'.")
  if (/[/:]/.test(name)) throw invalid(`Invalid model name '${name}'. Names cannot contain '/' or ':'.`)
  const normal = posix.normalize(name)
  if (normal !== name || normal === '.' || normal.startsWith('..')) {
    throw invalid(
      `Invalid value ${shown(name)} for parameter 'name' supplied: Names may be treated as files in certain cases, ` +
        'and must not resolve to other names when treated as such. ' +
        `This name would resolve to '${normal}'`,
    )
  }
  if (name.includes('\0')) throw invalid(`Invalid model name ${shown(name)}.`)
  if (name.length > 256) throw invalid("'name' exceeds the maximum length of 256 characters")
}

export function checkRegistryTag(tag: KeyValue): void {
  checkKey(tag.key, 'key', 'key')
  if (tag.value.includes('\0')) throw invalid(`The value of tag '${tag.key}' contains the character U+0000`)
  if (tag.value.length <= limits.value) return
  throw invalid(
    tag.key === promptTextTag
      ? `Prompt text exceeds max length of ${limits.value} characters.`
      : `'value' exceeds the maximum length of ${limits.value} characters`,
  )
}

export function checkDescription(text: string): void {
  if (text.includes('\0')) throw invalid('The description contains the character U+0000')
}

/** `latest` and `v<n>` would be mistaken for versions. */
export function checkAlias(alias: string): void {
  if (alias === '') throw invalid('Registered model alias name cannot be empty.')
  if (!/^[\p{L}\p{N}_-]*$/u.test(alias)) {
    throw invalid(
      `Invalid alias name: '${alias}'. Names may only contain alphanumerics, underscores (_), and dashes (-).`,
    )
  }
  if (alias.length > limits.alias) {
    throw invalid(`'Registered model alias name' exceeds the maximum length of ${limits.alias} characters`)
  }
  if (alias.toLowerCase() === 'latest') throw invalid("'latest' alias name (case insensitive) is reserved.")
  if (/^[vV]\d+$/.test(alias)) throw invalid(`Version alias name '${alias}' is reserved.`)
}

const stages: readonly Stage[] = ['None', 'Staging', 'Production', 'Archived']
export const activeStages: readonly Stage[] = ['Staging', 'Production']

/** The stage of that name in any case. */
export function stageOf(text: string): Stage {
  const found = stages.find((stage) => stage.toLowerCase() === text.toLowerCase())
  if (found !== undefined) return found
  throw invalid(`Invalid Model Version stage: ${text}. Value must be one of ${stages.join(', ')}.`)
}

export function isPrompt(tags: readonly KeyValue[]): boolean {
  return tags.findLast((tag) => tag.key === promptTag)?.value.toLowerCase() === 'true'
}

/** The file that the model server runs, if the version has one. */
export function servedFile(files: readonly ModelFile[]): ModelFile | undefined {
  const onnx = files.filter((file) => file.path.toLowerCase().endsWith('.onnx'))
  return onnx.find((file) => file.path.slice(file.path.lastIndexOf('/') + 1) === 'model.onnx') ?? onnx[0]
}

export function modelNotFound(name: string): SlipwayError {
  return new SlipwayError('not_found', `Registered Model with name=${name} not found`)
}

export function versionNotFound(name: string, version: string | number): SlipwayError {
  return new SlipwayError('not_found', `Model Version (name=${name}, version=${version}) not found`)
}

export function aliasNotFound(alias: string): SlipwayError {
  return new SlipwayError('invalid_argument', `Registered model alias ${alias} not found.`)
}

/** A version as clients name it: a whole number in text. */
export function versionNumber(text: string): number {
  if (/^-?\d{1,9}$/.test(text)) return Number(text)
  throw invalid(`Parameter 'version' must be an integer, got '${text}'.`)
}

function invalid(message: string): SlipwayError {
  return new SlipwayError('invalid_argument', message)
}
